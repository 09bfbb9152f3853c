import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceError } from '../../../extension/core/sourceError.ts';
import '../../support/hostWords.ts';

const { sentenceFor } = await import('../../../extension/ui/errors.ts');

const said = (syscall?: string, path: string | undefined = '/mnt/disk.img') =>
  sentenceFor(new SourceError('ioError', { errno: 'EIO', syscall, path }));

test('an error of a device says whether it was read or written, and by which call', () => {
  assert.equal(said('pread64'), '/mnt/disk.img cannot be read: the device or file system reports EIO (pread64).');
  assert.equal(said(), '/mnt/disk.img cannot be read: the device or file system reports EIO.');
  for (const call of ['pwrite64', 'fsync', 'ftruncate', 'copy_file_range']) {
    const words = said(call);
    assert.ok(words.startsWith('/mnt/disk.img cannot be written: the device or file system reports EIO ('), words);
    assert.ok(words.includes(`(${call}). A part may be written already`), words);
  }
  // Nothing is said of reading or writing where it was neither.
  assert.doesNotMatch(said('rename'), /read|written/);
  assert.match(said('rename'), /EIO \(rename\)/);
});

test('an error of what has no name is of the object', () => {
  assert.match(said('pwrite64', ''), /^The object cannot be written: /);
});

test('where a part was written before another size was met, nobody says that nothing was', () => {
  assert.match(sentenceFor(new SourceError('stale')), /^Nothing was changed/);
  assert.match(sentenceFor(new SourceError('stale', { stored: 0 })), /^Nothing was changed/);
  assert.doesNotMatch(sentenceFor(new SourceError('stale', { stored: 8 })), /[Nn]othing/);
});
