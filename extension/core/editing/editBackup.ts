/** Staged edits as bytes, for hot exit: they outlive the window, and whoever loads them can check what they were about. */
import type { ChangeKind } from '../overlay/changeTable.ts';
import { Overlay } from '../overlay/overlay.ts';
import { SourceError } from '../sourceError.ts';
import { decodeUtf8Strict, encodeUtf8 } from '../utf8.ts';

/** What the edits were made over. */
export interface EditedSource {
  /** Its refKey. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** As its probe told it. */
  readonly version: string;
}

interface Header extends EditedSource {
  /** Per edit: kind, offset in the view, bytes, and whether the source's bytes under it follow. */
  readonly edits: readonly (readonly [kind: ChangeKind, offset: number, length: number, isKept: boolean])[];
}

const magic = encodeUtf8('MGEDITS1');

/** The edits with their bytes and those under them; the history is not in it. */
export function encodeBackup(overlay: Overlay, source: EditedSource): Uint8Array<ArrayBuffer> {
  const changes = [...overlay.allChanges()];
  const edits = changes.map(({ kind, offset, length, isKept }) => [kind, offset, length, isKept] as const);
  const header = encodeUtf8(JSON.stringify({ ...source, edits } satisfies Header));
  const contents = changes.reduce((sum, change) => sum + lengthOf(change.kind, change.length, change.isKept), 0);
  const backup = new Uint8Array(magic.length + 4 + header.length + contents);
  backup.set(magic);
  new DataView(backup.buffer).setUint32(magic.length, header.length);
  backup.set(header, magic.length + 4);
  let at = magic.length + 4 + header.length;
  for (const { kind, offset, length, isKept, id } of changes) {
    if (kind !== 'delete') {
      for (const piece of overlay.pieces(offset, length)) {
        if (piece.kind === 'overwrite' || piece.kind === 'insert') {
          overlay.readPut(piece.place, backup.subarray(at, at + piece.length));
          at += piece.length;
        }
      }
    }
    if (kind !== 'insert' && isKept) {
      overlay.readOriginals(id, 0, backup.subarray(at, at + length));
      at += length;
    }
  }
  return backup;
}

/** Throws SourceError('badArgument') for what is no whole backup. */
export function decodeBackup(backup: Uint8Array): { readonly source: EditedSource; readonly overlay: Overlay } {
  const { header, start } = headerOf(backup);
  const { key, size, version, edits } = header;
  const overlay = new Overlay(size);
  let at = start;
  const take = (length: number): Uint8Array => {
    if (at + length > backup.length) throw new SourceError('badArgument');
    at += length;
    return backup.subarray(at - length, at);
  };
  // In the order of the view: what comes before an edit is in its place already.
  for (const [kind, offset, length, isKept] of edits) {
    const bytes = take(kind === 'delete' ? 0 : length);
    const shown = kind === 'insert' ? new Uint8Array(0) : isKept ? take(length) : undefined;
    overlay.edit({ offset, length: kind === 'insert' ? 0 : length, bytes, shown });
  }
  return { source: { key, size, version }, overlay };
}

function headerOf(backup: Uint8Array): { readonly header: Header; readonly start: number } {
  const from = magic.length + 4;
  const isBackup = backup.length >= from && magic.every((byte, i) => backup[i] === byte);
  const length = isBackup ? new DataView(backup.buffer, backup.byteOffset).getUint32(magic.length) : 0;
  const text = isBackup ? decodeUtf8Strict(backup.subarray(from, from + length)) : undefined;
  try {
    return { header: JSON.parse(text ?? '') as Header, start: from + length };
  } catch {
    throw new SourceError('badArgument');
  }
}

function lengthOf(kind: ChangeKind, length: number, isKept: boolean): number {
  return (kind === 'delete' ? 0 : length) + (kind !== 'insert' && isKept ? length : 0);
}
