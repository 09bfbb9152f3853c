import type { Column } from '../../extension/protocol/viewTypes.ts';
import { actionOf, type KeyAction, undoneBy } from '../model/keymap.ts';
import { listenToClipboard, listenToFocus } from './keyboardFocus.ts';
import type { Spot } from './surface.ts';
import { listenToWheel, type WheelEvents } from './wheel.ts';

/** Rows scrolled per frame for each row's height that a drag goes beyond the edge. */
const dragRowsPerRow = 1;

export interface GridEvents extends WheelEvents {
  onKey(action: KeyAction): void;
  /** VS Code undoes or redoes. */
  onUndoKey(): void;
  /** The pointer chose a byte; `extend` draws the selection out to it. */
  onPoint(spot: Spot, extend: boolean): void;
  onHover(spot: Spot | undefined, clientX: number, clientY: number): void;
  onFocus(isFocused: boolean): void;
  onCopy(): void;
  onCut(): void;
  onPaste(text: string): void;
  spotAt(clientX: number, clientY: number): Spot | undefined;
  scrollByRows(rows: number): void;
}

/** What of the grid has the keyboard. */
export interface KeyboardPlace {
  /** Undefined where the grid has but one. */
  column(): Column | undefined;
  /** Where what is typed goes; undefined where nothing is ever edited. `isRefused`: keys do what else they mean first. */
  typing(): { readonly column: Column; readonly isRefused: boolean } | undefined;
}

/** Turns the keyboard, the pointer and the wheel over the grid into what the grid understands. */
export function listenToGrid(grid: HTMLElement, place: KeyboardPlace, events: GridEvents): void {
  const isMac = navigator.userAgent.includes('Mac');

  grid.addEventListener('keydown', (event) => {
    // An input method's own: what comes of it is told once it is done. 229 is the key of one that has just begun.
    if (event.isComposing || event.keyCode === 229) return;
    const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    const press = { key, ctrl, shift, alt, meta, altGraph: event.getModifierState('AltGraph') };
    if (undoneBy(press, isMac) !== undefined) events.onUndoKey();
    const typing = place.typing();
    const plain = typing === undefined || typing.isRefused ? actionOf(press, isMac) : undefined;
    const action = plain ?? actionOf(press, isMac, typing?.column);
    if (action === undefined) return;
    // Tab leaves the grid at its last column, Shift+Tab at its first, and either where there is only one: no trap for
    // those without a mouse.
    const lastColumn = action.kind === 'column' && action.to === 'next' ? 'text' : 'hex';
    if (action.kind === 'column' && (place.column() ?? lastColumn) === lastColumn) return;
    event.preventDefault();
    events.onKey(action);
  });

  listenToWheel(grid, events);

  listenToClipboard(grid, 'copy', () => events.onCopy());
  listenToClipboard(grid, 'cut', () => events.onCut());
  listenToClipboard(grid, 'paste', (event) => events.onPaste(event.clipboardData?.getData('text/plain') ?? ''));
  listenToPointer(grid, events);
  listenToFocus(grid, (isFocused) => events.onFocus(isFocused));
}

function listenToPointer(grid: HTMLElement, events: GridEvents): void {
  let drag: { x: number; y: number } | undefined;

  grid.addEventListener('pointerdown', (event) => {
    const spot = events.spotAt(event.clientX, event.clientY);
    grid.focus({ preventScroll: true });
    // The right button keeps the selection for its menu.
    if (event.button !== 0 || spot === undefined) return;
    event.preventDefault();
    events.onPoint(spot, event.shiftKey);
    // One that is repeated (handover.ts) is over: no drag begins.
    if (!event.isTrusted) return;
    grid.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, y: event.clientY };
  });

  grid.addEventListener('pointermove', (event) => {
    if (drag === undefined) {
      events.onHover(events.spotAt(event.clientX, event.clientY), event.clientX, event.clientY);
      return;
    }
    const isWaiting = beyond(grid, drag.y) !== 0;
    drag = { x: event.clientX, y: event.clientY };
    extendTo(drag);
    if (!isWaiting) requestAnimationFrame(scrollWhileBeyond);
  });

  for (const end of ['pointerup', 'pointercancel'] as const) {
    grid.addEventListener(end, () => {
      drag = undefined;
    });
  }
  grid.addEventListener('pointerleave', () => events.onHover(undefined, 0, 0));

  function extendTo(point: { x: number; y: number }): void {
    const spot = events.spotAt(point.x, point.y);
    if (spot !== undefined) events.onPoint(spot, true);
  }

  /** A drag held beyond the edge scrolls on, faster the further it is. */
  function scrollWhileBeyond(): void {
    if (drag === undefined) return;
    const rows = beyond(grid, drag.y);
    if (rows === 0) return;
    events.scrollByRows(rows);
    extendTo(drag);
    requestAnimationFrame(scrollWhileBeyond);
  }
}

/** Rows to scroll for a pointer at `y`: 0 inside the grid. */
function beyond(grid: HTMLElement, y: number): number {
  const box = grid.getBoundingClientRect();
  const step = 20;
  if (y < box.top) return Math.floor(((y - box.top) / step) * dragRowsPerRow);
  return y > box.bottom ? Math.ceil(((y - box.bottom) / step) * dragRowsPerRow) : 0;
}
