// Runs in the page: the picture of an address space alone, with its events kept for the test.
import { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { PageCounts, PageSpan } from '../../../extension/core/memoryMap/pageCounts.ts';
import type { FigureColumns, RegionColumns } from '../../../extension/core/memoryMap/regionColumns.ts';
import { noFigures, RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import type { PagesAnswer } from '../../../extension/protocol/mapTypes.ts';
import { MemoryPicture } from '../../../webview/view/memoryMap/picture.ts';
import { unpacked } from './packed.ts';

export interface PictureInPage {
  readonly rows: number[];
  readonly kinds: RegionKind[][];
  /** Tasks of the page that took longer than 50 ms, milliseconds. */
  readonly longTasks: number[];
  /** What was asked for of pages, in order; `undefined` where it was given up. */
  readonly spans: (PageSpan | undefined)[];
  /** The addresses that were gone to, in hex. */
  readonly opened: string[];
  /** Answers the last question for pages: as `packed` makes counts, or with a reason. */
  answer(counts: string | undefined, refused: string): void;
  /** Each as `packed` makes it. */
  show(columns: string, figures: string | undefined): void;
  select(rows: readonly number[]): void;
  filter(kinds: readonly RegionKind[]): void;
}

declare global {
  interface Window {
    picture: PictureInPage;
  }
}

const labels: Readonly<Record<RegionKind, string>> = {
  code: 'program',
  heap: 'heap',
  stack: 'stack',
  shared: 'shared memory',
  file: 'file',
  anonymous: 'anonymous',
  special: 'special',
};

const rows: number[] = [];
const kinds: RegionKind[][] = [];
const longTasks: number[] = [];
new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ type: 'longtask' });

const spans: (PageSpan | undefined)[] = [];
const opened: string[] = [];
let settle: ((answer: PagesAnswer) => void) | undefined;

const picture = new MemoryPicture(
  labels,
  {
    onZoom: () => {},
    onRegion: (row) => rows.push(row),
    onKinds: (chosen) => {
      kinds.push([...chosen]);
      picture.filter(chosen);
    },
  },
  {
    pageSize: 4096,
    count: (span) => {
      spans.push(span);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    giveUp: () => spans.push(undefined),
    open: (address) => opened.push(address.toString(16)),
  },
);
document.body.append(picture.element, picture.pages);

window.picture = {
  rows,
  kinds,
  longTasks,
  spans,
  opened,
  answer(counts, refused) {
    settle?.(counts === undefined ? { refused } : { counts: unpacked(counts) as PageCounts });
  },
  show(columns, figures) {
    const space = new AddressSpace(unpacked(columns) as RegionColumns);
    const known =
      figures === undefined ? noFigures() : new RegionFigures(space.columns, unpacked(figures) as FigureColumns);
    // Reading what the test sent is no part of the picture: it shows in a task of its own.
    setTimeout(() => picture.show(space, known));
  },
  select: (selected) => picture.select(selected),
  filter: (chosen) => picture.filter(new Set(chosen)),
};
