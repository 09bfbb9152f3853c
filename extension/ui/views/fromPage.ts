// What comes from a page is checked like anything that comes from outside.

/** Rejects, with a RangeError, what is no whole number that can be told exactly. */
export function safeOffset(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an offset: ${value}`);
  return value;
}

/** An address in hex digits. Throws a RangeError for anything else. */
export function safeAddress(digits: string): bigint {
  if (!/^[0-9a-f]{1,16}$/.test(digits)) throw new RangeError('not an address');
  return BigInt(`0x${digits}`);
}
