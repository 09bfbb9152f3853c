/** Which part of the strip of an address space shows, and which regions the keys and the pointer are at. */
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import {
  AddressStrip,
  scrollView,
  wholeStrip,
  type ZoomedStrip,
  zoomStrip,
  zoomTo,
} from '../../../extension/core/memoryMap/addressStrip.ts';

/** Units of the strip: nearer than this there is nothing to be seen. A page is one. */
const nearest = 2;

export class StripCamera {
  /** Rows; -1 for none. */
  cursor = -1;
  hovered = -1;
  readonly space: AddressSpace;
  #zoomed: ZoomedStrip;

  private constructor(space: AddressSpace, zoomed: ZoomedStrip) {
    this.space = space;
    this.#zoomed = zoomed;
  }

  static of(space: AddressSpace): StripCamera {
    return new StripCamera(space, wholeStrip(AddressStrip.of(space)));
  }

  get zoomed(): ZoomedStrip {
    return this.#zoomed;
  }

  /** At the same addresses of another look at the process; where all showed, all shows. */
  over(space: AddressSpace): StripCamera {
    const { strip, view } = this.#zoomed;
    const other = AddressStrip.of(space);
    const place = (position: number) => other.positionOf(strip.addressAt(position));
    const isWhole = view.to - view.from >= strip.wholeLength;
    const zoomed = isWhole ? wholeStrip(other) : zoomTo(other, place(view.from), place(view.to), nearest);
    const camera = new StripCamera(space, zoomed);
    // By the addresses, for rows come and go.
    const { starts } = this.space.columns;
    const rowNow = (row: number) => (row < 0 ? -1 : other.rowAt(other.positionOf(starts[row] ?? 0n)));
    [camera.cursor, camera.hovered] = [rowNow(this.cursor), rowNow(this.hovered)];
    return camera;
  }

  /** The addresses at the ends of what shows; undefined where all shows. */
  get range(): readonly [from: bigint, to: bigint] | undefined {
    const { strip, view } = this.#zoomed;
    if (view.to - view.from >= strip.wholeLength) return undefined;
    return [strip.addressAt(view.from), strip.addressAt(view.to)];
  }

  showRange(from: bigint, to: bigint): void {
    const { strip } = this.#zoomed;
    this.zoomTo(strip.positionOf(from), strip.positionOf(to));
  }

  showAll(): void {
    this.#zoomed = wholeStrip(this.#zoomed.strip);
  }

  /** Twice as near (2), or half (1/2), about the cursor or else the middle. */
  zoom(factor: number): void {
    const { strip, view } = this.#zoomed;
    const extent = this.cursor >= 0 ? strip.extent(this.cursor) : view;
    const isInView = extent.from < view.to && extent.to > view.from;
    const { from, to } = isInView ? extent : view;
    this.zoomAbout(factor, (from + to) / 2);
  }

  /** The position stays where it is. */
  zoomAbout(factor: number, position: number): void {
    const { from, to } = this.#zoomed.view;
    this.#zoomed = zoomStrip(this.#zoomed, Math.min((to - from) / nearest, factor), position);
  }

  /** Shows what is between two positions, in any order. */
  zoomTo(a: number, b: number): void {
    this.#zoomed = zoomTo(this.#zoomed.strip, Math.min(a, b), Math.max(a, b), nearest);
  }

  /** By parts of what shows. */
  scroll(parts: number): void {
    const { strip, view } = this.#zoomed;
    this.#zoomed = { strip, view: scrollView(view, parts * (view.to - view.from), strip.length) };
  }

  /** Brings a region to the middle, unless some of it shows. */
  reveal(row: number): void {
    const { strip, view } = this.#zoomed;
    const { from, to } = strip.extent(row);
    if (from < view.to && to > view.from) return;
    this.#zoomed = { strip, view: scrollView(view, (from + to - view.from - view.to) / 2, strip.length) };
  }

  /** The next region that is drawn apart from that of the cursor; those that share a pixel are passed together. */
  neighbour(by: 1 | -1, pixels: number): number {
    const { strip, view } = this.#zoomed;
    const pixel = (view.to - view.from) / Math.max(1, pixels);
    const last = this.space.count - 1;
    const here = strip.extent(this.cursor).from;
    let row = Math.min(last, Math.max(0, this.cursor + by));
    while (row > 0 && row < last && Math.abs(strip.extent(row).from - here) < pixel) row += by;
    return row;
  }
}
