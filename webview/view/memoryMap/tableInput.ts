import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import { actionOf, type KeyAction } from '../../model/keymap.ts';

/** Pixels a wheel's line counts for, where the browser reports lines and not pixels. */
const pixelsPerLine = 40;

export interface TableInputEvents {
  onKey(action: KeyAction): void;
  /** Enter, or a double click. */
  onOpen(): void;
  onToggleAtCursor(): void;
  onPoint(code: number, how: 'only' | 'extend' | 'toggle'): void;
  /** The right button: keeps a selection that holds the row. */
  onMenu(code: number): void;
  onFocus(isFocused: boolean): void;
  onCopy(): void;
}

interface TableGeometry {
  codeAt(clientY: number): number | undefined;
  onWheel(pixels: number): void;
  onSideways(pixels: number): void;
  onHover(spot: { code: number; column: MapColumn } | undefined, x: number, y: number): void;
}

/** Turns the keyboard, the pointer and the wheel over the table into what the table understands. */
export function listenToTable(grid: HTMLElement, rows: HTMLElement, events: TableInputEvents & TableGeometry): void {
  const isMac = navigator.userAgent.includes('Mac');

  grid.addEventListener('keydown', (event) => {
    const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    if (event.target !== grid) return;
    if (key === 'Enter' && !ctrl && !alt && !meta) events.onOpen();
    else if (key === ' ' && (isMac ? meta : ctrl)) events.onToggleAtCursor();
    else {
      const action = actionOf({ key, ctrl, shift, alt, meta }, isMac);
      if (action === undefined || action.kind === 'column') return;
      events.onKey(action);
    }
    event.preventDefault();
  });

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

  rows.addEventListener('pointerdown', (event) => {
    const code = events.codeAt(event.clientY);
    grid.focus({ preventScroll: true });
    if (code === undefined) return;
    event.preventDefault();
    const isToggle = isMac ? event.metaKey : event.ctrlKey;
    if (event.button === 2) events.onMenu(code);
    else if (event.button === 0) events.onPoint(code, event.shiftKey ? 'extend' : isToggle ? 'toggle' : 'only');
  });
  rows.addEventListener('dblclick', (event) => {
    if (events.codeAt(event.clientY) !== undefined) events.onOpen();
  });
  rows.addEventListener('pointermove', (event) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-cell]') : null;
    const code = events.codeAt(event.clientY);
    const column = cell?.dataset['cell'] as MapColumn | undefined;
    const spot = code === undefined || column === undefined ? undefined : { code, column };
    events.onHover(spot, event.clientX, event.clientY);
  });
  rows.addEventListener('pointerleave', () => events.onHover(undefined, 0, 0));

  // VS Code in a browser leaves the copy key to the page and runs no keybinding for it; on the desktop it is the other
  // way round, and only "Copy" of the Edit menu comes here.
  document.addEventListener('copy', (event) => {
    if (document.activeElement !== grid) return;
    event.preventDefault();
    events.onCopy();
  });

  const tellFocus = () => events.onFocus(document.hasFocus() && document.activeElement === grid);
  for (const type of ['focus', 'blur'] as const) {
    grid.addEventListener(type, tellFocus);
    window.addEventListener(type, tellFocus);
  }
}
