/** Pixels a wheel's line counts for, where the browser reports lines and not pixels. */
const pixelsPerLine = 40;

export interface WheelEvents {
  onWheel(pixels: number): void;
  onSideways(pixels: number): void;
}

/** Turns the wheel over what scrolls by itself into pixels. */
export function listenToWheel(grid: HTMLElement, events: WheelEvents): void {
  grid.addEventListener(
    'wheel',
    (event) => {
      // Ctrl+wheel is the browser's zoom.
      if (event.ctrlKey) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1;
      const page = event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? grid.clientHeight : unit;
      const isSideways = event.shiftKey && event.deltaX === 0;
      const down = isSideways ? 0 : event.deltaY * page;
      const right = (isSideways ? event.deltaY : event.deltaX) * page;
      if (down !== 0) events.onWheel(down);
      if (right !== 0) events.onSideways(right);
    },
    { passive: false },
  );
}
