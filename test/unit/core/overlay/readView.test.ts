import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteSource, ReadResult } from '../../../../extension/core/byteSource.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { readView } from '../../../../extension/core/overlay/readView.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A source over a text that notes its reads; `?` is a hole in it. */
function sourceOf(text: string): { source: ByteSource; reads: string[] } {
  const reads: string[] = [];
  const read = async (offset: number, into: Uint8Array): Promise<ReadResult> => {
    reads.push(`${offset} ${into.length}`);
    const part = bytesOf(text).subarray(offset, offset + into.length);
    into.set(part);
    const holes = [...part].flatMap((byte, i) =>
      byte === 0x3f ? [{ offset: offset + i, length: 1, reason: 'ioError' as const, errno: 'EIO' }] : [],
    );
    return { length: part.length, holes, unwritten: [{ offset: 4, length: 2 }] };
  };
  return { source: { read } as unknown as ByteSource, reads };
}

test('the view is read through the edits, with holes where they are in it', async () => {
  const { source, reads } = sourceOf('0123456?89');
  const overlay = new Overlay(10);
  overlay.edit({ offset: 2, length: 1, bytes: bytesOf('X'), shown: bytesOf('2') });
  overlay.edit({ offset: 5, length: 0, bytes: bytesOf('++'), shown: new Uint8Array(0) });
  overlay.edit({ offset: 0, length: 1, bytes: new Uint8Array(0), shown: bytesOf('0') });
  const into = new Uint8Array(20);
  const { length, holes, unwritten } = await readView(overlay, source, 0, into);
  assert.equal(new TextDecoder().decode(into.subarray(0, length)), '1X34++56?89');
  assert.deepEqual(holes, [{ offset: 8, length: 1, reason: 'ioError', errno: 'EIO' }]);
  assert.deepEqual(unwritten, [
    { offset: 3, length: 1 },
    { offset: 6, length: 1 },
  ]);
  assert.deepEqual(reads, ['1 9']);
});

test('what a source has lost since is a hole; what is far apart is read apart', async () => {
  const { source, reads } = sourceOf('0123');
  const overlay = new Overlay(20_000);
  overlay.edit({ offset: 2, length: 10_000, bytes: new Uint8Array(0), shown: undefined });
  const { holes } = await readView(overlay, source, 0, new Uint8Array(4));
  assert.deepEqual(holes, [{ offset: 2, length: 2, reason: 'pastEnd' }]);
  assert.deepEqual(reads, ['0 2', '10002 2']);
});
