/** What plain keys do in the picture of an address space. */
import type { KeyPress } from '../keymap.ts';

export type PictureAction =
  /** To the next (1) or previous (-1) region that can be told apart. */
  | { readonly kind: 'step'; readonly by: 1 | -1 }
  | { readonly kind: 'edge'; readonly to: 'first' | 'last' }
  /** 2: twice as near. */
  | { readonly kind: 'zoom'; readonly factor: number }
  /** In parts of what shows. */
  | { readonly kind: 'scroll'; readonly by: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'choose' };

const actions: Readonly<Record<string, PictureAction>> = {
  ArrowLeft: { kind: 'step', by: -1 },
  ArrowRight: { kind: 'step', by: 1 },
  End: { kind: 'edge', to: 'last' },
  '+': { kind: 'zoom', factor: 2 },
  '=': { kind: 'zoom', factor: 2 },
  ArrowUp: { kind: 'zoom', factor: 2 },
  '-': { kind: 'zoom', factor: 1 / 2 },
  _: { kind: 'zoom', factor: 1 / 2 },
  ArrowDown: { kind: 'zoom', factor: 1 / 2 },
  PageUp: { kind: 'scroll', by: -0.8 },
  PageDown: { kind: 'scroll', by: 0.8 },
  Home: { kind: 'all' },
  Enter: { kind: 'choose' },
  ' ': { kind: 'choose' },
};

const withShift: Readonly<Record<string, PictureAction>> = {
  ArrowLeft: { kind: 'scroll', by: -0.1 },
  ArrowRight: { kind: 'scroll', by: 0.1 },
};

/** The part of a region's pages that a key leads to from `part`; undefined where the key is another's. */
export function partReached(press: KeyPress, part: number, parts: number): number | undefined {
  if (press.ctrl || press.alt || press.meta || press.shift || parts === 0) return undefined;
  const page = Math.max(1, Math.round(parts / 10));
  const reached: Readonly<Record<string, number>> = {
    ArrowLeft: part - 1,
    ArrowDown: part - 1,
    ArrowRight: part + 1,
    ArrowUp: part + 1,
    PageDown: part + page,
    PageUp: part - page,
    Home: 0,
    End: parts - 1,
  };
  const to = reached[press.key];
  return to === undefined ? undefined : Math.max(0, Math.min(parts - 1, to));
}

/** Undefined where the key is not the picture's. */
export function pictureAction({ key, ctrl, shift, alt, meta }: KeyPress): PictureAction | undefined {
  if (ctrl || alt || meta) return undefined;
  return (shift ? withShift[key] : undefined) ?? actions[key];
}
