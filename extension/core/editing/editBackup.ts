/** Staged edits as bytes: they outlive the window, and whoever loads them can check what they were about. */
import type { ChangeKind } from '../overlay/changeTable.ts';
import { Overlay } from '../overlay/overlay.ts';
import { type Surrounding, surroundingBytes } from '../overlay/surroundings.ts';
import { type BlockDigests, digestBytes } from '../overlay/unkeptBytes.ts';
import { SourceError } from '../sourceError.ts';
import { decodeUtf8Strict, encodeUtf8 } from '../text/utf8.ts';

/** What the edits were made over. */
export interface EditedSource {
  /** Its refKey. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** As its probe told it. */
  readonly version: string;
}

/** Who wrote the edits down, and when: of two backups of one document it tells the later one. */
export interface BackupStamp {
  /** The document's key: of its source and its mode. */
  readonly document: string;
  /** Where it is opened again. */
  readonly uri: string;
  /** The window, by a name that no other one ever has. */
  readonly window: string;
  /** Grows with each backup of a window. Milliseconds since 1970. */
  readonly at: number;
}

/** What a backup says of itself before the bytes. */
export interface BackupSummary {
  readonly source: EditedSource;
  readonly stamp: BackupStamp | undefined;
  /** Edits. */
  readonly count: number;
  /** Bytes that they put in; undefined where an older Memglass wrote it. */
  readonly bytes: number | undefined;
}

interface Header extends EditedSource {
  readonly stamp?: BackupStamp | undefined;
  readonly count: number;
  readonly bytes?: number | undefined;
}

const magic = encodeUtf8('MGEDITS5');
/** What differs is only that nothing tells there what long deletions left out, nor in the first what stood around insertions. */
const formerMagics = [encodeUtf8('MGEDITS3'), encodeUtf8('MGEDITS4')];
const kinds: readonly ChangeKind[] = ['overwrite', 'insert', 'delete'];

const blockLengthBytes = 8;

/** Edits of one step: a millisecond at most, but where they are long. */
const editsOfStep = 256;

/** Bytes of an edit before the contents: where it is in the view, its length, its kind and what of the source follows. */
const entryBytes = 8 + 8 + 1;
const kindBits = 3;
/** What it hides. */
const keptBit = 4;
/** What stood around it, with the lengths of both sides before it. */
const surroundingBit = 8;
/** Digests of what it hides, with the length of their blocks before them. */
const digestsBit = 16;

/** At the end: a sum over all before it. A power loss leaves zeros in what nobody flushed, and they would pass for edits. */
const sumBytes = 4;

/** Bytes summed up in one step. */
const summedOfStep = 2 ** 18;

/** Bytes that tell how long the header is. */
export const beginning = magic.length + 4;

/** The edits with their bytes and those under them, in steps; the history is not in it. The overlay must not change meanwhile. */
export function* backupSteps(
  overlay: Overlay,
  source: EditedSource,
  stamp?: BackupStamp,
): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const { count } = overlay;
  // Digests come as they are taken, also between two steps.
  const taken = new Map(overlay.unkeptDeletions().map(({ bytes: unkept }) => [unkept, unkept.digests]));
  const digestsOf = (id: number) => {
    const unkept = overlay.unkept(id);
    return unkept && taken.get(unkept);
  };
  const { put: bytes, all: contents } = yield* lengthsOfContents(overlay, digestsOf);
  const header = encodeUtf8(JSON.stringify({ ...source, stamp, count, bytes } satisfies Header));
  const start = beginning + header.length;
  const backup = new Uint8Array(start + count * entryBytes + contents + sumBytes);
  const fields = new DataView(backup.buffer);
  backup.set(magic);
  fields.setUint32(magic.length, header.length);
  backup.set(header, beginning);
  let at = start + count * entryBytes;
  const take = (length: number) => {
    at += length;
    return backup.subarray(at - length, at);
  };
  let entry = start;
  for (const { kind, offset, length, isKept, id } of overlay.allChanges()) {
    fields.setFloat64(entry, offset);
    fields.setFloat64(entry + 8, length);
    const around = kind === 'insert' ? overlay.surrounding(id) : undefined;
    const digests = digestsOf(id);
    const bits = (isKept ? keptBit : 0) | (around ? surroundingBit : 0) | (digests ? digestsBit : 0);
    fields.setUint8(entry + 16, kinds.indexOf(kind) | bits);
    entry += entryBytes;
    if (kind !== 'delete') overlay.readPutOf(id, take(length));
    if (kind !== 'insert' && isKept) overlay.readOriginals(id, 0, take(length));
    if (around !== undefined) {
      take(2).set([around.before.length, around.after.length]);
      take(around.before.length).set(around.before);
      take(around.after.length).set(around.after);
    }
    if (digests !== undefined) {
      fields.setFloat64(at, digests.blockLength);
      take(blockLengthBytes);
      take(digests.digests.length).set(digests.digests);
    }
    if (endsStep(entry - start)) yield;
  }
  fields.setUint32(at, yield* sumOf(backup.subarray(0, at)));
  return backup;
}

