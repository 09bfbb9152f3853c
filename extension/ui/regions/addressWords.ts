/** Addresses and the regions they are in, in words. */
import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { type FoundAddress, findAddress } from '../../core/memoryMap/findAddress.ts';
import { type MemoryRegion, regionSize } from '../../core/memoryMap/memoryRegion.ts';
import { regionLabel } from '../processes/words.ts';

export function addressText(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** `0x5581…–0x5583…` */
export function boundsText({ start, end }: Pick<MemoryRegion, 'start' | 'end'>): string {
  return `${addressText(start)}–${addressText(end)}`;
}

/** `[heap] rw-p` */
export function regionName(space: AddressSpace, row: number): string {
  const { name, mapping } = space.objectOf(row);
  return `${regionLabel(name, mapping)} ${space.rightsText(row)}`;
}

/** `[heap] rw-p +0x10` */
export function placeInWords(space: AddressSpace, row: number, address: bigint): string {
  return `${regionName(space, row)} +${addressText(address - space.region(row).start)}`;
}

/** `[heap] rw-p, 0x5581…–0x5583…, 132 KiB` */
function regionInWords(space: AddressSpace, row: number): string {
  const region = space.region(row);
  return `${regionName(space, row)}, ${boundsText(region)}, ${formatSize(regionSize(region))}`;
}

/** Which region an address is in, or between which two. */
export function addressSentence(
  space: AddressSpace,
  address: bigint,
  found: FoundAddress = findAddress(space, address),
): string {
  const text = addressText(address);
  if (found.isMapped) {
    const place = addressText(address - space.region(found.row).start);
    return vscode.l10n.t('{0} is in {1}, at {2} in it.', text, regionInWords(space, found.row), place);
  }
  const before = found.before === undefined ? undefined : regionInWords(space, found.before);
  const after = found.after === undefined ? undefined : regionInWords(space, found.after);
  if (before === undefined && after === undefined) return vscode.l10n.t('The process has nothing mapped.');
  if (before === undefined) return vscode.l10n.t('{0} is in no region. The first one is {1}.', text, after ?? '');
  if (after === undefined) return vscode.l10n.t('{0} is in no region. The last one is {1}.', text, before);
  return vscode.l10n.t('{0} is in no region. It lies between {1} and {2}.', text, before, after);
}
