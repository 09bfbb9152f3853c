import type { Typography, ViewLayout, ViewMode } from '../../extension/protocol/viewTypes.ts';
import type { Selection } from '../model/selection.ts';
import { ByteOutline } from './caret.ts';
import { FrameLoop } from './frameLoop.ts';
import type { HexSurface } from './hexSurface.ts';
import { measure } from './metrics.ts';
import { rowsHeight } from './opening.ts';
import type { Reading } from './reading.ts';
import type { Scene, Spot, Surface } from './surface.ts';
import type { TextSurface } from './textSurface.ts';
import type { ViewFrame } from './viewFrame.ts';
import { WaitingDigit } from './waitingDigit.ts';

/** How a stage begins. */
export interface Beginning {
  readonly scene: Scene;
  readonly mode: ViewMode;
  readonly typography: Typography;
  readonly hex: HexSurface;
  readonly text: TextSurface;
}

export interface StageEvents {
  /** The selection is another one; `before` is what it was. */
  onSelection(before: Selection): void;
  /** The rows are drawn: what stands around them is next. */
  onRows(surface: Surface): void;
}

/** Where the bytes show: the scene, the surface of the mode that draws it, and the outlines in it. */
export class Stage {
  readonly #frame: ViewFrame;
  readonly #reading: Reading;
  readonly #events: StageEvents;
  readonly #frames = new FrameLoop(() => this.draw());
  readonly #surfaces: Readonly<Record<ViewMode, Surface>>;
  readonly #outlines: Readonly<Record<ViewMode, Outlines>>;
  #scene: Scene;
  #mode: ViewMode;
  #gridHeight: number;
  #typography: Typography;
  #hovered: Spot | undefined;
  /** Whether what shows is where the user wants to be: nothing is fetched around a place that the next key leaves. */
  staysThere = true;

  constructor(
    frame: ViewFrame,
    reading: Reading,
    { scene, mode, typography, hex, text }: Beginning,
    events: StageEvents,
  ) {
    this.#frame = frame;
    this.#reading = reading;
    this.#events = events;
    this.#surfaces = { hex, text };
    this.#outlines = { hex: outlinesIn(hex.rowsContainer), text: outlinesIn(text.rowsContainer) };
    [this.#scene, this.#mode, this.#typography] = [scene, mode, typography];
    this.#gridHeight = frame.grid.clientHeight;
  }

  get scene(): Scene {
    return this.#scene;
  }

  get mode(): ViewMode {
    return this.#mode;
  }

  /** What shows now; the other one knows of nothing until it does. */
  get surface(): Surface {
    return this.#surfaces[this.#mode];
  }

  /** Pixels, of the whole grid. */
  get gridHeight(): number {
    return this.#gridHeight;
  }

  get outlines(): Outlines {
    return this.#outlines[this.#mode];
  }

  /** What the pointer is over. */
  get hovered(): Spot | undefined {
    return this.#hovered;
  }

  /** Draws for the first time, from the row of `top`. */
  begin(top: number): void {
    this.#listen();
    this.#showSurface();
    this.surface.scrollTo(top);
    this.draw();
  }

  change(change: Partial<Scene>): void {
    const before = this.#scene;
    this.#scene = { ...before, ...change };
    if (this.#scene.selection !== before.selection) this.#events.onSelection(before.selection);
    this.request();
  }

  /** The cache has other bytes than it had, or knows more of them. */
  bytesChanged(): void {
    this.change({ contents: this.#scene.contents + 1 });
  }

  layoutChanged(layout: ViewLayout, typography: Typography): void {
    this.#typography = typography;
    this.change({ layout, metrics: measure(this.#frame.grid, typography) });
  }

  setMode(mode: ViewMode): void {
    if (mode === this.#mode) return;
    const { selection } = this.#scene;
    const { top } = this.surface;
    const rowsAbove = this.surface.rowsAbove(selection.cursor);
    this.#mode = mode;
    this.change({ selection: { ...selection, column: mode } });
    this.#showSurface();
    // What the user looks at stays where it is: the cursor if it shows, else the first row.
    if (rowsAbove === undefined) this.surface.scrollTo(top);
    else this.surface.scrollTo(selection.cursor, rowsAbove);
  }

  hover(spot: Spot | undefined): void {
    this.#hovered = spot;
    this.request();
  }

  scroll(move: (surface: Surface) => void): void {
    move(this.surface);
    this.#frame.hover.hide();
    // Not with the frame, which comes up to 16 ms later: then the bytes are often here when it does.
    this.#read();
    this.request();
  }

  /** Asks for a frame; it may be asked for often. */
  request(): void {
    this.#frames.request();
  }

  draw(): void {
    this.surface.draw(this.#scene);
    this.#events.onRows(this.surface);
    this.#read();
  }

  #read(): void {
    this.#reading.want(this.surface, this.#scene.status.size, this.staysThere);
  }

  /** Shows the surface of the mode, and tells it all that happened while it was hidden. */
  #showSurface(): void {
    // Only the one that shows is in the document: what is not there costs nothing.
    this.#frame.grid.replaceChildren(this.surface.element);
    this.change({ height: rowsHeight(this.#gridHeight, this.#scene.metrics.rowHeight) });
    this.surface.draw(this.#scene);
  }

  #listen(): void {
    const resized = new ResizeObserver(() => this.#measureHeight());
    for (const { clip, viewport } of Object.values(this.#surfaces)) {
      resized.observe(clip);
      viewport.addEventListener('scroll', () => this.request());
    }
    // The theme and the editor's font come as style and class of the document.
    const look = new MutationObserver(() => {
      this.change({ metrics: measure(this.#frame.grid, this.#typography) });
      this.#frame.strip.draw();
    });
    look.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    look.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  }

  #measureHeight(): void {
    const { clientWidth: width, clientHeight } = this.#frame.grid;
    const height = this.surface.clip.clientHeight;
    this.#gridHeight = clientHeight;
    if (width !== this.#scene.width || height !== this.#scene.height) this.change({ width, height });
  }
}

interface Outlines {
  readonly caret: ByteOutline;
  readonly hover: ByteOutline;
  readonly waiting: WaitingDigit;
}

function outlinesIn(container: HTMLElement): Outlines {
  return {
    caret: new ByteOutline(container, 'caret'),
    hover: new ByteOutline(container, 'hovered'),
    waiting: new WaitingDigit(container),
  };
}
