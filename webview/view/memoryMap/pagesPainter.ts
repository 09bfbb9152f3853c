import { pageStates } from '../../../extension/core/memoryMap/pageCounts.ts';
import { type PageShares, pageColumns, type RegionPages } from '../../model/memoryMap/regionPages.ts';
import type { Box, KindPaint } from './kindPaint.ts';

/** CSS pixels: below the pages, for the marks of those that are soft-dirty. */
const markLane = 3;
/** CSS pixels: pages that are as wide as this are set apart by a line. */
const wide = 5;

/**
 * Each stretch of pages as a column: what there is from the ground up, and a line on the ground where nothing is; a frame
 * around the one that holds the part `cursor`.
 */
export function paintPages(
  context: CanvasRenderingContext2D,
  paint: KindPaint,
  pages: RegionPages,
  cursor: number | undefined,
): void {
  const { width, height } = context.canvas;
  const pixel = Math.max(1, Math.round(paint.ratio));
  const isApart = pages.parts === pages.pages && width / pages.parts >= wide * pixel;
  const ground = height - markLane * pixel;
  let known = 0;
  for (const { x, width: room, from, to } of pageColumns(pages.parts, width)) {
    const shares = pages.shares(from, to);
    if (shares === undefined) break;
    const column = { x, y: 0, width: isApart ? room - pixel : room, height: ground };
    paintColumn(context, paint, shares, column, pixel);
    context.fillStyle = paint.foreground;
    if (shares.softDirty > 0) context.fillRect(x, ground + pixel, column.width, 2 * pixel);
    if (cursor !== undefined && cursor >= from && cursor < to) {
      context.strokeStyle = paint.foreground;
      context.lineWidth = 2 * pixel;
      context.strokeRect(x, pixel, Math.max(2 * pixel, column.width), ground - 2 * pixel);
    }
    known = x + room;
  }
  if (known < width) paint.dots(context, { x: known, y: 0, width: width - known, height });
}

function paintColumn(
  context: CanvasRenderingContext2D,
  paint: KindPaint,
  shares: PageShares,
  { x, width, height }: Box,
  pixel: number,
): void {
  let top = height;
  for (const state of pageStates) {
    if (shares[state] === 0) continue;
    // Some is never drawn as none.
    const tall = Math.min(top, Math.max(2 * pixel, Math.round(shares[state] * height)));
    top -= tall;
    paint.page(context, state, { x, y: top, width, height: tall });
  }
  if (top < height) return;
  context.fillStyle = paint.dim;
  context.fillRect(x, height - pixel, width, pixel);
}
