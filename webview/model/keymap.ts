/**
 * Plain keys, which the page owns (chords are contributed commands: each key has one owner, because every key pressed
 * in a webview reaches both the page and the workbench).
 */

import type { LiveAction } from '../../extension/protocol/hostApi.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'rowStart' | 'rowEnd' | 'start' | 'end';

export type KeyAction =
  | { readonly kind: 'move'; readonly move: Move; readonly extend: boolean }
  | { readonly kind: 'scroll'; readonly rows: number }
  | { readonly kind: 'selectAll' }
  | { readonly kind: 'clearSelection' }
  | { readonly kind: 'live'; readonly action: LiveAction }
  | { readonly kind: 'column'; readonly to: 'next' | 'previous' };

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

/** What a key does in the grid; undefined where it is not the grid's. `isMac`: Cmd stands for Ctrl. */
export function actionOf(press: KeyPress, isMac: boolean): KeyAction | undefined {
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
