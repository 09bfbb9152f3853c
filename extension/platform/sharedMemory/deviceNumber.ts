import type { Device } from '../../core/memoryRegion.ts';

/** A device number in one piece, as stat(2) has it (gnu_dev_makedev). */
export function deviceNumber({ major, minor }: Device): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return ((high & 0xfffff000n) << 32n) | ((low & 0xffffff00n) << 12n) | ((high & 0xfffn) << 8n) | (low & 0xffn);
}

/** The same in its two halves. */
export function deviceOf(number: bigint): Device {
  return {
    major: Number(((number >> 32n) & 0xfffff000n) | ((number >> 8n) & 0xfffn)),
    minor: Number(((number >> 12n) & 0xffffff00n) | (number & 0xffn)),
  };
}
