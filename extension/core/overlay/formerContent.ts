import type { ChangeTable } from './changeTable.ts';
import { notKept } from './changeTable.ts';
import type { EditBytes } from './editBytes.ts';
import type { Edit } from './replacement.ts';

/**
 * The bytes that `side` showed, where `other` stood before or after it in the same place of the same source: between
 * the changes of the one the source showed, and what it showed there the other has kept. Undefined where it has not.
 */
export function formerContent(
  table: ChangeTable,
  bytes: EditBytes,
  side: readonly number[],
  other: readonly number[],
): Uint8Array<ArrayBuffer> | undefined {
  const { start, end } = extentOf(table, [...side, ...other]);
  const parts: Uint8Array[] = [];
  let at = start;
  const showSource = (to: number): boolean => {
    const shown = to > at ? originalsOf(table, bytes, other, at, to) : undefined;
    if (to > at && shown === undefined) return false;
    if (shown !== undefined) parts.push(shown);
    return true;
  };
  for (const id of side) {
    if (!showSource(table.source(id))) return undefined;
    const put = new Uint8Array(table.viewLength(id));
    bytes.readPut(table.place(id), put);
    parts.push(put);
    at = table.sourceEnd(id);
  }
  return showSource(end) ? joined(parts) : undefined;
}

/**
 * What made `made` of `old` in an earlier source, where that left bytes out that were not kept: the deletion alone, as what
 * is around it stood before as well. `left`: what `made` shows. Undefined where it did more than to delete.
 */
export function deletedAgain(
  table: ChangeTable,
  view: number,
  { old, made, left }: { readonly old: readonly number[]; readonly made: readonly number[]; readonly left: Uint8Array },
): Edit | undefined {
  const shown = shownLength(table, old, extentOf(table, [...old, ...made]));
  const putEnd = (id: number) => table.place(id) + table.viewLength(id);
  const isPut = (id: number | undefined) => id !== undefined && table.viewLength(id) > 0;
  const stays = (one: number | undefined, other: number | undefined, place: (id: number) => number) =>
    isPut(one) && isPut(other) && place(one as number) === place(other as number) ? table.viewLength(one as number) : 0;
  const before = stays(made[0], old[0], (id) => table.place(id));
  const after = stays(made.at(-1), old.at(-1), putEnd);
  if (left.length !== before + after) return undefined;
  return { offset: view + before, length: shown - before - after, bytes: new Uint8Array(0), shown: undefined };
}

/** Bytes that are to be kept where what one of two sides showed comes in the place of the other once more. */
export function lengthAnew(table: ChangeTable, side: readonly number[], other: readonly number[]): number {
  const extent = extentOf(table, [...side, ...other]);
  return Math.max(shownLength(table, side, extent), shownLength(table, other, extent));
}

/** Bytes that changes show with those of the source between and beside them. */
function shownLength(table: ChangeTable, side: readonly number[], { start, end }: Extent): number {
  return side.reduce((sum, id) => sum + table.delta(id), end - start);
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

function extentOf(table: ChangeTable, ids: readonly number[]): Extent {
  const start = ids.reduce((least, id) => Math.min(least, table.source(id)), Number.MAX_SAFE_INTEGER);
  return { start, end: ids.reduce((most, id) => Math.max(most, table.sourceEnd(id)), 0) };
}

/** The source's bytes [from, to), as the changes that hide them have kept them. */
function originalsOf(
  table: ChangeTable,
  bytes: EditBytes,
  ids: readonly number[],
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> | undefined {
  // What was not kept may be more than memory holds.
  const isKept = ids.every(
    (id) => table.place(id) !== notKept || table.sourceEnd(id) <= from || table.source(id) >= to,
  );
  if (!isKept) return undefined;
  const found = new Uint8Array(to - from);
  let at = from;
  for (const id of ids) {
    const [first, last] = [Math.max(at, table.source(id)), Math.min(to, table.sourceEnd(id))];
    if (first >= last) continue;
    if (first > at) return undefined;
    bytes.readOriginals(table.place(id) + first - table.source(id), found.subarray(first - from, last - from));
    at = last;
  }
  return at === to ? found : undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
