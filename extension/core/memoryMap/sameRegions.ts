import { Halves, type RegionColumns } from './regionColumns.ts';

/** Whether two looks found the very same regions, names included. */
export function sameRegions(a: RegionColumns, b: RegionColumns): boolean {
  if (a.count !== b.count || !sameBytes(a.names.bytes, b.names.bytes)) return false;
  const wide = (['starts', 'ends', 'offsets', 'devs', 'inos'] as const).every((key) => {
    const [ours, theirs] = [new Halves(a[key]), new Halves(b[key])];
    for (let row = 0; row < a.count; row++) if (!ours.areSame(row, theirs, row)) return false;
    return true;
  });
  const narrow = (['rights', 'nameIndexes', 'maybeNewline'] as const).every((key) => sameBytes(a[key], b[key]));
  return wide && narrow && sameBytes(a.names.offsets, b.names.offsets);
}

function sameBytes(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
