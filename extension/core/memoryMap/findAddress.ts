/** Where an address is: in a region, or between two. */
import { AddressIndex } from './addressIndex.ts';
import type { AddressSpace } from './addressSpace.ts';

export type FoundAddress =
  | { readonly isMapped: true; readonly row: number }
  /** The rows of the neighbours; undefined at the ends of the address space. */
  | { readonly isMapped: false; readonly before: number | undefined; readonly after: number | undefined };

export function findAddress(space: AddressSpace, address: bigint): FoundAddress {
  const index = new AddressIndex(space);
  const row = index.rowAt(address);
  if (row >= 0) return { isMapped: true, row };
  const [before, after] = [index.before(address), index.after(address)];
  return { isMapped: false, before: before < 0 ? undefined : before, after: after < 0 ? undefined : after };
}
