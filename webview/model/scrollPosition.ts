/**
 * Where a view of equal rows is scrolled to: a whole row, and pixels of it that are already above the edge. Browsers
 * lose scroll positions past about 10^7 px, and a pixel of a native scrollbar would be thousands of rows of a large
 * file, so positions are rows and the scrollbar is ours.
 */
export interface ScrollPosition {
  readonly row: number;
  /** 0 ≤ pixels < row height. */
  readonly pixels: number;
}

export interface ScrollExtent {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height of the visible part, pixels. */
  readonly height: number;
}

/** The last position: the last row ends where the view ends, or is the first where all rows fit. */
export function lastPosition(extent: ScrollExtent): ScrollPosition {
  const { rows, rowHeight, height } = extent;
  const full = Math.floor(height / rowHeight);
  if (rows <= full) return { row: 0, pixels: 0 };
  const part = height - full * rowHeight;
  return part === 0 ? { row: rows - full, pixels: 0 } : { row: rows - full - 1, pixels: rowHeight - part };
}

/** The nearest position that exists. */
export function clampPosition(position: ScrollPosition, extent: ScrollExtent): ScrollPosition {
  if (position.row < 0) return { row: 0, pixels: 0 };
  const last = lastPosition(extent);
  const isPast = position.row > last.row || (position.row === last.row && position.pixels > last.pixels);
  return isPast ? last : position;
}

/** The position `pixels` further down (up where negative). */
export function scrolledBy(position: ScrollPosition, pixels: number, extent: ScrollExtent): ScrollPosition {
  const total = position.pixels + pixels;
  const rows = Math.floor(total / extent.rowHeight);
  return clampPosition({ row: position.row + rows, pixels: total - rows * extent.rowHeight }, extent);
}

/** The position nearest to the present one at which `row` shows whole. */
export function revealed(position: ScrollPosition, row: number, extent: ScrollExtent): ScrollPosition {
  const full = Math.floor(extent.height / extent.rowHeight);
  // No row shows whole in a view lower than one: then its top does.
  if (full === 0) return clampPosition({ row, pixels: 0 }, extent);
  if (row < position.row || (row === position.row && position.pixels > 0)) {
    return clampPosition({ row, pixels: 0 }, extent);
  }
  if (row < position.row + full) return position;
  const part = extent.height - full * extent.rowHeight;
  const pixels = part === 0 ? 0 : extent.rowHeight - part;
  const first = row - full + (part === 0 ? 1 : 0);
  const bottom = first < 0 ? { row: 0, pixels: 0 } : { row: first, pixels };
  // The row may already show whole where the position has pixels of its own.
  const isShown = position.row > bottom.row || (position.row === bottom.row && position.pixels >= bottom.pixels);
  return isShown ? position : clampPosition(bottom, extent);
}

/** The position at which `row` stands a third down the view: where the eye looks after a jump. */
export function jumpedTo(row: number, extent: ScrollExtent): ScrollPosition {
  const above = Math.floor(extent.height / extent.rowHeight / 3);
  return clampPosition({ row: Math.max(0, row - above), pixels: 0 }, extent);
}
