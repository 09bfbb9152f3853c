/** What is written under the strip: the wide gaps, and what has room for its name. */

import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { type StripRun, wideGap } from '../../../extension/core/memoryMap/addressStrip.ts';
import { pageBytes } from '../../../extension/core/memoryMap/regionColumns.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';

/** What a label is of, and the pixels it stands under. */
export type Labelled = { readonly x: number; readonly width: number } & (
  | { readonly of: 'gap'; readonly bytes: number }
  /** A row of the object. */
  | { readonly of: 'object'; readonly row: number }
  | { readonly of: 'kind'; readonly kind: RegionKind }
);

/** A group is named after one object if that is so much of it. */
const mostOfGroup = 0.6;
/** Pixels: what is narrower has no name worth looking for. */
const narrowest = 12;

/** The most important first: gaps by their size, then names by the room they stand over. */
export function labelCandidates(space: AddressSpace, runs: readonly StripRun[]): readonly Labelled[] {
  const gaps: (Labelled & { readonly of: 'gap' })[] = [];
  const groups = new Groups();
  const objects = new Groups();
  for (const { x, width, kind, firstRow, lastRow } of runs) {
    if (kind === undefined) {
      const pages = (space.firstPages[lastRow] ?? 0) - (space.endPages[firstRow] ?? 0);
      if (pages < wideGap) continue;
      gaps.push({ of: 'gap', x, width, bytes: pages * Number(pageBytes) });
      groups.close();
      objects.close();
      continue;
    }
    const object = space.objectIndexes[firstRow] ?? 0;
    const isOne = object === space.objectIndexes[lastRow];
    groups.add(kind, x, width, firstRow);
    objects.add(isOne ? object : -1, x, width, firstRow);
  }
  gaps.sort((a, b) => b.bytes - a.bytes);
  const named = objects.done().filter(({ key, row }) => key !== -1 && space.objectOf(row).name !== '');
  const byObject = named.map(({ x, width, row }): Labelled => ({ of: 'object', x, width, row }));
  const byKind = groups.done().flatMap(({ key, x, width }): Labelled[] => {
    const isNamed = byObject.some((each) => each.x >= x && each.x < x + width && each.width > mostOfGroup * width);
    return isNamed ? [] : [{ of: 'kind', x, width, kind: key as RegionKind }];
  });
  return [
    ...gaps,
    ...[...byKind, ...byObject].filter(({ width }) => width >= narrowest).sort((a, b) => b.width - a.width),
  ];
}

interface Group {
  readonly key: unknown;
  readonly x: number;
  width: number;
  readonly row: number;
}

/** Runs of one key that follow each other. */
class Groups {
  readonly #done: Group[] = [];
  #open: Group | undefined;

  add(key: unknown, x: number, width: number, row: number): void {
    const open = this.#open;
    if (open !== undefined && open.key === key) open.width = x + width - open.x;
    else {
      this.#open = { key, x, width, row };
      this.#done.push(this.#open);
    }
  }

  close(): void {
    this.#open = undefined;
  }

  done(): readonly Group[] {
    return this.#done;
  }
}

export interface PlacedLabel {
  readonly x: number;
  readonly text: string;
}

/** How far the text of a gap may stand beyond it, in widths of the text; names stay under what they name. */
const overhang = { gap: 1, name: 0.1 };

/** Where a text may stand: in the middle of what it names, or moved to its end or its beginning. */
function placesOf({ x, width, of }: Labelled, size: number): readonly number[] {
  const middle = x + (width - size) / 2;
  return of === 'gap' ? [middle] : [middle, Math.max(middle, x + width - size), Math.min(middle, x)];
}

/**
 * Puts as many labels on a line of `width` pixels as fit without touching, the first of them first. `textOf` answers the
 * texts to try, the longest first, and `measure` the width of one.
 */
export function placeLabels(
  candidates: readonly Labelled[],
  width: number,
  space: number,
  textOf: (label: Labelled) => readonly string[],
  measure: (text: string) => number,
): readonly PlacedLabel[] {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const placed: PlacedLabel[] = [];
  for (const label of candidates) {
    for (const text of textOf(label)) {
      const size = measure(text);
      const isTooLong = size > label.width + size * (label.of === 'gap' ? overhang.gap : overhang.name);
      if (isTooLong || size > width) continue;
      const isFree = (at: number) => !taken.some(({ from, to }) => at < to + space && at + size + space > from);
      const x = placesOf(label, size)
        .map((at) => Math.min(width - size, Math.max(0, at)))
        .find(isFree);
      if (x === undefined) continue;
      taken.push({ from: x, to: x + size });
      placed.push({ x, text });
      break;
    }
  }
  return placed;
}
