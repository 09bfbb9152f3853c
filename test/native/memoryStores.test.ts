// Stores into the memory of real processes that become others, map anew and have children, between the look and the write.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SourceFate } from '../../extension/core/byteSource.ts';
import type { LiveStores } from '../../extension/core/live/liveStores.ts';
import type { SourceError } from '../../extension/core/sourceError.ts';
import type { ProcessRegionRef } from '../../extension/core/sourceRef.ts';
import { type LiveDifference, LiveEdits } from '../../extension/platform/editing/liveEdits.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { ProcessMemory } from '../../extension/platform/processes/processMemory.ts';
import type { Machine } from '../../extension/platform/sources/machine.ts';
import { MemoryStores } from '../../extension/platform/storing/memoryStores.ts';
import type { WatchedSource } from '../../extension/platform/watchedSource.ts';
import { type Program, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, diskFolder } from './addon.ts';

const page = addon.pageSize;
const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (value: bigint | number) => value.toString(16);

function regionOf({ pid, address }: Program, pages: number, of = pid): ProcessRegionRef {
  const end = address + BigInt(pages * page);
  return { kind: 'processRegion', pid: of, startTime: startTimeOf(of), start: address, end, name: bytes('') };
}

const load = async ({ ask, address }: Program, offset = 0) =>
  String.fromCharCode(Number(await ask(`load ${hex(address + BigInt(offset))}`)));

/** Stores that have looked at what is mapped there, and for which `between` happens between that look and the write. */
async function storesWith(t: TestContext, program: Program, between: () => Promise<unknown>): Promise<LiveStores> {
  const ref = regionOf(program, 2);
  const memory = await ProcessMemory.open(addon, ref);
  t.after(() => memory.close());
  const mapped = await addon.readRegionsIn(ref.pid, ref.startTime, ref.start, ref.end).result;
  const fate = async (): Promise<SourceFate> => {
    await between();
    return { kind: 'same' };
  };
  const memoryOf = { open: async () => memory, fate, mapped: () => mapped };
  return new MemoryStores({ addon } as Machine, ref, 2 * page, memoryOf);
}

async function watched(t: TestContext, ref: ProcessRegionRef): Promise<WatchedSource> {
  const opened = await createPlatform(addon, join(diskFolder(t), 'storage')).watch(ref);
  t.after(() => opened.dispose());
  return opened;
}

/** Edits of a region, with what its undos have met, which never go over it. */
async function edits(t: TestContext, ref: ProcessRegionRef): Promise<{ live: LiveEdits; met: LiveDifference[] }> {
  const met: LiveDifference[] = [];
  const live = new LiveEdits(await watched(t, ref), async (difference) => {
    met.push(difference);
    return false;
  });
  return { live, met };
}

async function shown(source: WatchedSource, length: number): Promise<string> {
  return new TextDecoder().decode((await source.read(0, length)).bytes);
}

const put = (offset: number, text: string) => ({ offset, length: text.length, bytes: bytes(text) });

test('a process that becomes another program between the look and the write: that gets no byte', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * page);
  let isOther = false;
  const stores = await storesWith(t, program, async () => {
    if (!isOther) await program.ask('again');
    isOther = true;
  });
  for (const expected of [bytes('aa'), undefined]) {
    const failed = stores.store(0, expected, bytes('XY'));
    await assert.rejects(failed, (error: SourceError) => error.code === 'programGone' && error.detail.stored === 0);
  }
  assert.equal(await load(program), 'a');
});

test('a process that ends between the look and the write', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * page);
  const stores = await storesWith(t, program, () => program.kill());
  await assert.rejects(stores.store(0, bytes('a'), bytes('X')), { code: 'processGone' });
});

for (const how of ['replace', 'share']) {
  test(`an object that is mapped there between the look and the write (${how}), of the same bytes: it gets none`, async (t) => {
    const program = await startSpace(t, 'fixed', 2 * page);
    const replace = () => program.ask(`${how} ${hex(program.address)} ${hex(page)} 61`);
    const stores = await storesWith(t, program, replace);
    await assert.rejects(stores.store(page - 1, bytes('aa'), bytes('XY')), { code: 'mappedAnew' });
    assert.equal((await load(program, page - 1)) + (await load(program, page)), 'aa');
    assert.deepEqual(await stores.store(page, bytes('a'), bytes('Z')), { kind: 'stored', isAtomic: false });
    assert.equal(await load(program, page), 'Z');
  });
}

