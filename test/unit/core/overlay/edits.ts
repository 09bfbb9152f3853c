// Edits of any kind, and an overlay that has taken them.
import fc from 'fast-check';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { cellsOf } from './model.ts';

export interface AnyEdit {
  /** A share of what there is, 0 … 1. */
  readonly at: number;
  /** Of what is replaced, where there is so much. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Up to `most` edits, whose bytes are at least `least`. */
export function anyEdits(most: number, least = 0): fc.Arbitrary<AnyEdit[]> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(6),
    bytes: fc.uint8Array({ maxLength: 6, min: least }),
  });
  return fc.array(edit, { maxLength: most });
}

export function overlayWith(source: readonly number[], edits: readonly AnyEdit[]): Overlay {
  const overlay = new Overlay(source.length);
  for (const { at, length, bytes } of edits) {
    const offset = Math.floor(at * overlay.size);
    const fitting = Math.min(length, overlay.size - offset);
    const shown = Uint8Array.from(cellsOf(overlay, source).slice(offset, offset + fitting), ({ value }) => value);
    overlay.edit({ offset, length: fitting, bytes, shown });
  }
  return overlay;
}
