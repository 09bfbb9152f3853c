// Bytes into the memory of real processes, and the regions of a part of their address spaces.
import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Program, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, diskFolder } from './addon.ts';
import { regionsOf } from './columns.ts';

const page = BigInt(addon.pageSize);
const bytes = (text: string) => new TextEncoder().encode(text);

function write({ pid }: Program, address: bigint, expected: Uint8Array, wanted: Uint8Array) {
  return addon.writeMemory(pid, startTimeOf(pid), address, expected, wanted);
}

const load = async (program: Program, address: bigint) => Number(await program.ask(`load ${(address).toString(16)}`));

test('writes what was meant where what was seen still stands, and else says what stands there', async (t) => {
  const program = await startSpace(t, 'unreadable', 'hole');
  const { address } = program;
  assert.equal(await write(program, address, bytes('aaaa'), bytes('WXYZ')), undefined);
  assert.equal(await load(program, address + 1n), 0x58);
  const now = await write(program, address, bytes('aaaa'), bytes('0000'));
  assert.deepEqual(now, bytes('WXYZ'));
  assert.equal(await load(program, address), 0x57);
});

test('writes past what the process may write itself, as the kernel lets a debugger', async (t) => {
  const program = await startSpace(t, 'unreadable', 'none');
  const address = program.address + page;
  await write(program, address, bytes('a'), bytes('!')).then(
    (now) => assert.equal(now, undefined),
    // A kernel that is set up not to.
    (failure: { code?: string }) => assert.equal(failure.code, 'EIO'),
  );
});

test('refuses what is not mapped, a process that has ended, another that has its number, and nonsense', async (t) => {
  const program = await startSpace(t, 'unreadable', 'hole');
  const { pid, address } = program;
  const hole = address + page;
  await assert.rejects(write(program, hole, bytes('a'), bytes('b')), { code: 'EIO', syscall: 'pread64' });
  // Up to where nothing is mapped nothing is written either: it is looked at as a whole first.
  await assert.rejects(write(program, hole - 2n, bytes('aaaa'), bytes('bbbb')), { code: 'EIO' });
  assert.equal(await load(program, hole - 1n), 0x61);
  const startTime = startTimeOf(pid);
  await assert.rejects(addon.writeMemory(pid, startTime + 1, address, bytes('a'), bytes('b')), { code: 'ESTALE' });
  assert.throws(() => addon.writeMemory(pid, startTime, address, bytes('a'), bytes('bb')), RangeError);
  assert.throws(() => addon.writeMemory(pid, startTime, 2n ** 64n - 1n, bytes('aa'), bytes('bb')), RangeError);
  await program.end();
  await assert.rejects(addon.writeMemory(pid, startTime, address, bytes('a'), bytes('b')), { code: 'ESRCH' });
});

test('a private mapping of a file gets a copy of its own, and the file stays as it is', async (t) => {
  const path = join(diskFolder(t), 'mapped');
  writeFileSync(path, Buffer.alloc(2 * addon.pageSize, 'f'));
  const program = await startSpace(t, 'private-file', path);
  assert.equal(await write(program, program.address + page, bytes('ff'), bytes('xy')), undefined);
  assert.equal(await load(program, program.address + page), 0x78);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, 'g', Number(page));
  } finally {
    closeSync(file);
  }
  assert.equal(await load(program, program.address + page), 0x78);
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
