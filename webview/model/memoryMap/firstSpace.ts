import { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { RegionReader } from '../../../extension/core/memoryMap/regionWire.ts';
import type { FirstRegions } from '../../../extension/protocol/mapTypes.ts';

/** The regions that a view's document brought along; none where it brought none. */
export function firstSpace(first: FirstRegions | undefined): AddressSpace {
  const { rows, names } = first ?? nothing;
  const reader = new RegionReader(rows.count, {
    bytes: fromBase64(names.bytes),
    offsets: Uint32Array.from(names.offsets),
  });
  reader.read({ count: rows.count, bytes: fromBase64(rows.bytes) });
  return new AddressSpace(reader.columns);
}

const nothing: Pick<FirstRegions, 'rows' | 'names'> = {
  rows: { count: 0, bytes: '' },
  names: { bytes: '', offsets: [0] },
};

/** Everywhere, and in no library here. */
declare function atob(text: string): string;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
