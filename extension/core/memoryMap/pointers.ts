/** What a pointer of a process looks like, and which values may be one. */
import type { AddressSpace } from './addressSpace.ts';

/** Pages of 4 KiB that are mapped, as runs: from `first` to the one before `end`, in order, none touching the next. */
export interface MappedPages {
  /** Bytes of a pointer. */
  readonly width: 4 | 8;
  readonly isLittleEndian: boolean;
  readonly first: Float64Array<ArrayBuffer>;
  readonly end: Float64Array<ArrayBuffer>;
}

/** The byte order of this machine, and so of its processes. */
export const isLittleEndianHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** What no pointer of a program of 32 bits reaches. */
const pagesOf32Bits = 2 ** 20;

/** Neighbours come as one: a search is shorter, and so is the message. */
export function mappedPages(space: AddressSpace, isLittleEndian: boolean): MappedPages {
  const first: number[] = [];
  const end: number[] = [];
  for (let row = 0; row < space.count; row++) {
    const start = space.firstPages[row] ?? 0;
    const stop = space.endPages[row] ?? 0;
    if (end.at(-1) === start) end[end.length - 1] = stop;
    else {
      first.push(start);
      end.push(stop);
    }
  }
  const width = (end.at(-1) ?? 0) <= pagesOf32Bits ? 4 : 8;
  return { width, isLittleEndian, first: Float64Array.from(first), end: Float64Array.from(end) };
}

/** The value of a pointer; `bytes` are as many as it has. */
export function pointerValue(bytes: Uint8Array, isLittleEndian: boolean): bigint {
  let value = 0n;
  for (let at = 0; at < bytes.length; at++) {
    value = (value << 8n) | BigInt(bytes[isLittleEndian ? bytes.length - 1 - at : at] ?? 0);
  }
  return value;
}
