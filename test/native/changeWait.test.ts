// Waiting until another process changes bytes: on the file's own thread, which answers all else meanwhile.
import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { start, startSpace } from '../support/programs.ts';
import { sysvSegment } from '../support/sysvSegments.ts';
import { addon, childScript, diskFolder, nothingHeld, open, pathOf, read, runChild, shmFolder } from './addon.ts';
import { mountHungFile, untilHung } from './hungFuse.ts';

const page = addon.pageSize;
const rate = 1000;
const long = 60_000;

const nextTurn = () => new Promise((done) => setImmediate(done));

/** An object of three pages that a second process has mapped and stores into. */
const startWriter = (t: Parameters<typeof start>[0]) =>
  start(t, 'create', `/memglass-test-${process.pid}-change`, 3 * page);

test('one byte that another process stores ends it, and the bytes are what is there now', async (t) => {
  const writer = await startWriter(t);
  const file = await open(t, `/dev/shm/memglass-test-${process.pid}-change`);
  const offset = page - 7;
  const { bytes } = await read(file, offset, page);
  const before = bytes.slice();
  const wait = file.waitForChange(offset, bytes, rate, long);
  await writer.ask(`poke ${offset - 1} 1`);
  await writer.ask(`poke ${offset + page} 2`);
  assert.equal(await Promise.race([wait.ended, read(file, 0, page).then(() => 'not yet')]), 'not yet');
  await writer.ask(`poke ${offset + page - 1} 3`);
  assert.equal(await wait.ended, true);
  before[page - 1] = 3;
  assert.deepEqual(bytes, before);
});

test('where nothing changes its time comes, and meanwhile it looks', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(page, 7));
  const file = await open(t, path);
  const { bytes } = await read(file, 0, page);
  const started = performance.now();
  const wait = file.waitForChange(0, bytes, rate, long);
  const passed = () => performance.now() - started;
  // As old as the call is what no look was made at since.
  for (let earlier = passed(); wait.age() >= earlier; earlier = passed()) await nextTurn();
  wait.stop();
  for (const atMostMs of [0, 1, 20]) {
    assert.equal(await file.waitForChange(0, bytes, rate, atMostMs).ended, false);
  }
  assert.ok(bytes.every((byte) => byte === 7));
  assert.equal(await file.waitForChange(page, new Uint8Array(0), rate, 1).ended, false);
});

for (const [where, folder] of [
  ['a disk', diskFolder],
  ['tmpfs', shmFolder],
] as const) {
  test(`a file on ${where} that is cut, or written by a call, ends it`, async (t) => {
    const path = join(folder(t), 'file');
    writeFileSync(path, Buffer.alloc(2 * page, 7));
    const file = await open(t, path);
    const { bytes } = await read(file, 10, page);
    const written = file.waitForChange(10, bytes, rate, long);
    writeFileSync(path, Buffer.alloc(2 * page, 8), { flag: 'r+' });
    assert.equal(await written.ended, true);
    assert.ok(bytes.every((byte) => byte === 7 || byte === 8) && bytes.includes(8));
    const { bytes: now } = await read(file, 10, page);
    const cut = file.waitForChange(10, now, rate, long);
    truncateSync(path, page);
    assert.equal(await cut.ended, false);
    assert.ok(now.every((byte) => byte === 8));
  });
}

test('what is asked meanwhile is answered, and each wait has its own', async (t) => {
  // What the tests before have closed.
  await nothingHeld();
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(2 * page));
  const file = await open(t, path);
  const rare = file.waitForChange(0, new Uint8Array(page), 1, long);
  const waits = Array.from({ length: 16 }, (_, i) => ({
    wait: file.waitForChange(i, new Uint8Array(1), rate, long),
    other: file.waitForChange(page + i, new Uint8Array(1), rate, long),
  }));
  let isOver = false;
  void rare.ended.then(() => {
    isOver = true;
  });
  for (let i = 0; i < 200; i++) assert.equal((await read(file, 0, page)).length, page);
  assert.equal((await file.probe()).size, BigInt(2 * page));
  assert.equal(isOver, false);
  writeFileSync(path, Buffer.alloc(page, 1), { flag: 'r+' });
  for (const { wait } of waits) assert.equal(await wait.ended, true);
  for (const { other } of waits) {
    other.stop();
    assert.equal(await other.ended, false);
  }
  assert.equal(await rare.ended, true);
  assert.deepEqual(addon.counts().threads, 1);
});

