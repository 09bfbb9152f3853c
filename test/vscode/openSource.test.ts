// activate()'s API on everything a path can name.
import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { failureOf, makeSparse, sampleBytes } from '../support/scratch.ts';
import { asNobody, bytesUri, memglass, open, read, useScratch } from './memglass.ts';

describe('openSource', () => {
  const scratch = useScratch();

  const refuses = async (target: string | vscode.Uri, code: string) => {
    const error = await open(scratch(), target).then(
      () => assert.fail(`${String(target)} opened`),
      (reason: unknown) => reason as { code: string; detail: Record<string, unknown> },
    );
    assert.equal(error.code, code);
    return error;
  };

  it('is part of the API that activate() returns', async () => {
    const api = await memglass();
    assert.deepEqual(Object.keys(api).sort(), ['open', 'openSource', 'processes', 'sharedMemory']);
    assert.equal(await memglass(), api);
  });

  it('opens a file on disk', async () => {
    const path = join(scratch().folder(), 'file');
    const bytes = sampleBytes(100_000);
    writeFileSync(path, bytes);
    const source = await open(scratch(), path);
    assert.equal(source.sizeKind, 'exact');
    assert.deepEqual(source.can, { write: false, resize: false, flush: false, watch: true, watchBytes: false });
    assert.equal(await source.size(), bytes.length);
    const found = await read(source, 4000, 50_000);
    assert.deepEqual(found.holes, []);
    assert.ok(Buffer.from(found.bytes).equals(bytes.subarray(4000, 54_000)));
  });

  it('opens an empty file', async () => {
    const path = join(scratch().folder(), 'empty');
    writeFileSync(path, '');
    const source = await open(scratch(), path);
    assert.equal(await source.size(), 0);
    assert.equal((await read(source, 0, 4096)).length, 0);
  });

  it('opens a sparse file, whose unwritten part reads as the zeros it has', async () => {
    const path = join(scratch().folder(), 'sparse');
    makeSparse(path, 2 ** 40);
    const source = await open(scratch(), path);
    assert.equal(await source.size(), 2 ** 40);
    const found = await read(source, 2 ** 40 - 4096, 8192);
    assert.equal(found.length, 4096);
    assert.ok(found.bytes.every((byte) => byte === 0));
    const { allocation } = await source.overview(0, 2 ** 40, 16);
    assert.ok(allocation?.every((bucket) => bucket === 0));
  });

  it('opens shared memory', async () => {
    const path = join(scratch().shmFolder(), 'segment');
    const bytes = sampleBytes(20_000);
    writeFileSync(path, bytes);
    const source = await open(scratch(), path);
    assert.ok(Buffer.from((await read(source, 0, 20_000)).bytes).equals(bytes));
  });

  it('opens through a symbolic link', async () => {
    const folder = scratch().folder();
    writeFileSync(join(folder, 'file'), 'linked');
    symlinkSync('file', join(folder, 'link'));
    const source = await open(scratch(), join(folder, 'link'));
    assert.equal(Buffer.from((await read(source, 0, 6)).bytes).toString(), 'linked');
  });

  it('finds the size of a /proc file by reading it', async () => {
    const source = await open(scratch(), '/proc/self/maps');
    assert.equal(source.sizeKind, 'read');
    assert.ok((await source.size()) > 1000);
    assert.match(Buffer.from((await read(source, 0, 4096)).bytes).toString(), /^[0-9a-f]+-[0-9a-f]+ r/);
  });

  it('finds the size of a /sys file by reading it, whatever stat says', async () => {
    const path = '/sys/kernel/mm/transparent_hugepage/enabled';
    const expected = readFileSync(path);
    assert.equal(statSync(path).size, 4096);
    const source = await open(scratch(), path);
    assert.equal(await source.size(), expected.length);
    assert.ok(Buffer.from((await read(source, 0, 4096)).bytes).equals(expected));
  });

  it('opens the memory of a process: what is mapped is bytes, the rest holes', async () => {
    const source = await open(scratch(), '/proc/self/mem');
    assert.equal(source.sizeKind, 'endless');
    const nothing = await read(source, 0, 4096);
    assert.deepEqual(nothing.holes, [{ offset: 0, length: 4096, reason: 'unmapped', errno: 'EIO' }]);
    const line = readFileSync('/proc/self/maps', 'latin1')
      .split('\n')
      .find((text) => text.includes('r--p 00000000') && text.includes('/'));
    const start = Number.parseInt(line ?? '', 16);
    const elf = await read(source, start, 4);
    assert.deepEqual([...elf.bytes], [0x7f, 0x45, 0x4c, 0x46], line);
    assert.deepEqual(elf.holes, []);
  });

  it('opens /dev/zero, which has no end', async () => {
    const source = await open(scratch(), '/dev/zero');
    assert.equal(source.sizeKind, 'endless');
    assert.equal(source.can.watch, false);
    assert.equal(await source.size(), Number.MAX_SAFE_INTEGER);
    const found = await read(source, 2 ** 52, 65_536);
    assert.equal(found.length, 65_536);
    assert.ok(found.bytes.every((byte) => byte === 0));
  });

  it('opens /dev/null, which is empty', async () => {
    const source = await open(scratch(), '/dev/null');
    assert.equal(await source.size(), 0);
    assert.equal((await read(source, 0, 16)).length, 0);
  });

  it('opens a block device', async function () {
    const path = join(scratch().folder(), 'disk');
    const bytes = sampleBytes(2 ** 20);
    writeFileSync(path, bytes);
    const made = scratch().loopDevice(path);
    if ('refused' in made) return skip(this, made.refused);
    const source = await open(scratch(), made.device);
    assert.equal(await source.size(), 2 ** 20);
    assert.ok(Buffer.from((await read(source, 12_345, 70_000)).bytes).equals(bytes.subarray(12_345, 82_345)));
  });

  it('shows what a broken block device cannot give as holes', async function () {
    const path = join(scratch().folder(), 'disk');
    writeFileSync(path, Buffer.alloc(2 ** 20, 0xaa));
    assert.equal(failureOf('sync', path), undefined);
    const made = scratch().loopDevice(path);
    if ('refused' in made) return skip(this, made.refused);
    truncateSync(path, 2 ** 16);
    assert.equal(failureOf('blockdev', '--flushbufs', made.device), undefined);
    const source = await open(scratch(), made.device);
    const found = await read(source, 0, 2 ** 17);
    if (found.holes.length === 0) return skip(this, 'this kernel reads zeros past the end of a loop device’s file');
    assert.deepEqual(found.holes, [{ offset: 2 ** 16, length: 2 ** 16, reason: 'ioError', errno: 'EIO' }]);
    assert.ok(found.bytes.subarray(0, 2 ** 16).every((byte) => byte === 0xaa));
  });

  it('tells of a size past 2^53 that it is more than can be addressed', async () => {
    const path = join(scratch().shmFolder(), 'huge');
    makeSparse(path, 2n ** 60n);
    const source = await open(scratch(), path);
    assert.equal(source.sizeKind, 'clamped');
    assert.equal(await source.size(), Number.MAX_SAFE_INTEGER);
    const found = await read(source, Number.MAX_SAFE_INTEGER - 4095, 4096);
    assert.ok(found.length > 0);
    assert.ok(found.bytes.every((byte) => byte === 0));
    assert.equal(statSync(path).blocks, 0);
  });

  it('refuses what has no bytes to look at, by its kind', async () => {
    const folder = scratch().folder();
    const fifo = join(folder, 'fifo');
    assert.equal(failureOf('mkfifo', fifo), undefined);
    await refuses(fifo, 'isFifo');
    const socket = join(folder, 'socket');
    const server = createServer();
    await new Promise<void>((done) => server.listen(socket, done));
    scratch().defer(() => void server.close());
    await refuses(socket, 'isSocket');
    mkdirSync(join(folder, 'folder'));
    await refuses(join(folder, 'folder'), 'isDirectory');
    await refuses('/dev/tty', 'isDevice');
    await refuses('/dev/ptmx', 'isDevice');
  });

  it('refuses a missing file, and one below a file', async () => {
    const folder = scratch().folder();
    const error = await refuses(join(folder, 'missing'), 'notFound');
    assert.equal(error.detail['errno'], 'ENOENT');
    assert.equal(error.detail['path'], join(folder, 'missing'));
    writeFileSync(join(folder, 'file'), '');
    await refuses(join(folder, 'file', 'below'), 'notFound');
  });

  it('refuses a file without permission, and says whose it is', async () => {
    const path = join(scratch().shmFolder(), 'secret');
    writeFileSync(path, 'secret');
    chmodSync(path, 0o000);
    chmodSync(join(path, '..'), 0o755);
    await asNobody(async () => {
      const error = await refuses(path, 'noPermission');
      assert.deepEqual(error.detail['owner'], { uid: statSync(path).uid, mode: 0 });
    });
  });

  it('says that residency is refused for a file of another user', async function () {
    if (process.getuid?.() !== 0) return skip(this, 'not root, so no file of another user can be made');
    const path = join(scratch().shmFolder(), 'foreign');
    writeFileSync(path, sampleBytes(8192), { mode: 0o644 });
    chmodSync(join(path, '..'), 0o755);
    await asNobody(async () => {
      const source = await open(scratch(), path);
      assert.equal((await source.overview(0, 8192, 2)).residency.method, 'refused');
      assert.equal((await read(source, 0, 8192)).length, 8192);
    });
  });

  it('refuses links that go round, and names that are too long', async () => {
    const folder = scratch().folder();
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    await refuses(join(folder, 'a'), 'tooManyLinks');
    await refuses(join(folder, 'x'.repeat(256)), 'nameTooLong');
  });

  it('refuses a URI that names no file', async () => {
    for (const uri of [
      vscode.Uri.parse('https://example.invalid/file'),
      vscode.Uri.parse('file://server/share'),
      vscode.Uri.from({ scheme: 'memglass-file', path: '/nothex/name' }),
      vscode.Uri.from({ scheme: 'memglass-file', path: '/2f00/name' }),
      vscode.Uri.from({ scheme: 'untitled', path: 'Untitled-1' }),
    ]) {
      await refuses(uri, 'badUri');
    }
  });

  it('reads on from a file that was deleted while it was open', async () => {
    const path = join(scratch().folder(), 'deleted');
    writeFileSync(path, 'still here');
    const source = await open(scratch(), path);
    assert.equal(failureOf('rm', path), undefined);
    assert.deepEqual((await source.probe()).fate, { kind: 'deleted' });
    assert.equal(Buffer.from((await read(source, 0, 100)).bytes).toString(), 'still here');
  });

  it('opens a path whose bytes are not UTF-8 under memglass-file:', async () => {
    const path = Buffer.concat([Buffer.from(`${scratch().folder()}/`), Buffer.from([0xff, 0xfe, 0x41])]);
    closeSync(openSync(path, 'w'));
    writeFileSync(path, 'bytes');
    const source = await open(scratch(), bytesUri(path));
    assert.equal(Buffer.from((await read(source, 0, 5)).bytes).toString(), 'bytes');
    assert.ok(source.ref.kind === 'file' && Buffer.from(source.ref.path).equals(path));
  });
});

/** A skip says why. */
function skip(context: Mocha.Context, why: string): void {
  console.log(`[test] (${why})`);
  context.skip();
}
