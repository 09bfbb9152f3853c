import { type ByteRange, endOf } from '../../core/byteRange.ts';
import { repeatPattern } from '../../core/expressions/hexBytes.ts';
import type { SourceContents } from '../../core/sharedMemory/newSegment.ts';
import { SourceError } from '../../core/sourceError.ts';
import { type OpenObject, pieceSize, type ReadableObject } from './openObject.ts';
import { checkCancelled, type Task } from './task.ts';

/** Bytes to be put into an object. */
export type Contents =
  /** Laid out again and again, beginning at the start of the range. Not empty. */
  | { readonly kind: 'pattern'; readonly bytes: Uint8Array }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | SourceContents
  /** The whole of another object: what was never written there is not written here. */
  | { readonly kind: 'object'; readonly object: ReadableObject };

/** How many bytes the contents are; undefined for a pattern, which fills whatever there is. */
export function lengthOf(contents: Contents): number | undefined {
  if (contents.kind === 'pattern') return undefined;
  if (contents.kind === 'object') return contents.object.size;
  return contents.kind === 'bytes' ? contents.bytes.length : contents.length;
}

/**
 * Writes the contents from `offset` on, a pattern over `length` bytes, in order and in pieces. Rejects with a
 * SourceError; what was written before it, or before the user cancelled, is there to stay: as many bytes as its `stored` says.
 */
export async function writeContents(
  object: OpenObject,
  offset: number,
  contents: Contents,
  length: number,
  task: Task,
): Promise<void> {
  if (offset + length > object.size) throw new SourceError('pastEnd');
  if (contents.kind === 'object') return await copyObject(contents.object, object, offset, task);
  const piece = new Uint8Array(Math.min(pieceSize, length));
  let done = 0;
  try {
    while (done < length) {
      checkCancelled(task);
      const part = piece.subarray(0, Math.min(piece.length, length - done));
      await fillPiece(contents, done, part);
      await object.write(offset + done, part);
      done += part.length;
      task.report(done, length);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new SourceError(error.code, { ...error.detail, stored: done + (error.detail.stored ?? 0) });
  }
}

async function copyObject(from: ReadableObject, to: OpenObject, offset: number, task: Task): Promise<void> {
  const piece = new Uint8Array(Math.min(pieceSize, from.size));
  for await (const range of from.data()) {
    for (let at = range.offset; at < endOf(range); ) {
      checkCancelled(task);
      const part = piece.subarray(0, Math.min(piece.length, endOf(range) - at));
      const absent = await from.read(at, part);
      for (const { offset: start, length } of presentParts({ offset: at, length: part.length }, absent)) {
        await to.write(offset + start, part.subarray(start - at, start - at + length));
      }
      at += part.length;
      task.report(at, from.size);
    }
  }
}

/** What of `range` lies outside of `absent`, which is in order and without overlaps. */
function* presentParts(range: ByteRange, absent: readonly ByteRange[]): Generator<ByteRange> {
  let at = range.offset;
  for (const hole of absent) {
    if (hole.offset > at) yield { offset: at, length: hole.offset - at };
    at = endOf(hole);
  }
  if (at < endOf(range)) yield { offset: at, length: endOf(range) - at };
}

async function fillPiece(
  contents: Exclude<Contents, { kind: 'object' }>,
  offset: number,
  into: Uint8Array,
): Promise<void> {
  switch (contents.kind) {
    case 'pattern':
      return repeatPattern(contents.bytes, offset, into);
    case 'bytes':
      return into.set(contents.bytes.subarray(offset, offset + into.length));
    case 'source': {
      const { length, holes } = await contents.source.read(contents.offset + offset, into);
      const [hole] = holes;
      // A hole is never written as zeros, nor is what a file has lost since it was measured.
      if (hole !== undefined) throw new SourceError('ioError', { errno: hole.errno ?? hole.reason });
      if (length < into.length) throw new SourceError('gone');
    }
  }
}