test('it is stopped at once, as often as one likes, also when it is over', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  const file = await open(t, path);
  const wait = file.waitForChange(0, Uint8Array.of(0x78), 1, long);
  wait.stop();
  wait.stop();
  assert.equal(await wait.ended, false);
  wait.stop();
  // The answer that was first counts.
  for (let i = 0; i < 200; i++) {
    const bytes = Uint8Array.of(0);
    const changing = file.waitForChange(0, bytes, rate, long);
    for (let turn = 0; turn < i % 5; turn++) await nextTurn();
    changing.stop();
    const hasChanged = await changing.ended;
    assert.equal(bytes[0], hasChanged ? 0x78 : 0);
  }
});

test('close ends it with EBADF, and the thread with it', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  for (let i = 0; i < 50; i++) {
    const file = await addon.openFile(pathOf(path));
    const waits = [1, 30, rate].map((each) => file.waitForChange(0, Uint8Array.of(0x78), each, long));
    await read(file, 0, 1);
    if (i % 2 === 0) waits[0]?.stop();
    file.close();
    const results = await Promise.allSettled(waits.map(({ ended }) => ended));
    for (const [at, result] of results.entries()) {
      if (at === 0 && i % 2 === 0) assert.deepEqual(result, { status: 'fulfilled', value: false });
      else assert.equal(result.status === 'rejected' && result.reason.code, 'EBADF');
    }
    const late = file.waitForChange(0, Uint8Array.of(0), rate, long);
    await assert.rejects(late.ended, { code: 'EBADF' });
    late.stop();
    assert.ok(late.age() >= 0);
  }
  await nothingHeld();
});

test('bytes that are detached meanwhile are a TypeError, and those it began with count', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'abc');
  const file = await open(t, path);
  const bytes = Uint8Array.from(Buffer.from('abc'));
  const wait = file.waitForChange(0, bytes, rate, long);
  bytes[1] = 0;
  await read(file, 0, 3);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  writeFileSync(path, 'abd', { flag: 'r+' });
  await assert.rejects(wait.ended, TypeError);
  const part = new Uint8Array(9).fill(0x2e);
  assert.equal(await file.waitForChange(1, part.subarray(3, 5), rate, long).ended, true);
  assert.equal(Buffer.from(part).toString(), '...bd....');
});

test('a System V segment is waited for without giving memory to what nobody touched', async (t) => {
  const pair = await start(t, 'sysv', 0x4d680000 + (process.pid % 0x8000), 3 * page);
  const segment = await addon.attachSegment(pair.id);
  t.after(() => segment.close());
  const resident = () => sysvSegment(pair.id)?.['rss'];
  const bytes = new Uint8Array(2 * page);
  await segment.read(0, bytes, true);
  const before = resident();
  assert.equal(await segment.waitForChange(0, bytes, rate, 20).ended, false);
  assert.equal(resident(), before);
  const wait = segment.waitForChange(0, bytes, rate, long);
  await pair.ask(`poke ${page + 5} 9`);
  assert.equal(await wait.ended, true);
  assert.equal(bytes[page + 5], 9);
  // What was not zeros and holds no memory any more may be in the swap: a read is to find out.
  const gone = segment.waitForChange(2 * page, new Uint8Array(page).fill(1), rate, long);
  assert.equal(await gone.ended, false);
  const closed = segment.waitForChange(0, bytes, rate, long);
  segment.close();
  await assert.rejects(closed.ended, { code: 'EBADF' });
  await nothingHeld();
});

