import type { PageState } from '../../../extension/core/memoryMap/pageCounts.ts';
import { type RegionKind, regionKinds } from '../../../extension/core/memoryMap/regionKind.ts';

/** A rectangle in pixels of the screen. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The kinds of memory, and what is no kind. */
type Look = RegionKind | 'swapped';

/** Side of the square that a pattern repeats, CSS pixels. */
const tileSize = 6;

/**
 * The kinds' looks on canvases: a colour of the theme and a pattern each, so that none is told by its colour alone.
 * Read anew when the theme or the resolution changes.
 */
export class KindPaint {
  /** Pixels of the screen per CSS pixel. */
  readonly ratio = window.devicePixelRatio;
  readonly foreground: string;
  readonly dim: string;
  readonly accent: string;
  readonly background: string;
  /** Of memory that is mapped and not there, 0 … 1. */
  readonly #faint: number;
  /** How much the patterns stand out, 0 … 1. */
  readonly #ink: number;
  readonly #colours: ReadonlyMap<Look, string>;
  readonly #patterns = new Map<Look, CanvasPattern | string>();

  constructor(styled: Element) {
    const style = getComputedStyle(styled);
    const value = (name: string) => style.getPropertyValue(`--picture-${name}`).trim();
    this.foreground = value('foreground');
    this.dim = value('dim');
    this.accent = value('accent');
    this.background = value('background');
    this.#faint = Number(value('faint')) || 0.3;
    this.#ink = Number(value('ink')) || 0.5;
    this.#colours = new Map([...regionKinds, 'swapped' as const].map((look) => [look, value(look)]));
  }

  colour(kind: Look): string {
    return this.#colours.get(kind) ?? this.foreground;
  }

  /** Memory that is there, or that counts. */
  full(context: CanvasRenderingContext2D, kind: RegionKind, box: Box): void {
    this.#fill(context, kind, box, 1);
  }

  /** Memory that is mapped, and not there. */
  faint(context: CanvasRenderingContext2D, kind: RegionKind, { x, y, width, height }: Box): void {
    context.globalAlpha *= this.#faint;
    context.fillStyle = this.colour(kind);
    context.fillRect(x, y, width, height);
    context.globalAlpha /= this.#faint;
  }

  /** Memory of which nobody knows yet whether it is there. */
  unknown(context: CanvasRenderingContext2D, kind: RegionKind, box: Box): void {
    this.#fill(context, kind, box, 0.6);
  }

  /** A page, by what stands for it in the page tables. */
  page(context: CanvasRenderingContext2D, state: PageState, box: Box): void {
    const { x, y, width, height } = box;
    switch (state) {
      case 'anonymous':
        this.#fill(context, 'anonymous', box, 1);
        break;
      case 'file':
        this.#fill(context, 'code', box, 1);
        break;
      case 'swapped':
        this.#fill(context, 'swapped', box, 1);
        break;
      case 'guard':
        this.#fill(context, 'special', box, 0.7);
        break;
      case 'zero': {
        // A frame: there, and empty.
        const line = Math.max(1, Math.round(this.ratio));
        context.fillStyle = this.colour('anonymous');
        context.fillRect(x, y, width, line);
        context.fillRect(x, y + height - line, width, line);
      }
    }
  }

  /** A dotted line: not nothing, but not known. */
  dots(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
    context.fillStyle = this.dim;
    const dot = Math.max(1, Math.round(this.ratio));
    const middle = Math.round(y + height / 2);
    for (let at = x; at < x + width; at += 5 * dot) context.fillRect(at, middle, dot, dot);
  }

  #fill(context: CanvasRenderingContext2D, kind: Look, { x, y, width, height }: Box, alpha: number): void {
    context.globalAlpha *= alpha;
    context.fillStyle = this.#pattern(context, kind);
    context.fillRect(x, y, width, height);
    context.globalAlpha /= alpha;
  }

  #pattern(context: CanvasRenderingContext2D, kind: Look): CanvasPattern | string {
    let pattern = this.#patterns.get(kind);
    if (pattern === undefined) {
      pattern = context.createPattern(this.#tile(kind), 'repeat') ?? this.colour(kind);
      this.#patterns.set(kind, pattern);
    }
    return pattern;
  }

  #tile(kind: Look): OffscreenCanvas {
    const size = Math.max(4, Math.round(tileSize * this.ratio));
    const tile = new OffscreenCanvas(size, size);
    const context = tile.getContext('2d');
    if (context === null) return tile;
    context.fillStyle = this.colour(kind);
    context.fillRect(0, 0, size, size);
    context.strokeStyle = this.background;
    context.fillStyle = this.background;
    context.globalAlpha = this.#ink;
    context.lineWidth = Math.max(1, Math.round(this.ratio));
    strokes[kind](context, size);
    return tile;
  }
}

type Stroke = (context: OffscreenCanvasRenderingContext2D, size: number) => void;

function lines(...ends: readonly (readonly [fromX: number, fromY: number, toX: number, toY: number])[]): Stroke {
  return (context, size) => {
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of ends) {
      context.moveTo(fromX * size, fromY * size);
      context.lineTo(toX * size, toY * size);
    }
    context.stroke();
  };
}

/** Diagonals go on beyond the tile on both sides, else its corners would be open. */
const rising: Stroke = lines([-0.5, 0.5, 0.5, -0.5], [-0.5, 1.5, 1.5, -0.5], [0.5, 1.5, 1.5, 0.5]);
const falling: Stroke = lines([-0.5, -0.5, 1.5, 1.5], [0.5, -0.5, 1.5, 0.5], [-0.5, 0.5, 0.5, 1.5]);

const strokes: Readonly<Record<Look, Stroke>> = {
  code: () => undefined,
  heap: rising,
  stack: lines([0.5, 0, 0.5, 1]),
  shared: (context, size) => {
    const dot = Math.max(1, Math.round(size / 3));
    context.fillRect(Math.round(size / 6), Math.round(size / 6), dot, dot);
  },
  file: falling,
  anonymous: lines([0, 0.5, 1, 0.5]),
  special: (context, size) => {
    rising(context, size);
    falling(context, size);
  },
  swapped: lines([0, 0.25, 1, 0.25], [0, 0.75, 1, 0.75], [0.25, 0, 0.25, 1], [0.75, 0, 0.75, 1]),
};

/**
 * Gives canvases as many pixels as the screen has under them. All are measured before the first one is given any: to
 * measure another after that would be a layout each time.
 */
export function fitToScreen(canvases: Iterable<HTMLCanvasElement>, ratio: number): void {
  const sizes = Array.from(canvases, (canvas) => ({
    canvas,
    width: Math.round(canvas.clientWidth * ratio),
    height: Math.round(canvas.clientHeight * ratio),
  }));
  for (const { canvas, width, height } of sizes) {
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
  }
}

/** The context to draw on a canvas anew; nothing where it does not show. `fitToScreen` comes before. */
export function cleared(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const { width, height } = canvas;
  if (width === 0 || height === 0) return undefined;
  const context = canvas.getContext('2d') ?? undefined;
  context?.clearRect(0, 0, width, height);
  return context;
}
