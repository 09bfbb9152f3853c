import { Overlay } from './overlay.ts';
import { putBytes } from './putBytes.ts';
import type { Surrounding } from './surroundings.ts';
import { cutDigests } from './unkeptBytes.ts';

/** The edits over a source that was cut to `size`: those past its end are left out, and so is the history. */
export function keptWithin(overlay: Overlay, size: number): Overlay {
  const kept = new Overlay(size);
  for (const change of overlay.allChanges()) {
    const { kind, offset, source, isKept, id } = change;
    const isInsert = kind === 'insert';
    const length = isInsert ? change.length : Math.min(change.length, size - source);
    // At the new end, only what is inserted has a place.
    if (source > size || length <= 0) break;
    const shown = isInsert ? new Uint8Array(0) : isKept ? new Uint8Array(length) : undefined;
    if (!isInsert && shown !== undefined) overlay.readOriginals(id, 0, shown);
    const bytes = kind === 'delete' ? new Uint8Array(0) : putBytes(overlay, change).subarray(0, length);
    const around = overlay.surrounding(id);
    const surrounding = around && cut(around, size - source);
    const known = overlay.unkept(id)?.digests;
    const digests = known && cutDigests(known, length);
    kept.edit({ offset, length: isInsert ? 0 : length, bytes, shown, surrounding, digests });
  }
  return kept;
}

/** Without what is past the new end. */
function cut({ before, after }: Surrounding, length: number): Surrounding {
  return { before, after: after.subarray(0, length) };
}
