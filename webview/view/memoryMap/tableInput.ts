import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import { actionOf, type KeyAction } from '../../model/keymap.ts';
import { listenToClipboard, listenToFocus } from '../keyboardFocus.ts';
import { listenToWheel, type WheelEvents } from '../wheel.ts';

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

interface TableGeometry extends WheelEvents {
  codeAt(clientY: number): number | undefined;
  /** A key takes away what hovers. Whether that was all that it was for. */
  dismisses(key: string): boolean;
  onHover(spot: { code: number; column: MapColumn } | undefined, x: number, y: number): void;
}

/** Turns the keyboard, the pointer and the wheel over the table into what the table understands. */
export function listenToTable(grid: HTMLElement, rows: HTMLElement, events: TableInputEvents & TableGeometry): void {
  const isMac = navigator.userAgent.includes('Mac');

  grid.addEventListener('keydown', (event) => {
    const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    if (event.target !== grid || events.dismisses(key)) return;
    if (key === 'Enter' && !ctrl && !alt && !meta) events.onOpen();
    else if (key === ' ' && (isMac ? meta : ctrl)) events.onToggleAtCursor();
    else {
      const action = actionOf({ key, ctrl, shift, alt, meta }, isMac);
      if (action === undefined || action.kind === 'column') return;
      events.onKey(action);
    }
    event.preventDefault();
  });

  listenToWheel(grid, events);

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

  listenToClipboard(grid, 'copy', () => events.onCopy());
  listenToFocus(grid, (isFocused) => events.onFocus(isFocused));
}
