import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { Column } from '../../extension/protocol/viewTypes.ts';

/** One cursor, shown in both columns, and the range it may have drawn out from an anchor. */
export interface Selection {
  readonly cursor: number;
  /** The selection reaches from here to the cursor, both included. */
  readonly anchor?: number | undefined;
  readonly column: Column;
}

/** The bytes that are selected; undefined where only the cursor is there. */
export function selectedRange(selection: Selection): ByteRange | undefined {
  const { cursor, anchor } = selection;
  if (anchor === undefined) return undefined;
  return { offset: Math.min(anchor, cursor), length: Math.abs(cursor - anchor) + 1 };
}

/** Moves the cursor, drawing out the selection where `extend` is set and letting go of it otherwise. */
export function moveTo(selection: Selection, cursor: number, extend: boolean): Selection {
  const { column } = selection;
  return extend ? { cursor, anchor: selection.anchor ?? selection.cursor, column } : { cursor, column };
}

/** Selects `range` with the cursor at its end, or sets the cursor where the range is empty. */
export function select(selection: Selection, range: ByteRange): Selection {
  const { column } = selection;
  if (range.length === 0) return { cursor: range.offset, column };
  return { cursor: range.offset + range.length - 1, anchor: range.offset, column };
}

/** Keeps the selection inside a source of `size` bytes. */
export function within(selection: Selection, size: number): Selection {
  const last = Math.max(0, size - 1);
  const { cursor, anchor, column } = selection;
  if (cursor <= last && (anchor ?? 0) <= last) return selection;
  return { cursor: Math.min(cursor, last), anchor: anchor === undefined ? undefined : Math.min(anchor, last), column };
}