test("a process's memory is waited for without bringing pages into its page tables", async (t) => {
  const program = await startSpace(t, 'untouched', 64 * page);
  const memory = await open(t, `/proc/${program.pid}/mem`);
  const pagemap = pathOf(`/proc/${program.pid}/pagemap`);
  const at = Number(program.address);
  const entries = async () => {
    const file = await open(t, `/proc/${program.pid}/pagemap`);
    const found = await read(file, (at / page) * 8, 8 * 8);
    file.close();
    return Array.from({ length: 8 }, (_, i) => (found.bytes[8 * i + 7] ?? 0) & 0x80);
  };
  const bytes = new Uint8Array(8 * page);
  assert.equal(await memory.waitForChange(at, bytes, rate, 20, pagemap).ended, false);
  assert.deepEqual(await entries(), [0, 0, 0, 0, 0, 0, 0, 0]);
  const wait = memory.waitForChange(at + 10, bytes.subarray(10, 5 * page), rate, long, pagemap);
  await program.ask(`store ${(at + 2 * page + 3).toString(16)} 9`);
  assert.equal(await wait.ended, true);
  assert.equal(bytes[2 * page + 3], 9);
  assert.deepEqual(await entries(), [0, 0, 0x80, 0, 0, 0, 0, 0]);
  // What was there and is not any more is for a read to find out.
  bytes[page] = 1;
  assert.equal(await memory.waitForChange(at, bytes, rate, long, pagemap).ended, false);
  bytes[page] = 0;
  const ended = memory.waitForChange(at, bytes, rate, long, pagemap);
  await program.kill();
  assert.equal(await ended.ended, false);
  assert.equal(await memory.waitForChange(at, bytes, rate, long, pagemap).ended, false);
});

test('it keeps no process and no worker thread from ending', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  const body = `
    const file = await addon.openFile(pathOf(args[0]));
    for (const rate of [1, 60, 1000]) file.waitForChange(0, Uint8Array.of(0x78), rate, 60000);
  `;
  for (const end of ['', 'process.exit(0);', 'await file.probe(); process.exit(0);']) {
    const done = runChild(body + end, [path]);
    assert.deepEqual([done.status, done.signal, done.stderr], [0, null, '']);
  }
  for (let i = 0; i < 10; i++) {
    const worker = new Worker(
      childScript(`
        const file = await addon.openFile(pathOf('/proc/self/exe'));
        const wait = () => file.waitForChange(0, new Uint8Array(8), 1000, 60000).ended.then(wait);
        for (let i = 0; i < 8; i++) wait();
        require('node:worker_threads').parentPort.postMessage('waiting');
        setInterval(() => {}, 1000);
      `),
      { eval: true },
    );
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
  }
  await nothingHeld();
});

test('a look that hangs is given up at once', async (t) => {
  const hungPath = mountHungFile(t);
  if (hungPath === undefined) return;
  const done = runChild(
    `
    const hung = await addon.openFile(pathOf(args[0]));
    const wait = hung.waitForChange(0, new Uint8Array(10), 1000, 60000);
    const other = hung.waitForChange(0, new Uint8Array(10), 1, 60000);
    setInterval(() => {}, 1000);
    ${untilHung('args[0]')}
    wait.stop();
    console.log(await wait.ended);
    hung.close();
    await other.ended.catch((error) => console.log(error.code));
    process.exit(0);
    `,
    [hungPath],
  );
  assert.deepEqual([done.stdout, done.status], ['false\nEBADF\n', 0], done.stderr);
});

test('a file that is forgotten while it is waited for is closed when the wait is over', (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  const done = runChild(
    `
    require('node:v8').setFlagsFromString('--expose-gc');
    const gc = require('node:vm').runInNewContext('gc');
    const wait = (await addon.openFile(pathOf(args[0]))).waitForChange(0, Uint8Array.of(0x78), 1000, 50);
    while (addon.counts().threads > 0) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(await wait.ended, wait.age() > 0);
    wait.stop();
    `,
    [path],
  );
  assert.equal(done.stdout, 'false true\n', done.stderr);
});

test('a bug of the caller is a TypeError or a RangeError', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  const file = (await open(t, path)) as unknown as { waitForChange(...args: unknown[]): unknown };
  const bytes = new Uint8Array(1);
  const typeErrors = [
    [],
    ['0', bytes, 1, 1],
    [0, [1], 1, 1],
    [0, bytes],
    [0, bytes, '1', 1],
    [0, bytes, 1, null],
    [0, bytes, 1, 1, 'x'],
  ];
  for (const args of typeErrors) assert.throws(() => file.waitForChange(...args), TypeError);
  const rangeErrors = [
    [-1, bytes, 1, 1],
    [2 ** 53, bytes, 1, 1],
    [0, new Uint8Array(2 ** 20 + 1), 1, 1],
    [0, bytes, 0, 1],
    [0, bytes, 1001, 1],
    [0, bytes, Number.NaN, 1],
    [0, bytes, 1, -1],
    [0, bytes, 1, 60_001],
  ];
  for (const args of rangeErrors) assert.throws(() => file.waitForChange(...args), RangeError);
});
