// A System V segment in swap: mincore(2) finds its pages absent, like those that nobody ever touched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSource } from '../../extension/platform/openSource.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { readSysvTable, sysvSegments } from '../../extension/platform/sharedMemory/surroundings.ts';
import { patternAt, start } from '../support/programs.ts';
import { ownSwap } from '../support/swap.ts';
import { addon } from './addon.ts';

const page = addon.pageSize;

test('what is swapped out is shown as it is, and said to be looked at at a price', async (t) => {
  const swap = ownSwap(t);
  if (typeof swap === 'string') return t.skip(swap);
  const [size, filled] = [64 * page, 32 * page];
  const program = await start(t, 'sysv', 0, size);
  swap.add(program.pid);
  await program.ask(`pattern 0 ${filled}`);
  swap.swapOut();
  const segment = sysvSegments(await readSysvTable()).find(({ shmid }) => shmid === program.id);
  if (segment?.swapped === 0n) return t.skip('the kernel wrote none of it to swap');
  const source = await openSource(
    { addon, holds: new OwnHolds(), journals: new Journals(addon, '') },
    { kind: 'sysvShm', shmid: program.id, creatorPid: program.pid },
  );
  t.after(() => source.dispose());
  const into = new Uint8Array(size).fill(9);
  const { length, holes, unwritten } = await source.read(0, into);
  assert.deepEqual([length, holes, unwritten], [size, [], undefined]);
  assert.ok(into.every((byte, at) => byte === (at < filled ? patternAt(at) : 0)));
  assert.equal((await source.probe()).note, 'lookingMayAllocate');
});
