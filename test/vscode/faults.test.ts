// What other processes may do to a file at any time, none of which may end or hang the extension host.
import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { failureOf, makeSparse, sampleBytes, truncateForever } from '../support/scratch.ts';
import { closeAllTabs, open, openEditor, read, useScratch } from './memglass.ts';

describe('Under faults', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);

  for (const [place, folder] of [
    ['on disk', () => scratch().folder()],
    ['in shared memory', () => scratch().shmFolder()],
  ] as const) {
    it(`reads a file ${place} that another process truncates thousands of times`, async () => {
      const path = join(folder(), 'file');
      const size = 4 * 2 ** 20;
      writeFileSync(path, Buffer.alloc(size, 0xab));
      const source = await open(scratch(), path);
      const other = await scratch().process(truncateForever, path, String(size));
      let rounds = 0;
      other.stdout?.setEncoding('utf8').on('data', (text: string) => {
        rounds = Number(text.trim().split('\n').at(-1));
      });
      let [answers, short, full] = [0, 0, 0];
      // On a busy machine thousands of truncations may pass between two answers.
      for (; rounds < 3000 || short === 0 || full === 0; answers++) {
        const offset = (answers * 40_961) % size;
        const found = await read(source, offset, 65_536);
        if (found.length < 65_536) short++;
        else full++;
        // What it holds is 0xab or, where it was just made longer, 0; never anything else.
        assert.ok(found.bytes.every((byte) => byte === 0xab || byte === 0));
        const probe = await source.probe();
        assert.ok([0, 4106, size].includes(probe.size), `size ${probe.size}`);
        if (answers % 64 === 0) await source.overview(0, size, 256);
      }
    });
  }

  it('never gives the zeros behind the end of a file as its bytes', async () => {
    const path = join(scratch().folder(), 'file');
    writeFileSync(path, Buffer.alloc(16_384, 0xcd));
    const source = await open(scratch(), path);
    await read(source, 0, 16_384);
    truncateSync(path, 4106);
    const found = await read(source, 0, 16_384);
    assert.equal(found.length, 4106);
    assert.ok(found.bytes.every((byte) => byte === 0xcd));
  });

  it('reads a sparse file of 1 TiB in shared memory without allocating any of it', async () => {
    const path = join(scratch().shmFolder(), 'sparse');
    makeSparse(path, 2 ** 40);
    const source = await open(scratch(), path);
    for (let i = 0; i < 2000; i++) {
      const found = await read(source, (i * 549_755_813) % 2 ** 40, 16_384);
      assert.ok(found.bytes.every((byte) => byte === 0));
    }
    await source.overview(0, 2 ** 40, 4096);
    assert.equal(statSync(path).blocks, 0);
  });

  it('reads the holes of a full tmpfs', async function () {
    const folder = scratch().folder();
    const refused = scratch().mountTmpfs(folder, 'size=1m');
    if (refused !== undefined) {
      console.log(`[test] (${refused})`);
      this.skip();
    }
    makeSparse(join(folder, 'sparse'), 16 * 2 ** 20);
    const filler = openSync(join(folder, 'filler'), 'w');
    assert.throws(() => {
      for (let i = 0; i < 1000; i++) writeSync(filler, Buffer.alloc(4096, 1));
    }, /ENOSPC/);
    closeSync(filler);
    const source = await open(scratch(), join(folder, 'sparse'));
    const found = await read(source, 8 * 2 ** 20, 65_536);
    assert.deepEqual(found.holes, []);
    assert.ok(found.bytes.every((byte) => byte === 0));
    assert.equal(statSync(join(folder, 'sparse')).blocks, 0);
  });

  it('goes on reading a file whose file system was unmounted', async function () {
    const folder = scratch().folder();
    const refused = scratch().mountTmpfs(folder, 'size=1m');
    if (refused !== undefined) {
      console.log(`[test] (${refused})`);
      this.skip();
    }
    const path = join(folder, 'file');
    writeFileSync(path, 'still here');
    const source = await open(scratch(), path);
    assert.equal(failureOf('umount', '--lazy', folder), undefined);
    assert.deepEqual((await source.probe()).fate, { kind: 'unmounted' });
    assert.equal(Buffer.from((await read(source, 0, 100)).bytes).toString(), 'still here');
  });

  it('opens five named pipes in editors, then another file, and goes on working', async () => {
    const folder = scratch().folder();
    for (let i = 0; i < 5; i++) {
      const fifo = join(folder, `fifo${i}`);
      assert.equal(failureOf('mkfifo', fifo), undefined);
      await openEditor(vscode.Uri.file(fifo));
    }
    const path = join(folder, 'file');
    const bytes = sampleBytes(5000);
    writeFileSync(path, bytes);
    await openEditor(vscode.Uri.file(path));
    assert.ok(Buffer.from((await read(await open(scratch(), path), 0, 5000)).bytes).equals(bytes));
    // Node's own pool of threads is free: four reads that wait would stop every one of these.
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const content = await vscode.workspace.fs.readFile(vscode.Uri.file(path));
        assert.equal(content.length, 5000);
      }),
    );
  });

  it('sees a file grow, be replaced, be deleted and be moved', async () => {
    const folder = scratch().folder();
    const path = join(folder, 'file');
    writeFileSync(path, 'first');
    const source = await open(scratch(), path);
    const { version } = await source.probe();
    writeFileSync(path, ' and more', { flag: 'a' });
    const grown = await source.probe();
    assert.equal(grown.size, 14);
    assert.notEqual(grown.version, version);
    assert.equal(failureOf('mv', path, join(folder, 'elsewhere')), undefined);
    const { fate } = await source.probe();
    assert.deepEqual(fate, {
      kind: 'moved',
      to: { kind: 'file', path: new Uint8Array(Buffer.from(join(folder, 'elsewhere'))) },
    });
    writeFileSync(path, 'another');
    assert.equal(failureOf('rm', join(folder, 'elsewhere')), undefined);
    assert.deepEqual((await source.probe()).fate, { kind: 'replaced' });
    assert.equal(failureOf('rm', path), undefined);
    assert.deepEqual((await source.probe()).fate, { kind: 'deleted' });
    assert.equal(Buffer.from((await read(source, 0, 100)).bytes).toString(), 'first and more');
  });
});
