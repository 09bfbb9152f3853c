import type { ByteRange } from '../byteRange.ts';
import type { Overlay } from '../overlay/overlay.ts';
import { bytesAround } from '../overlay/surroundings.ts';
import { blocksOf, digestBytes, unknownDigests } from '../overlay/unkeptBytes.ts';

/** What a save makes of a source, as columns, so that 100,000 pieces take the thread no time. Offsets are in bytes. */
export interface SaveContents {
  readonly newSize: number;
  /** In order and none over another. `sources`: an offset of the old file to copy from, or -1 for the next of `bytes`. */
  readonly pieces: {
    readonly offsets: Float64Array<ArrayBuffer>;
    readonly lengths: Float64Array<ArrayBuffer>;
    readonly sources: Float64Array<ArrayBuffer>;
  };
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the user saw under the edits, and around what he inserted, as far as it was kept. */
  readonly checks: {
    readonly offsets: Float64Array<ArrayBuffer>;
    readonly lengths: Float64Array<ArrayBuffer>;
  };
  readonly originals: Uint8Array<ArrayBuffer>;
  /** What he deleted that was not kept, and a digest of each block of it. */
  readonly blocks: {
    readonly offsets: Float64Array<ArrayBuffer>;
    readonly lengths: Float64Array<ArrayBuffer>;
  };
  readonly digests: Uint8Array<ArrayBuffer>;
}

/** The whole view, or only what is not in the source at the same offset. */
export type SaveExtent = 'whole' | 'changes';

/** Pieces and checks of one step. */
const itemsOfStep = 512;

/** In steps, for a thread that must not be held up. The overlay must not change meanwhile. */
export function* saveContentsSteps(overlay: Overlay, extent: SaveExtent): Generator<undefined, SaveContents> {
  const pieces = yield* piecesOf(overlay, extent);
  return { newSize: overlay.size, ...pieces, ...(yield* checksOf(overlay)), ...unkeptOf(overlay) };
}

const fromBytes = -1;

function* piecesOf(overlay: Overlay, extent: SaveExtent): Generator<undefined, Pick<SaveContents, 'pieces' | 'bytes'>> {
  const [offsets, lengths, sources]: [number[], number[], number[]] = [[], [], []];
  const places: { readonly place: number; readonly length: number }[] = [];
  let put = 0;
  let seen = 0;
  for (const piece of overlay.pieces(0, overlay.size)) {
    if (++seen % itemsOfStep === 0) yield;
    if (piece.kind === 'delete') continue;
    if (piece.kind === 'source' && piece.source === piece.offset && extent === 'changes') continue;
    const source = piece.kind === 'source' ? piece.source : fromBytes;
    if (piece.kind !== 'source') {
      places.push(piece);
      put += piece.length;
    }
    const last = offsets.length - 1;
    const follows = last >= 0 && (offsets[last] as number) + (lengths[last] as number) === piece.offset;
    if (follows && source === fromBytes && sources[last] === fromBytes) {
      lengths[last] = (lengths[last] as number) + piece.length;
    } else {
      offsets.push(piece.offset);
      lengths.push(piece.length);
      sources.push(source);
    }
  }
  const bytes = new Uint8Array(put);
  let at = 0;
  for (const { place, length } of places) {
    if (++seen % itemsOfStep === 0) yield;
    overlay.readPut(place, bytes.subarray(at, at + length));
    at += length;
  }
  const pieces = {
    offsets: Float64Array.from(offsets),
    lengths: Float64Array.from(lengths),
    sources: Float64Array.from(sources),
  };
  return { pieces, bytes };
}

function* checksOf(overlay: Overlay): Generator<undefined, Pick<SaveContents, 'checks' | 'originals'>> {
  const [offsets, lengths, ids]: [number[], number[], number[]] = [[], [], []];
  let total = 0;
  let seen = 0;
  for (const { id, kind, source, length, isKept } of overlay.allChanges()) {
    if (++seen % itemsOfStep === 0) yield;
    const around = kind === 'insert' ? overlay.surrounding(id) : undefined;
    if (kind === 'insert' ? around === undefined : !isKept) continue;
    const before = around?.before.length ?? 0;
    const checked = around === undefined ? length : before + around.after.length;
    offsets.push(source - before);
    lengths.push(checked);
    ids.push(id);
    total += checked;
  }
  const originals = new Uint8Array(total);
  let at = 0;
  for (const [i, id] of ids.entries()) {
    if (++seen % itemsOfStep === 0) yield;
    const length = lengths[i] as number;
    const around = overlay.surrounding(id);
    if (around === undefined) overlay.readOriginals(id, 0, originals.subarray(at, at + length));
    else originals.set(bytesAround(around), at);
    at += length;
  }
  return { checks: { offsets: Float64Array.from(offsets), lengths: Float64Array.from(lengths) }, originals };
}

/** Of what no digest was taken, nobody knows what it was. */
function unkeptOf(overlay: Overlay): Pick<SaveContents, 'blocks' | 'digests'> {
  const blocks: ByteRange[] = [];
  const parts: Uint8Array[] = [];
  for (const range of overlay.unkeptDeletions()) {
    const { blockLength, digests } = range.bytes.digests ?? unknownDigests(range.length);
    blocks.push(...blocksOf(range, blockLength));
    parts.push(digests);
  }
  const digests = new Uint8Array(blocks.length * digestBytes);
  let at = 0;
  for (const part of parts) {
    digests.set(part, at);
    at += part.length;
  }
  const columns = {
    offsets: Float64Array.from(blocks, ({ offset }) => offset),
    lengths: Float64Array.from(blocks, ({ length }) => length),
  };
  return { blocks: columns, digests };
}
