// Edits staged over shared memory, and applied while second processes have it mapped.
import assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { refOfPath, type SourceRef } from '../../extension/core/sourceRef.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { LiveWriter } from '../support/liveWriter.ts';
import { start, startSpace, startTimeOf } from '../support/programs.ts';
import { Scratch } from '../support/scratch.ts';
import { type SealableMemory, sealableMemory, sealed } from '../support/sealableMemory.ts';
import { sysvSegment } from '../support/sysvSegments.ts';
import { addon, diskFolder, pathOf, shmFolder } from './addon.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const size = 65536;

const asked = {
  overwrites: false,
  task: { report: () => {}, isCancelled: () => false },
  approve: async () => true,
};

/** Staged edits over a source that is open for the length of a test. */
async function staged(t: TestContext, ref: SourceRef): Promise<EditedSource> {
  const watched = await createPlatform(addon, join(diskFolder(t), 'storage')).watch(ref);
  t.after(() => watched.dispose());
  return new EditedSource(watched, undefined, true);
}

function put(edited: EditedSource, offset: number, text: string) {
  return edited.edit({ offset, length: text.length, bytes: bytes(text) });
}

function object(t: TestContext, content = Buffer.alloc(size, 'a')): { readonly path: string; readonly ref: SourceRef } {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, content);
  return { path, ref: refOfPath(pathOf(path)) };
}

async function writer(t: TestContext, path: string): Promise<LiveWriter> {
  const scratch = new Scratch();
  t.after(() => scratch.clean());
  return await LiveWriter.start(scratch, path);
}

const text = (path: string, offset: number, length: number) =>
  readFileSync(path)
    .subarray(offset, offset + length)
    .toString('latin1');

test('nobody sees staged edits before they are applied; then only those bytes are stored, beside one who writes all the time', async (t) => {
  const { path, ref } = object(t);
  const other = await writer(t, path);
  const edited = await staged(t, ref);
  await put(edited, 3, 'staged');
  await put(edited, 40000, 'too');
  assert.equal(text(path, 3, 6), 'aaaaaa');
  await other.spin(4096, 8192);
  await edited.save(asked);
  await other.store(0, bytes('X'));
  assert.equal(text(path, 0, 12), 'Xaastagedaaa');
  assert.equal(text(path, 39999, 5), 'atooa');
  assert.equal(edited.hasEdits, false);
  const spun = readFileSync(path).subarray(4096, 4096 + 8192);
  assert.ok(spun.every((byte) => byte === spun[0]));
  assert.equal(statSync(path).size, size);
});

test('bytes that others have changed are a conflict, and nothing is stored until the user says so', async (t) => {
  const { path, ref } = object(t);
  const other = await writer(t, path);
  const edited = await staged(t, ref);
  await put(edited, 0, '1111');
  await put(edited, 100, '2222');
  await other.store(101, bytes('XY'));
  await assert.rejects(edited.save(asked), { code: 'changedMeanwhile' });
  assert.deepEqual(edited.conflict, { kind: 'changed', ranges: [{ offset: 101, length: 2 }], isCut: false });
  assert.equal(text(path, 0, 4), 'aaaa');
  assert.equal(edited.overlay.count, 2);
  await edited.save({ ...asked, overwrites: true });
  assert.equal(text(path, 0, 4), '1111');
  assert.equal(text(path, 100, 4), '2222');
  assert.equal(edited.conflict, undefined);
});

test('what an apply that was cut off has stored already is no conflict', async (t) => {
  const { path, ref } = object(t);
  const other = await writer(t, path);
  const edited = await staged(t, ref);
  await put(edited, 0, '12345678');
  await other.store(0, bytes('1234'));
  await edited.save(asked);
  assert.equal(text(path, 0, 9), '12345678a');
});

test('how many edits an apply that was cut off has stored already is known, as long as they are staged', async (t) => {
  const { path, ref } = object(t);
  const other = await writer(t, path);
  const edited = await staged(t, ref);
  await put(edited, 0, '12345678');
  await put(edited, 100, 'zz');
  await put(edited, 200, 'aa');
  assert.deepEqual(await edited.storedAlready(), { stored: 0, count: 3 }, 'what was there before is not stored');
  await other.store(0, bytes('1234'));
  await other.store(101, bytes('y'));
  assert.deepEqual(await edited.storedAlready(), { stored: 1, count: 3 });
  assert.deepEqual(await edited.storedAlready({ offset: 50, length: 100 }), { stored: 0, count: 1 });
  await edited.discard({ offset: 0, length: size });
  assert.deepEqual(await edited.storedAlready(), { stored: 0, count: 0 });
});

test('after they are applied, edits are undone as edits', async (t) => {
  const { path, ref } = object(t);
  const edited = await staged(t, ref);
  const step = await put(edited, 0, 'B');
  await edited.save(asked);
  assert.equal(text(path, 0, 2), 'Ba');
  await step.undo();
  assert.equal(edited.overlay.count, 1);
  assert.equal(text(path, 0, 2), 'Ba');
  await edited.save(asked);
  assert.equal(text(path, 0, 2), 'aa');
});

