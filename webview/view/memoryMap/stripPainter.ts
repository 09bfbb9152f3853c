import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { AddressStrip, StripRun, StripView } from '../../../extension/core/memoryMap/addressStrip.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import type { ResidentShares } from '../../model/memoryMap/residentShares.ts';
import type { KindPaint } from './kindPaint.ts';

export interface StripScene {
  readonly space: AddressSpace;
  readonly strip: AddressStrip;
  readonly shares: ResidentShares;
  readonly view: StripView;
  readonly isLit: (kind: RegionKind) => boolean;
  readonly selected: readonly number[];
  /** The row that the keys or the pointer are at; -1 for none. */
  readonly cursor: number;
  /** What the pointer has drawn a band around, CSS pixels. */
  readonly band: readonly [from: number, to: number] | undefined;
}

/** CSS pixels: what only is reserved is a thin line. */
const rail = 3;
/** Above and below the regions, for the marks of what is selected. */
const margin = 4;

/**
 * Each region is as high as the strip: solid from the ground up as far as it is in memory, faint above. What only is
 * reserved is a thin line, and a gap holds three dots where it is wide enough.
 */
export function paintStrip(
  context: CanvasRenderingContext2D,
  paint: KindPaint,
  scene: StripScene,
): readonly StripRun[] {
  const { width, height } = context.canvas;
  const runs = scene.strip.runs(scene.view, width);
  const lane: Lane = { top: margin * paint.ratio, bottom: height - margin * paint.ratio };
  let right = 0;
  for (const run of runs) {
    if (run.kind === undefined) drawGap(context, paint, run, lane);
    else drawRegions(context, paint, run, run.kind, lane, scene);
    right = run.x + run.width;
  }
  if (right < width) drawGap(context, paint, { x: right, width: width - right }, lane);
  drawMarks(context, paint, scene);
  return runs;
}

interface Lane {
  readonly top: number;
  readonly bottom: number;
}

function drawRegions(
  context: CanvasRenderingContext2D,
  paint: KindPaint,
  { x, width, isReserved, firstRow, lastRow }: StripRun,
  kind: RegionKind,
  { top, bottom }: Lane,
  { shares, isLit }: StripScene,
): void {
  // A line between neighbours, where there is room for one.
  const line = width >= 4 * paint.ratio ? Math.max(1, Math.round(paint.ratio / 2)) : 0;
  const box = { x, y: top, width: width - line, height: bottom - top };
  context.globalAlpha = isLit(kind) ? 1 : 0.2;
  const share = shares.of(firstRow, lastRow);
  if (isReserved && (share ?? 0) === 0) {
    const thick = rail * paint.ratio;
    context.fillStyle = paint.colour(kind);
    context.globalAlpha *= 0.6;
    context.fillRect(x, (top + bottom - thick) / 2, box.width, thick);
  } else if (share === undefined) {
    paint.unknown(context, kind, box);
  } else {
    // Some is never drawn as none.
    const filled = share === 0 ? 0 : Math.max(2 * paint.ratio, Math.round(share * box.height));
    paint.faint(context, kind, { ...box, height: box.height - filled });
    paint.full(context, kind, { ...box, y: bottom - filled, height: filled });
  }
  context.globalAlpha = 1;
}

function drawGap(
  context: CanvasRenderingContext2D,
  paint: KindPaint,
  { x, width }: Pick<StripRun, 'x' | 'width'>,
  { top, bottom }: Lane,
): void {
  const dot = Math.max(1, Math.round(1.5 * paint.ratio));
  if (width < 7 * dot) return;
  context.fillStyle = paint.dim;
  const middle = Math.round((top + bottom - dot) / 2);
  for (const step of [-2, 0, 2]) context.fillRect(Math.round(x + (width - dot) / 2) + step * dot, middle, dot, dot);
}

/** What is selected stands between two lines, with a mark over it; the cursor is a frame. */
function drawMarks(context: CanvasRenderingContext2D, paint: KindPaint, scene: StripScene): void {
  const { width, height } = context.canvas;
  const { from, to } = scene.view;
  const scale = width / (to - from);
  const thick = Math.max(2, Math.round(2 * paint.ratio));
  context.fillStyle = paint.accent;
  let drawn = -1;
  for (const row of scene.selected) {
    const extent = scene.strip.extent(row);
    const left = Math.max(0, Math.floor((extent.from - from) * scale));
    const right = Math.min(width, Math.ceil((extent.to - from) * scale));
    if (right <= left || right <= drawn) continue;
    // Never narrower than can be found again.
    const [x, size] = [Math.min(left, width - thick), Math.max(thick, right - left)];
    context.fillRect(x, 0, size, thick);
    context.fillRect(x, height - thick, size, thick);
    drawn = right;
  }
  if (scene.cursor >= 0) {
    const extent = scene.strip.extent(scene.cursor);
    const left = Math.floor((extent.from - from) * scale);
    const size = Math.max(2 * thick, Math.ceil((extent.to - extent.from) * scale));
    context.strokeStyle = paint.foreground;
    context.lineWidth = Math.max(1, Math.round(paint.ratio));
    context.strokeRect(left + context.lineWidth / 2, thick + 0.5, size - context.lineWidth, height - 2 * thick - 1);
  }
  if (scene.band !== undefined) {
    const [start, end] = scene.band.map((x) => x * paint.ratio) as [number, number];
    context.fillStyle = paint.foreground;
    context.globalAlpha = 0.18;
    context.fillRect(Math.min(start, end), 0, Math.abs(end - start), height);
    context.globalAlpha = 1;
    for (const x of [start, end]) context.fillRect(Math.round(x), 0, Math.max(1, Math.round(paint.ratio)), height);
  }
}
