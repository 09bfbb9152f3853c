/** What is computed from bytes that stand there, to be put in their place. */
import type { ByteOrder } from '../expressions/typedNumber.ts';

/** Bytes that one number has. */
export const numberLengths: readonly number[] = [1, 2, 4, 8];

/** Each bit the other way round. */
export function invertBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ~byte);
}

/** The bytes as one whole number, and `by` more; beyond the largest it goes on from 0, and back. */
export function addToNumber(bytes: Uint8Array, by: bigint, order: ByteOrder): Uint8Array {
  const sum = Uint8Array.from(bytes);
  let carry = by;
  for (let i = 0; i < sum.length; i++) {
    const at = order === 'little' ? i : sum.length - 1 - i;
    carry += BigInt(sum[at] ?? 0);
    sum[at] = Number(carry & 0xffn);
    carry >>= 8n;
  }
  return sum;
}

/** A byte of which the first hex digit was typed, with the second one of what is there. */
export function withSecondDigit(typed: Uint8Array, there: Uint8Array | undefined): Uint8Array {
  return Uint8Array.of(((typed[0] ?? 0) & 0xf0) | ((there?.[0] ?? 0) & 0x0f));
}
