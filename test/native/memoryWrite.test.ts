// Bytes into the memory of real processes, and the regions of a part of their address spaces.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeFailure, NativeMemory } from '../../native/index.d.ts';
import { type Program, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, diskFolder } from './addon.ts';
import { regionsOf } from './columns.ts';

const page = BigInt(addon.pageSize);
const bytes = (text: string) => new TextEncoder().encode(text);

/** Opens for the length of a test. */
async function memoryOf(t: TestContext, { pid }: Pick<Program, 'pid'>): Promise<NativeMemory> {
  const memory = await addon.openMemory(pid, startTimeOf(pid));
  t.after(() => memory.close());
  return memory;
}

/** Runs Python with a descriptor as its fourth; what it said where it failed, undefined where it did not. */
function failureWith(fd: number, script: string): string | undefined {
  const { status, stderr } = spawnSync('python3', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe', fd] });
  return status === 0 ? undefined : String(stderr);
}

const load = async (program: Program, address: bigint) => Number(await program.ask(`load ${(address).toString(16)}`));

test('writes what was meant where what was seen still stands, and else says what stands there', async (t) => {
  const program = await startSpace(t, 'unreadable', 'hole');
  const { address } = program;
  const memory = await memoryOf(t, program);
  assert.equal(memory.isWritable, true);
  assert.equal(await memory.write(address, bytes('aaaa'), bytes('WXYZ')), undefined);
  assert.equal(await load(program, address + 1n), 0x58);
  const now = await memory.write(address, bytes('aaaa'), bytes('0000'));
  assert.deepEqual(now, bytes('WXYZ'));
  assert.equal(await load(program, address), 0x57);
});

test('writes past what the process may write itself, as the kernel lets a debugger', async (t) => {
  const program = await startSpace(t, 'unreadable', 'none');
  const address = program.address + page;
  await (await memoryOf(t, program)).write(address, bytes('a'), bytes('!')).then(
    (now) => assert.equal(now, undefined),
    // A kernel that is set up not to.
    (failure: { code?: string }) => assert.equal(failure.code, 'EIO'),
  );
});

test('refuses what is not mapped, a process that has ended, another that has its number, and nonsense', async (t) => {
  const program = await startSpace(t, 'unreadable', 'hole');
  const { pid, address } = program;
  const memory = await memoryOf(t, program);
  const hole = address + page;
  await assert.rejects(memory.write(hole, bytes('a'), bytes('b')), { code: 'EIO', syscall: 'pread64' });
  // Up to where nothing is mapped nothing is written either: it is looked at as a whole first.
  await assert.rejects(memory.write(hole - 2n, bytes('aaaa'), bytes('bbbb')), { code: 'EIO' });
  assert.equal(await load(program, hole - 1n), 0x61);
  const startTime = startTimeOf(pid);
  await assert.rejects(addon.openMemory(pid, startTime + 1), { code: 'ESTALE' });
  assert.throws(() => memory.write(address, bytes('a'), bytes('bb')), RangeError);
  assert.throws(() => memory.write(2n ** 64n - 1n, bytes('aa'), bytes('bb')), RangeError);
  const { ends: _, ...columns } = await addon.readRegionsIn(pid, startTime, address, hole).result;
  assert.throws(() => memory.write(address, bytes('a'), bytes('b'), columns as never), TypeError);
  const short = { ...columns, ends: new BigUint64Array() };
  assert.throws(() => memory.write(address, bytes('a'), bytes('b'), short), RangeError);
  await program.end();
  await assert.rejects(memory.write(address, bytes('a'), bytes('b')), { code: 'ESRCH' });
  await assert.rejects(addon.openMemory(pid, startTime), { code: 'ESRCH' });
});

test('a private mapping of a file gets a copy of its own, and the file stays as it is', async (t) => {
  const path = join(diskFolder(t), 'mapped');
  writeFileSync(path, Buffer.alloc(2 * addon.pageSize, 'f'));
  const program = await startSpace(t, 'private-file', path);
  const memory = await memoryOf(t, program);
  assert.equal(await memory.write(program.address + page, bytes('ff'), bytes('xy')), undefined);
  assert.equal(await load(program, program.address + page), 0x78);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, 'g', Number(page));
  } finally {
    closeSync(file);
  }
  assert.equal(await load(program, program.address + page), 0x78);
});

test('writes nothing into the program that follows by exec, at the same address and over the same bytes', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * addon.pageSize);
  const { pid, address } = program;
  const memory = await memoryOf(t, program);
  const mapped = await addon.readRegionsIn(pid, startTimeOf(pid), address, address + page).result;
  assert.equal(await memory.write(address, bytes('a'), bytes('b'), mapped), undefined);
  await program.ask('again');
  for (const expected of [bytes('a'), bytes('b'), undefined]) {
    for (const known of [mapped, undefined]) {
      await assert.rejects(memory.write(address, expected, bytes('c'), known), { code: 'ESRCH', written: 0 });
    }
  }
  assert.equal(await load(program, address), 0x61);
  // Who opens it now has the new one.
  assert.equal(await (await memoryOf(t, program)).write(address, bytes('a'), bytes('n'), mapped), undefined);
  assert.equal(await load(program, address), 0x6e);
});

