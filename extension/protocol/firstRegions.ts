/** The first regions of a look as JSON, for the document of a view: what it paints before anything else has arrived. */
import { AddressSpace } from '../core/memoryMap/addressSpace.ts';
import { RegionReader, wireRegions } from '../core/memoryMap/regionWire.ts';
import type { FirstRegions } from './mapTypes.ts';

/** At most so many rows: what a tall screen shows, and all regions of most processes. */
const mostRows = 400;

/** `id`: of the regions, see LookHead. */
export function packFirst({ columns }: AddressSpace, id: number): FirstRegions {
  const { count, bytes } = wireRegions(columns, 0, Math.min(columns.count, mostRows));
  const names = columns.nameIndexes.subarray(0, count).reduce((most, index) => Math.max(most, index + 1), 0);
  const offsets = columns.names.offsets.subarray(0, names + 1);
  return {
    id,
    total: columns.count,
    rows: { count, bytes: toBase64(bytes) },
    names: { bytes: toBase64(columns.names.bytes.subarray(0, offsets.at(-1) ?? 0)), offsets: [...offsets] },
  };
}

/** The regions again; none where there were none. */
export function unpackFirst(first: FirstRegions | undefined): AddressSpace {
  const { rows, names } = first ?? nothing;
  const bytes = fromBase64(names.bytes);
  const reader = new RegionReader(rows.count, { bytes, offsets: Uint32Array.from(names.offsets) });
  reader.read({ count: rows.count, bytes: fromBase64(rows.bytes) });
  return new AddressSpace(reader.columns);
}

const nothing: Pick<FirstRegions, 'rows' | 'names'> = {
  rows: { count: 0, bytes: '' },
  names: { bytes: '', offsets: [0] },
};

/** Everywhere, and in no library here. */
declare function btoa(text: string): string;
declare function atob(text: string): string;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