test('nothing is inserted or deleted, and nothing goes past the end', async (t) => {
  const { ref } = object(t);
  const edited = await staged(t, ref);
  await assert.rejects(edited.edit({ offset: 5, length: 0, bytes: bytes('x') }), { code: 'sizeIsFixed' });
  await assert.rejects(edited.edit({ offset: 5, length: 1, bytes: bytes('') }), { code: 'sizeIsFixed' });
  await assert.rejects(put(edited, size - 1, 'xx'), { code: 'pastEnd' });
  assert.equal(edited.hasEdits, false);
});

test('an object that was cut under an edit is a conflict of size, and stays as it was made', async (t) => {
  const { path, ref } = object(t);
  const edited = await staged(t, ref);
  await put(edited, 0, 'x');
  await put(edited, 50000, 'far');
  truncateSync(path, 4096);
  await assert.rejects(edited.save(asked), { code: 'changedMeanwhile' });
  assert.deepEqual(edited.conflict, { kind: 'size', was: size, now: 4096, pastEnd: 1 });
  assert.equal(text(path, 0, 1), 'a');
  await edited.keepInside();
  await edited.save(asked);
  assert.equal(text(path, 0, 2), 'xa');
  assert.equal(statSync(path).size, 4096);
});

function memfdRef({ pid, fd, path }: SealableMemory): SourceRef {
  const inode = statSync(path, { bigint: true }).ino;
  return { kind: 'processFd', pid, startTime: startTimeOf(pid), fd, inode, name: bytes('memfd:sealed') };
}

for (const [name, seals] of [
  ['writing', sealed.write],
  ['writing from now on', sealed.futureWrite],
] as const) {
  test(`memory that is sealed against ${name} says so before and when edits are applied, which stay`, async (t) => {
    const memory = await sealableMemory(t, size);
    const edited = await staged(t, memfdRef(memory));
    assert.equal(await edited.saving?.refusal(), undefined);
    await put(edited, 0, 'x');
    await memory.seal(seals);
    assert.equal(await edited.saving?.refusal(), 'sealed');
    await assert.rejects(edited.save(asked), { code: 'sealed' });
    assert.equal(edited.overlay.count, 1);
    assert.equal(text(memory.path, 0, 1), '\0');
  });
}

test('seals against growing and shrinking are in the way of no edit: the size stays', async (t) => {
  const memory = await sealableMemory(t, size);
  const edited = await staged(t, memfdRef(memory));
  await memory.seal(sealed.grow | sealed.shrink);
  await put(edited, size - 1, 'x');
  await edited.save(asked);
  assert.equal(text(memory.path, size - 1, 2), 'x');
  assert.equal(edited.hasEdits, false);
});

test('an object that is enlarged under staged edits is longer in the view, and takes them, and what is put at its new end', async (t) => {
  const { path, ref } = object(t);
  const edited = await staged(t, ref);
  await put(edited, 0, 'x');
  truncateSync(path, 2 * size);
  await edited.watched.look();
  await edited.settled();
  assert.equal(edited.state.size, 2 * size);
  assert.equal(edited.overlay.count, 1);
  await put(edited, 2 * size - 1, 'y');
  await edited.save(asked);
  assert.deepEqual([text(path, 0, 2), text(path, 2 * size - 1, 2)], ['xa', 'y']);
  assert.equal(edited.conflict, undefined);
});

test('a System V segment that was removed between is gone: the edits stay, and nothing is stored', async (t) => {
  const program = await start(t, 'sysv', 0, size);
  const ref: SourceRef = { kind: 'sysvShm', shmid: program.id, creatorPid: program.pid };
  const edited = await staged(t, ref);
  await put(edited, 0, 'x');
  // Nobody looks at it, and so we do not keep it alive.
  edited.source.rest?.();
  await program.end();
  while (sysvSegment(program.id) !== undefined) await sleep(5);
  await assert.rejects(edited.save(asked));
  assert.equal(edited.overlay.count, 1);
});

test('memory of a process is edited staged, too', async (t) => {
  const program = await startSpace(t, 'unreadable', 'hole');
  const { pid, address } = program;
  const page = BigInt(addon.pageSize);
  const ref: SourceRef = {
    kind: 'processRegion',
    pid,
    startTime: startTimeOf(pid),
    start: address,
    end: address + page,
    name: bytes(''),
  };
  const edited = await staged(t, ref);
  const load = async () => Number(await program.ask(`load ${address.toString(16)}`));
  const before = await load();
  await put(edited, 0, 'Z');
  assert.equal(await load(), before);
  await edited.save(asked);
  assert.equal(await load(), 'Z'.charCodeAt(0));
});
