import type { ChangeTable } from './changeTable.ts';
import { notKept } from './changeTable.ts';
import type { EditBytes } from './editBytes.ts';

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
  const all = [...side, ...other];
  const start = all.reduce((least, id) => Math.min(least, table.source(id)), Number.MAX_SAFE_INTEGER);
  const end = all.reduce((most, id) => Math.max(most, table.sourceEnd(id)), 0);
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

/** The source's bytes [from, to), as the changes that hide them have kept them. */
function originalsOf(
  table: ChangeTable,
  bytes: EditBytes,
  ids: readonly number[],
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> | undefined {
  const found = new Uint8Array(to - from);
  let at = from;
  for (const id of ids) {
    const [first, last] = [Math.max(at, table.source(id)), Math.min(to, table.sourceEnd(id))];
    if (first >= last) continue;
    if (first > at || table.place(id) === notKept) return undefined;
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