test('writes nothing where something else is mapped than was looked at, and goes by what maps says of it alone', async (t) => {
  const program = await startSpace(t, 'fixed', 4 * addon.pageSize);
  const { pid, address } = program;
  const memory = await memoryOf(t, program);
  const look = () => addon.readRegionsIn(pid, startTimeOf(pid), address, address + 4n * page).result;
  const at = (offset: bigint) => (address + offset).toString(16);
  let mapped = await look();
  const second = address + page;
  await program.ask(`replace ${at(page)} ${page.toString(16)} 61`);
  for (const start of [second, second - 1n, second + page - 1n]) {
    const failed = memory.write(start, bytes('aa'), bytes('bb'), mapped);
    await assert.rejects(failed, { code: 'ESTALE', written: 0 }, `at ${start.toString(16)}`);
  }
  // Its neighbours are what they were, though they are regions of their own by now.
  assert.equal(await memory.write(address, bytes('aa'), bytes('bb'), mapped), undefined);
  assert.equal(await memory.write(second + page, bytes('aa'), bytes('bb'), mapped), undefined);
  assert.equal(await load(program, second), 0x61);
  mapped = await look();
  assert.equal(await memory.write(second - 1n, bytes('aa'), bytes('bb'), mapped), undefined);
  // Another object, of the same rights and the same bytes; and the same one for all.
  await program.ask(`replace ${at(page)} ${page.toString(16)} 61`);
  await assert.rejects(memory.write(second, bytes('a'), bytes('c'), mapped), { code: 'ESTALE', written: 0 });
  await program.ask(`share ${at(page)} ${page.toString(16)} 61`);
  await assert.rejects(memory.write(second, bytes('a'), bytes('c'), mapped), { code: 'ESTALE', written: 0 });
  assert.equal(await load(program, second), 0x61);
  // A write would make a copy now, which nobody was asked about.
  mapped = await look();
  await program.ask(`open ${at(2n * page)} ${page.toString(16)}`);
  const third = second + page;
  await assert.rejects(memory.write(third + 2n, bytes('a'), bytes('c'), mapped), { code: 'ESTALE', written: 0 });
  assert.equal(await load(program, third + 2n), 0x61);
  await program.ask(`unmap ${at(2n * page)} ${page.toString(16)}`);
  await assert.rejects(memory.write(third, bytes('b'), bytes('c'), mapped), { code: 'ESTALE', written: 0 });
});

test('says that something else was mapped while it wrote', async (t) => {
  const size = 2 ** 20;
  const program = await startSpace(t, 'fixed', size);
  const memory = await memoryOf(t, program);
  await program.ask(`flip ${program.address.toString(16)} ${size.toString(16)}`);
  let failure: NativeFailure | undefined;
  // It is mapped anew some thousand times a second, and every write takes a while.
  while (failure === undefined) {
    await memory.write(program.address, undefined, new Uint8Array(size).fill(1)).catch((error: NativeFailure) => {
      failure = error;
    });
  }
  assert.deepEqual([failure.code, failure.written], ['ESTALE', size]);
  await program.ask('rest');
  assert.equal(await memory.write(program.address, undefined, bytes('x')), undefined);
  assert.equal(await load(program, program.address), 0x78);
});

test('an open memory keeps none of it, neither past exec nor past the end', async (t) => {
  for (const end of [(program: Program) => program.tell('exec'), (program: Program) => program.kill()]) {
    const program = await startSpace(t, 'pages');
    const { pid } = program;
    const memory = await memoryOf(t, program);
    const isObject = (fd: string) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('/memfd:pages');
    const fd = readdirSync(`/proc/${pid}/fd`).find(isObject);
    const object = openSync(`/proc/${pid}/fd/${fd}`, 'r+');
    t.after(() => closeSync(object));
    // The kernel refuses it as long as anybody has a page of it mapped for writing.
    const seal = () => failureWith(object, 'import fcntl; fcntl.fcntl(3, 1033, 8)');
    assert.match(seal() ?? '', /busy/);
    await end(program);
    while (seal() !== undefined) await sleep(10);
    await assert.rejects(memory.write(program.address, undefined, bytes('x')), { code: 'ESRCH' });
  }
});

test('the regions of a part of an address space are those of the whole that lie in it', async (t) => {
  const { pid, address } = await startSpace(t, 'unreadable', 'none');
  const startTime = startTimeOf(pid);
  const all = regionsOf(await addon.readRegions(pid, startTime).result);
  const some = async (start: bigint, end: bigint) =>
    regionsOf(await addon.readRegionsIn(pid, startTime, start, end).result);
  const inside = (start: bigint, end: bigint) => all.filter((region) => region.end > start && region.start < end);
  const top = 2n ** 64n - 1n;
  for (const [start, end] of [
    [address, address + 1n],
    [address, address + 4n * page],
    [address + page, address + 2n * page],
    [0n, 0x1000n],
    [0n, 2n ** 63n],
    [0n, top],
    [2n ** 63n, top],
  ] as const) {
    assert.deepEqual(await some(start, end), inside(start, end), `${start.toString(16)} to ${end.toString(16)}`);
  }
  await assert.rejects(addon.readRegionsIn(pid, startTime + 1, 0n, top).result, { code: 'ESTALE' });
});
