// A System V segment in swap: mincore(2) finds its pages absent, like those that nobody ever touched.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSource } from '../../extension/platform/openSource.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { readSysvTable, sysvSegments } from '../../extension/platform/sharedMemory/surroundings.ts';
import { patternAt, start } from '../support/programs.ts';
import { addon, failureOf, root } from './addon.ts';

const page = addon.pageSize;

/** Swap of its own for the test; why there is none, where the machine refuses. */
function addSwap(t: TestContext): string | undefined {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const file = join(root, '.cache', `swap-${process.pid}`);
  writeFileSync(file, Buffer.alloc(16 * 2 ** 20), { mode: 0o600 });
  t.after(() => {
    failureOf('swapoff', file);
    rmSync(file);
  });
  return failureOf('mkswap', file) ?? failureOf('swapon', file);
}

/** A memory cgroup, whose pages can all be sent to swap at once; undefined where none can be made. */
function makeGroup(t: TestContext): { add(pid: number): void; swapOut(): void } | undefined {
  const [first, second] = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'];
  const folder = join(existsSync(join(first, 'cgroup.procs')) ? first : second, `memglass-test-${process.pid}`);
  const reclaim: readonly (readonly [file: string, text: string])[] = [
    ['memory.force_empty', '0'],
    ['memory.reclaim', '64M'],
  ];
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  // The processes in it have ended by then: what is registered first is done first.
  t.after(() => rmdirSync(folder));
  const way = reclaim.find(([file]) => existsSync(join(folder, file)));
  if (way === undefined) return undefined;
  return {
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    swapOut: () => {
      try {
        writeFileSync(join(folder, way[0]), way[1]);
      } catch {
        // EAGAIN: it is less than was asked for.
      }
    },
  };
}

test('what is swapped out is shown as it is, and said to be looked at at a price', async (t) => {
  const failure = addSwap(t);
  if (failure !== undefined) return t.skip(failure);
  const [size, filled] = [64 * page, 32 * page];
  const program = await start(t, 'sysv', 0, size);
  const group = makeGroup(t);
  if (group === undefined) return t.skip('no memory cgroup can be made');
  group.add(program.pid);
  await program.ask(`pattern 0 ${filled}`);
  // Twice: the first leaves the pages in the swap cache, which is memory still.
  for (const _ of [1, 2]) group.swapOut();
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
