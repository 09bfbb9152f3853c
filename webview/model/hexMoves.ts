import type { Move } from './keymap.ts';

/** Where the cursor goes from `offset` in rows of `bytesPerRow`, in a source that shows `size` bytes (at least 1). */
export function movedInHex(
  offset: number,
  move: Move,
  grid: { readonly bytesPerRow: number; readonly size: number; readonly pageRows: number },
): number {
  const { bytesPerRow, size } = grid;
  const last = Math.max(0, size - 1);
  const inRow = offset % bytesPerRow;
  const page = grid.pageRows * bytesPerRow;
  switch (move) {
    case 'left':
      return Math.max(0, offset - 1);
    case 'right':
      return Math.min(last, offset + 1);
    case 'up':
      return offset < bytesPerRow ? offset : offset - bytesPerRow;
    case 'down':
      // Into the last row, which may be short; nowhere from there.
      return last - (last % bytesPerRow) > offset ? Math.min(last, offset + bytesPerRow) : offset;
    case 'pageUp':
      return offset < page ? inRow : offset - page;
    case 'pageDown':
      return Math.min(last, offset + page);
    case 'rowStart':
      return offset - inRow;
    case 'rowEnd':
      return Math.min(last, offset - inRow + bytesPerRow - 1);
    case 'start':
      return 0;
    case 'end':
      return last;
  }
}
