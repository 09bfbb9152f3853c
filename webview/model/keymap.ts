/**
 * Plain keys, which the page owns (chords are contributed commands: each key has one owner, because every key pressed
 * in a webview reaches both the page and the workbench).
 */

import type { LiveAction } from '../../extension/protocol/hostApi.ts';
import type { Column } from '../../extension/protocol/viewTypes.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
  /** AltGr, which types on many keyboards and comes as Ctrl and Alt on some systems. */
  readonly altGraph?: boolean;
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'rowStart' | 'rowEnd' | 'start' | 'end';

export type KeyAction =
  | { readonly kind: 'move'; readonly move: Move; readonly extend: boolean }
  | { readonly kind: 'scroll'; readonly rows: number }
  | { readonly kind: 'selectAll' }
  | { readonly kind: 'clearSelection' }
  | { readonly kind: 'live'; readonly action: LiveAction }
  | { readonly kind: 'column'; readonly to: 'next' | 'previous' }
  | { readonly kind: 'erase'; readonly key: 'delete' | 'backspace' }
  /** A hex digit, 0 … 15. */
  | { readonly kind: 'digit'; readonly digit: number }
  | { readonly kind: 'character'; readonly text: string };

const plainMoves: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'rowStart',
  End: 'rowEnd',
};

/**
 * What a key does in the grid; undefined where it is not the grid's. `isMac`: Cmd stands for Ctrl. `typesInto`: the column
 * that takes what is typed; undefined where nothing is edited.
 */
export function actionOf(press: KeyPress, isMac: boolean, typesInto?: Column): KeyAction | undefined {
  const typed = typesInto === undefined ? undefined : typedBy(press, isMac, typesInto);
  if (typed !== undefined) return typed;
  const command = isMac ? press.meta : press.ctrl;
  const isPlain = !press.ctrl && !press.meta && !press.alt;
  if (isPlain && press.key === 'Tab') return { kind: 'column', to: press.shift ? 'previous' : 'next' };
  if (isPlain && press.key === ' ') return { kind: 'live', action: 'pauseOrResume' };
  if (isPlain && press.key === '.') return { kind: 'live', action: 'step' };
  if (isPlain && press.key === 'Escape') return { kind: 'clearSelection' };
  const move = plainMoves[press.key];
  if (isPlain && move !== undefined) return { kind: 'move', move, extend: press.shift };
  if (!command || press.alt) return undefined;
  switch (press.key) {
    case 'Home':
      return { kind: 'move', move: 'start', extend: press.shift };
    case 'End':
      return { kind: 'move', move: 'end', extend: press.shift };
    case 'ArrowUp':
      return isMac ? { kind: 'move', move: 'start', extend: press.shift } : { kind: 'scroll', rows: -1 };
    case 'ArrowDown':
      return isMac ? { kind: 'move', move: 'end', extend: press.shift } : { kind: 'scroll', rows: 1 };
    case 'a':
    case 'A':
      return press.shift ? undefined : { kind: 'selectAll' };
    default:
      return undefined;
  }
}

/**
 * What a key undoes or redoes. It is VS Code's to carry out: a grid only knows by it that the next digit is the first of
 * its byte.
 */
export function undoneBy({ key, ctrl, shift, alt, meta }: KeyPress, isMac: boolean): 'undo' | 'redo' | undefined {
  if (!(isMac ? meta : ctrl) || alt) return undefined;
  if (/^z$/i.test(key)) return shift ? 'redo' : 'undo';
  return /^y$/i.test(key) && !isMac ? 'redo' : undefined;
}

/** What a key types, or takes away. */
function typedBy(
  { key, ctrl, shift, alt, meta, altGraph }: KeyPress,
  isMac: boolean,
  column: Column,
): KeyAction | undefined {
  const isPlain = !ctrl && !meta && !alt;
  if (isPlain && key === 'Delete' && !shift) return { kind: 'erase', key: 'delete' };
  if (isPlain && key === 'Backspace') return { kind: 'erase', key: 'backspace' };
  if (column === 'hex') {
    const digit = isPlain && /^[0-9a-f]$/i.test(key) ? Number.parseInt(key, 16) : undefined;
    return digit === undefined ? undefined : { kind: 'digit', digit };
  }
  if (isPlain && key === 'Enter') return { kind: 'character', text: '\n' };
  const isTyping = isPlain || altGraph === true || (isMac && alt && !ctrl && !meta);
  return isTyping && [...key].length === 1 ? { kind: 'character', text: key } : undefined;
}