/** FNV-1a, 32 bits: tells damage, and keeps nobody from making a backup of his own. */
function* sumOf(bytes: Uint8Array): Generator<undefined, number> {
  let sum = 0x811c9dc5;
  for (let done = 0; done < bytes.length; ) {
    const end = Math.min(bytes.length, done + summedOfStep);
    for (; done < end; done++) sum = Math.imul(sum ^ (bytes[done] as number), 0x01000193);
    yield;
  }
  return sum >>> 0;
}

function* lengthsOfContents(
  overlay: Overlay,
  digestsOf: (id: number) => BlockDigests | undefined,
): Generator<undefined, { readonly put: number; readonly all: number }> {
  let put = 0;
  let others = 0;
  let seen = 0;
  for (const { kind, length, isKept, id } of overlay.allChanges()) {
    if (kind !== 'delete') put += length;
    if (kind !== 'insert' && isKept) others += length;
    const around = kind === 'insert' ? overlay.surrounding(id) : undefined;
    if (around !== undefined) others += 2 + around.before.length + around.after.length;
    const digests = digestsOf(id);
    if (digests !== undefined) others += blockLengthBytes + digests.digests.length;
    seen += entryBytes;
    if (endsStep(seen)) yield;
  }
  return { put, all: put + others };
}

/** The edits of a backup, in steps. Throws SourceError('badArgument') for what is no whole backup. */
export function* overlaySteps(
  backup: Uint8Array,
): Generator<undefined, { readonly source: EditedSource; readonly overlay: Overlay }> {
  const { header, start } = headerOf(backup);
  const { key, size, version, count } = header;
  const fields = new DataView(backup.buffer, backup.byteOffset, backup.length);
  const end = backup.length - sumBytes;
  const isWhole = end >= start && fields.getUint32(end) === (yield* sumOf(backup.subarray(0, end)));
  if (!isWhole || !isCount(size) || !isCount(count)) throw new SourceError('badArgument');
  const overlay = new Overlay(size);
  let at = start + count * entryBytes;
  const take = (length: number): Uint8Array => {
    if (!(length >= 0 && at + length <= end)) throw new SourceError('badArgument');
    at += length;
    return backup.subarray(at - length, at);
  };
  take(0);
  // In the order of the view: what comes before an edit is in its place already.
  for (let entry = start; entry < start + count * entryBytes; entry += entryBytes) {
    const offset = fields.getFloat64(entry);
    const length = fields.getFloat64(entry + 8);
    const byte = fields.getUint8(entry + 16);
    const kind = kinds[byte & kindBits];
    if (kind === undefined) throw new SourceError('badArgument');
    const bytes = take(kind === 'delete' ? 0 : length);
    const isKept = (byte & keptBit) !== 0;
    const shown = kind === 'insert' ? new Uint8Array(0) : isKept ? take(length) : undefined;
    const surrounding = (byte & surroundingBit) === 0 ? undefined : surroundingFrom(take);
    const digests = (byte & digestsBit) === 0 ? undefined : digestsFrom(take, length);
    overlay.edit({ offset, length: kind === 'insert' ? 0 : length, bytes, shown, surrounding, digests });
    if (endsStep(entry - start)) yield;
  }
  return { source: { key, size, version }, overlay };
}

function surroundingFrom(take: (length: number) => Uint8Array): Surrounding {
  const [before = 0, after = 0] = take(2);
  if (Math.max(before, after) > surroundingBytes) throw new SourceError('badArgument');
  return { before: take(before), after: take(after) };
}

function digestsFrom(take: (length: number) => Uint8Array, length: number): BlockDigests {
  const field = take(blockLengthBytes);
  const blockLength = new DataView(field.buffer, field.byteOffset).getFloat64(0);
  if (!isCount(blockLength) || blockLength === 0) throw new SourceError('badArgument');
  return { blockLength, digests: take(Math.ceil(length / blockLength) * digestBytes).slice() };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** `done`: bytes of entries. */
function endsStep(done: number): boolean {
  return (done / entryBytes) % editsOfStep === 0;
}

/** From a backup's first bytes, as many as `headerLength` told; undefined for what is none. */
export function readSummary(start: Uint8Array): BackupSummary | undefined {
  try {
    const { key, size, version, stamp, count, bytes } = headerOf(start).header;
    return { source: { key, size, version }, stamp, count, bytes };
  } catch {
    return undefined;
  }
}

/** Bytes until the edits' own begin, from the first `beginning` bytes of a backup; undefined for what is none. */
export function headerLength(start: Uint8Array): number | undefined {
  const isBackup = [magic, ...formerMagics].some((known) => known.every((byte, i) => start[i] === byte));
  if (start.length < beginning || !isBackup) return undefined;
  return beginning + new DataView(start.buffer, start.byteOffset).getUint32(magic.length);
}

function headerOf(backup: Uint8Array): { readonly header: Header; readonly start: number } {
  const start = headerLength(backup);
  const text = start === undefined ? undefined : decodeUtf8Strict(backup.subarray(beginning, start));
  try {
    return { header: JSON.parse(text ?? '') as Header, start: start ?? 0 };
  } catch {
    throw new SourceError('badArgument');
  }
}
