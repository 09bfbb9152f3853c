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
/** Where there are more wide gaps, the names between them are worth more. */
const mostGaps = 4;
/** Pixels: what is narrower has no name worth looking for. */
const narrowest = 12;

/** The most important first: gaps by their size, then names by the room they stand over. */
export function labelCandidates(space: AddressSpace, runs: readonly StripRun[]): readonly Labelled[] {
  const gaps = runs.flatMap((run): Gap[] => {
    const bytes = run.kind === undefined ? gapBytes(space, run) : 0;
    return bytes < wideGapBytes ? [] : [{ of: 'gap', x: run.x, width: run.width, bytes }];
  });
  const widest = gaps.sort((a, b) => b.bytes - a.bytes).slice(0, mostGaps);
  const parting = new Set(widest.map(({ x }) => x));
  const [groups, objects] = [new Groups(), new Groups()];
  for (const { x, width, kind, firstRow, lastRow } of runs) {
    if (kind === undefined) {
      if (!parting.has(x)) continue;
      groups.close();
      objects.close();
      continue;
    }
    const object = space.objectIndexes[firstRow] ?? 0;
    groups.add(kind, x, width, firstRow);
    objects.add(object === space.objectIndexes[lastRow] ? object : -1, x, width, firstRow);
  }
  const named = objects.done().filter(({ key, row }) => key !== -1 && space.objectOf(row).name !== '');
  const byObject = named.map(({ x, width, row }): Labelled => ({ of: 'object', x, width, row }));
  const byKind = groups.done().flatMap(({ key, x, width }): Labelled[] => {
    const isNamed = byObject.some((each) => each.x >= x && each.x < x + width && each.width > mostOfGroup * width);
    return isNamed ? [] : [{ of: 'kind', x, width, kind: key as RegionKind }];
  });
  return [
    ...widest,
    ...[...byKind, ...byObject].filter(({ width }) => width >= narrowest).sort((a, b) => b.width - a.width),
  ];
}

type Gap = Labelled & { readonly of: 'gap' };

const wideGapBytes = wideGap * Number(pageBytes);

function gapBytes(space: AddressSpace, { firstRow, lastRow }: StripRun): number {
  return ((space.firstPages[lastRow] ?? 0) - (space.endPages[firstRow] ?? 0)) * Number(pageBytes);
}

interface Group {
  readonly key: unknown;
  readonly x: number;
  width: number;
  readonly row: number;
}

/** Pixels: what is narrower between two runs of a key does not part them. A library has some bytes of its own beside it. */
const bridged = 8;

/** Runs of one key that follow each other. */
class Groups {
  readonly #done: Group[] = [];
  readonly #open = new Map<unknown, Group>();

  add(key: unknown, x: number, width: number, row: number): void {
    const open = this.#open.get(key);
    if (open !== undefined && x - open.x - open.width <= bridged) {
      open.width = x + width - open.x;
      return;
    }
    const group = { key, x, width, row };
    this.#open.set(key, group);
    this.#done.push(group);
  }

  close(): void {
    this.#open.clear();
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