test('nothing is mapped there any more', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * page);
  const stores = await storesWith(t, program, () => program.ask(`unmap ${hex(program.address)} ${hex(page)}`));
  await assert.rejects(stores.store(0, bytes('a'), bytes('X')), { code: 'mappedAnew' });
});

test('an undo and a redo of what was written into the program before', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * page);
  const { live, met } = await edits(t, regionOf(program, 2));
  const first = await live.edit(put(0, 'one'));
  const second = await live.edit(put(0, 'two'));
  await second.undo();
  assert.equal(await load(program), 'o');
  await program.ask('again');
  // What the undo would look for stands in the new one as well.
  for (const [at, byte] of [...'one'].entries()) {
    await program.ask(`store ${hex(program.address + BigInt(at))} ${hex(byte.charCodeAt(0))}`);
  }
  await assert.rejects(first.undo(), { code: 'programGone' });
  await assert.rejects(second.redo(), { code: 'programGone' });
  await assert.rejects(live.overwrite(put(0, 'new')));
  assert.equal((await load(program)) + (await load(program, 1)) + (await load(program, 2)), 'one');
  assert.deepEqual(met, []);
  assert.equal(await live.refusal(), 'gone');
});

test('an undo of what was written into memory that is mapped anew since', async (t) => {
  const program = await startSpace(t, 'fixed', 2 * page);
  const { live, met } = await edits(t, regionOf(program, 2));
  const step = await live.edit(put(0, 'xyz'));
  await program.ask(`replace ${hex(program.address)} ${hex(page)} 62`);
  // Either the look before was of the new one already, and the user is asked; or the write finds out.
  await step.undo().catch((error: SourceError) => assert.equal(error.code, 'mappedAnew'));
  assert.ok(met.length <= 1);
  assert.equal(await load(program), 'b');
  assert.equal(step.isDone?.(), true);
});

test('private memory after a fork: what is written into the child stays the child’s, and into the parent the parent’s', async (t) => {
  const parent = await startSpace(t, 'fixed', 2 * page);
  const child = Number(await parent.ask('split'));
  const ofChild = async (offset: number) =>
    String.fromCharCode(Number(await parent.ask(`child load ${hex(parent.address + BigInt(offset))}`)));
  const inChild = await edits(t, regionOf(parent, 2, child));
  const inParent = await edits(t, regionOf(parent, 2));
  const step = await inChild.live.edit(put(0, 'child'));
  assert.deepEqual([await load(parent), await ofChild(0)], ['a', 'c']);
  await inParent.live.edit(put(page, 'parent'));
  assert.deepEqual([await load(parent, page), await ofChild(page)], ['p', 'a']);
  // The same place in both, and each undone for itself.
  const other = await inParent.live.edit(put(0, 'other'));
  await step.undo();
  assert.deepEqual([await load(parent), await ofChild(0)], ['o', 'a']);
  await other.undo();
  assert.deepEqual([await load(parent), await ofChild(0)], ['a', 'a']);
  assert.deepEqual([inChild.met, inParent.met], [[], []]);
});

test('shared memory after a fork is written for both, and a view of the other sees it', async (t) => {
  const parent = await startSpace(t, 'fixed', 2 * page);
  await parent.ask(`share ${hex(parent.address)} ${hex(page)} 73`);
  const child = Number(await parent.ask('split'));
  const [childView, parentView] = [await watched(t, regionOf(parent, 1, child)), await watched(t, regionOf(parent, 1))];
  const live = new LiveEdits(childView, async () => false);
  const step = await live.edit(put(0, 'both'));
  assert.equal(await load(parent), 'b');
  assert.deepEqual([await shown(parentView, 5), await shown(childView, 5)], ['boths', 'boths']);
  // An undo by the one is held against what the other has put there since.
  const ofParent = await new LiveEdits(parentView, async () => false).edit(put(0, 'B'));
  await step.undo();
  assert.deepEqual([await shown(childView, 5), step.isDone?.()], ['Boths', true]);
  await ofParent.undo();
  await step.undo();
  assert.deepEqual([await load(parent), await shown(parentView, 5)], ['s', 'sssss']);
});

test('a child goes on with its memory where its parent becomes another program, and is written into as before', async (t) => {
  const parent = await startSpace(t, 'fixed', 2 * page);
  const child = Number(await parent.ask('split'));
  const { live } = await edits(t, regionOf(parent, 2, child));
  await parent.ask('again');
  await live.edit(put(0, 'X'));
  assert.equal(await load(parent), 'a');
  const seen = await watched(t, regionOf(parent, 2, child));
  assert.equal(await shown(seen, 2), 'Xa');
});
