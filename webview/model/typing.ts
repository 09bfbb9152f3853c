import type { ByteRange } from '../../extension/core/byteRange.ts';
import { crossed, type Move } from '../../extension/core/overlay/moves.ts';

/** What is typed into, and how. */
export interface TypingPlace {
  readonly cursor: number;
  /** The selected bytes; undefined where only the cursor is there. */
  readonly selected: ByteRange | undefined;
  /** Of the view. Bytes. */
  readonly size: number;
  /** Whether what is typed is inserted, or overwrites. */
  readonly inserts: boolean;
  /** Whether only whole bytes are edited: a first digit waits for the second. */
  readonly takesWholeBytes?: boolean;
  /** The byte at an offset; undefined where there is none, or it is not known. */
  byteAt(offset: number): number | undefined;
}

/** Why a key changes nothing. */
export type TypingRefusal =
  /** Overwriting ends where the bytes end. */
  | 'end'
  /** What is there cannot be read, so it cannot be brought back. */
  | 'notReadable'
  /** Overwriting keeps the size: nothing is deleted. */
  | 'keepsSize';

export type Typed =
  | {
      readonly kind: 'edit';
      readonly offset: number;
      readonly length: number;
      readonly bytes: readonly number[];
      readonly digit?: 'first' | 'second';
      /** What was shown there as the first digit was typed, where that waited. */
      readonly shown?: readonly number[];
      readonly cursor: number;
    }
  | { readonly kind: 'move'; readonly cursor: number }
  | { readonly kind: 'refused'; readonly why: TypingRefusal };

/** What keys make of bytes: digits, characters, Delete and Backspace. It knows of the byte that has one digit so far. */
export class Typing {
  /** The byte whose first digit was typed. */
  #half: { readonly offset: number; readonly byte: number; readonly before?: number } | undefined;
  /** Whether the last byte was overwritten: typing on would go over it again. */
  #isPastEnd = false;

  /** The offset of the byte whose second digit is typed next. */
  get half(): number | undefined {
    return this.#half?.offset;
  }

  /** The digit that waits for the second one of its byte, 0 … 15, and is in no edit yet. */
  get waiting(): { readonly offset: number; readonly digit: number } | undefined {
    if (this.#half?.before === undefined) return undefined;
    return { offset: this.#half.offset, digit: this.#half.byte >> 4 };
  }

  /** The cursor went elsewhere: a byte with one digit typed keeps its other one, and a digit that waits is dropped. */
  stop(): void {
    this.#half = undefined;
    this.#isPastEnd = false;
  }

  /** Others have moved bytes: the one that has one digit so far stands elsewhere, or is gone. */
  moved(move: Move): void {
    this.#isPastEnd = false;
    if (this.#half === undefined) return;
    const met = crossed({ offset: this.#half.offset, length: 1, inserted: 1 }, move);
    this.#half = met && { ...this.#half, offset: met.edit.offset };
  }

  /** A hex digit, 0 … 15. */
  digit(digit: number, place: TypingPlace): Typed {
    const half = place.selected === undefined && this.#half?.offset === place.cursor ? this.#half : undefined;
    if (half !== undefined) {
      this.#half = undefined;
      const byte = (half.byte & 0xf0) | digit;
      const typed = this.#overwriting(half.offset, [byte], place);
      return { ...typed, digit: 'second', ...(half.before === undefined ? {} : { shown: [half.before] }) };
    }
    if (place.inserts) {
      const { offset, length } = place.selected ?? { offset: place.cursor, length: 0 };
      this.#half = { offset, byte: digit << 4 };
      return { kind: 'edit', offset, length, bytes: [digit << 4], cursor: offset };
    }
    const offset = place.selected?.offset ?? place.cursor;
    if (offset >= place.size || this.#isPastEnd) return { kind: 'refused', why: 'end' };
    const before = place.byteAt(offset);
    if (before === undefined) return { kind: 'refused', why: 'notReadable' };
    if (place.takesWholeBytes === true) {
      this.#half = { offset, byte: digit << 4, before };
      return { kind: 'move', cursor: offset };
    }
    this.#half = { offset, byte: (digit << 4) | (before & 0x0f) };
    return { kind: 'edit', offset, length: 1, bytes: [this.#half.byte], digit: 'first', cursor: offset };
  }

  /** The bytes of a character. */
  character(bytes: readonly number[], place: TypingPlace): Typed {
    this.#half = undefined;
    if (place.inserts) {
      const { offset, length } = place.selected ?? { offset: place.cursor, length: 0 };
      return { kind: 'edit', offset, length, bytes, cursor: offset + bytes.length };
    }
    const offset = place.selected?.offset ?? place.cursor;
    if (offset + bytes.length > place.size || this.#isPastEnd) return { kind: 'refused', why: 'end' };
    const isReadable = bytes.every((_, index) => place.byteAt(offset + index) !== undefined);
    return isReadable ? this.#overwriting(offset, bytes, place) : { kind: 'refused', why: 'notReadable' };
  }

  delete(place: TypingPlace): Typed {
    this.stop();
    if (!place.inserts) return { kind: 'refused', why: 'keepsSize' };
    const { offset, length } = place.selected ?? { offset: place.cursor, length: 1 };
    if (offset + length > place.size) return { kind: 'refused', why: 'end' };
    return { kind: 'edit', offset, length, bytes: [], cursor: offset };
  }

  /** Where it overwrites, it only goes back: what was typed over is brought back by undo. */
  backspace(place: TypingPlace): Typed {
    const isWaiting = this.waiting !== undefined;
    this.stop();
    if (isWaiting) return { kind: 'move', cursor: place.cursor };
    if (place.selected !== undefined) return this.delete(place);
    if (place.cursor === 0) return { kind: 'move', cursor: 0 };
    if (!place.inserts) return { kind: 'move', cursor: place.cursor - 1 };
    return { kind: 'edit', offset: place.cursor - 1, length: 1, bytes: [], cursor: place.cursor - 1 };
  }

  #overwriting(offset: number, bytes: readonly number[], { size, inserts }: TypingPlace): Typed & { kind: 'edit' } {
    const end = offset + bytes.length;
    this.#isPastEnd = !inserts && end >= size;
    const cursor = this.#isPastEnd ? size - 1 : end;
    return { kind: 'edit', offset, length: bytes.length, bytes, cursor };
  }
}
