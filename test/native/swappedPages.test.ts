// Private memory in swap: each page is told to be there, is not brought back by looking at the page tables, and is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSource } from '../../extension/platform/openSource.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { startSpace, startTimeOf } from '../support/programs.ts';
import { ownSwap } from '../support/swap.ts';
import { addon } from './addon.ts';
import { at } from './columns.ts';
import { figuresOf } from './figures.ts';

const page = addon.pageSize;

test('private memory that is swapped out is told page by page, in figures, and read as it is', async (t) => {
  const swap = ownSwap(t);
  if (typeof swap === 'string') return t.skip(swap);
  const [pages, filled] = [64, 32];
  const { pid, address, ask } = await startSpace(t, 'untouched', pages * page);
  const startTime = startTimeOf(pid);
  swap.add(pid);
  for (let each = 0; each < filled; each++) {
    await ask(`store ${(address + BigInt(each * page)).toString(16)} ${(each + 1).toString(16)}`);
  }
  swap.swapOut();
  const count = async () => await addon.countPagemap(pid, startTime, address, pages, pages).result;
  const before = await count();
  const swapped = [...before.swapped].filter((each) => each === 1).length;
  if (swapped === 0) return t.skip('the kernel wrote none of it to swap');
  for (let each = 0; each < pages; each++) {
    const states = [before.anonymous, before.file, before.zero, before.swapped, before.guard];
    const sum = states.reduce((all, column) => all + (column[each] ?? 0), 0);
    assert.equal(sum, each < filled ? 1 : 0, `page ${each} has one state, or none where nothing was ever written`);
  }
  // The figures of the map say the same, and neither look has brought any of it back.
  const figures = await figuresOf(pid);
  assert.equal(at(figures.swap, figures.starts.indexOf(address)), swapped * page);
  assert.deepEqual([...(await count()).swapped], [...before.swapped]);

  const source = await openSource(
    { addon, holds: new OwnHolds(), journals: new Journals(addon, '') },
    {
      kind: 'processRegion',
      pid,
      startTime,
      start: address,
      end: address + BigInt(pages * page),
      name: new Uint8Array(),
    },
  );
  t.after(() => source.dispose());
  const into = new Uint8Array(pages * page).fill(9);
  const { holes } = await source.read(0, into);
  assert.deepEqual(holes, []);
  assert.deepEqual(
    Array.from({ length: pages }, (_, each) => into[each * page]),
    Array.from({ length: pages }, (_, each) => (each < filled ? each + 1 : 0)),
  );
});
