import { equalBytes } from './memoryMap/memoryRegion.ts';

/** Whether two pieces of plain data (objects, arrays, bytes, numbers, bigints, …) say the same. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameLists(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  return !Array.isArray(b) && !(b instanceof Uint8Array) && sameProperties(a, b);
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!sameData(a[index], b[index])) return false;
  return true;
}

/** Makes no lists of keys: it is asked of tens of thousands of small objects. */
function sameProperties(a: object, b: object): boolean {
  const other = b as Readonly<Record<string, unknown>>;
  let count = 0;
  for (const key in a) {
    const value = other[key];
    if ((value === undefined && !(key in other)) || !sameData((a as typeof other)[key], value)) return false;
    count++;
  }
  for (const _key in b) count--;
  return count === 0;
}
