import { endOf } from '../../extension/core/byteRange.ts';
import type { VisualRow } from '../../extension/core/text/textRows.ts';
import type { Move } from './keymap.ts';
import type { TextFlow } from './textFlow.ts';

/**
 * Where the cursor goes from `offset` among the rows of a text of `size` bytes (at least 1): by characters and visual
 * rows. Where the bytes that would tell are not here yet it stays, or goes by one byte.
 */
export function movedInText(
  flow: TextFlow,
  offset: number,
  move: Move,
  page: { readonly size: number; readonly pageRows: number },
): number {
  const last = Math.max(0, page.size - 1);
  const position = flow.locate(offset);
  const row = position && flow.row(position);
  const byRows = (rows: number): number => {
    if (position === undefined || row === undefined) return offset;
    const { position: there, moved } = flow.moved(position, rows);
    const found = flow.row(there);
    return found === undefined || moved === 0 ? offset : underSameColumn(row, offset, found);
  };
  switch (move) {
    case 'start':
      return 0;
    case 'end':
      return last;
    case 'left':
      return row === undefined || offset <= row.offset
        ? lastCharacterBefore(flow, offset)
        : characterBefore(row, offset);
    case 'right':
      return row?.charOffsets.find((at) => at > offset) ?? Math.min(last, row === undefined ? offset + 1 : endOf(row));
    case 'rowStart':
      return row?.offset ?? offset;
    case 'rowEnd':
      return row?.charOffsets.at(-1) ?? row?.offset ?? offset;
    case 'up':
      return byRows(-1);
    case 'down':
      return byRows(1);
    case 'pageUp':
      return byRows(-page.pageRows);
    case 'pageDown':
      return byRows(page.pageRows);
  }
}

/**
 * The UTF-16 units of a row's text that come from the bytes [from, to). A byte inside a character belongs to that
 * character. Empty, at the text's end, for the bytes of a newline, which is not drawn.
 */
export function unitsOf(row: VisualRow, from: number, to: number): readonly [number, number] {
  const textEnd = endOf(row) - row.newline;
  const character = row.charOffsets.findLast((at) => at <= from) ?? from;
  const first = row.charOffsets.findIndex((at) => at >= character);
  const after = row.charOffsets.findIndex((at) => at >= to);
  const start = from >= textEnd || first < 0 ? row.text.length : first;
  return [start, after < 0 ? row.text.length : after];
}

function underSameColumn(row: VisualRow, offset: number, there: VisualRow): number {
  const unit = row.charOffsets.findLastIndex((at) => at <= offset);
  return there.charOffsets[Math.min(Math.max(0, unit), there.charOffsets.length - 1)] ?? there.offset;
}

function characterBefore(row: VisualRow, offset: number): number {
  return row.charOffsets.findLast((at) => at < offset) ?? row.offset;
}

function lastCharacterBefore(flow: TextFlow, offset: number): number {
  const position = offset > 0 ? flow.locate(offset - 1) : undefined;
  const row = position && flow.row(position);
  return row === undefined ? Math.max(0, offset - 1) : characterBefore(row, offset);
}
