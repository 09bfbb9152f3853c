// The address spaces of real processes: their regions, what of these is in memory, and what stands in the page tables.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FigurePart } from '../../extension/core/memoryMap/figureParts.ts';
import { type Program, start, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, diskFolder, isSanitized, pathOf } from './addon.ts';
import { at, nameAt, type Region, regionsOf } from './columns.ts';
import { startInDeepFolder } from './deepPath.ts';
import { figuresOf } from './figures.ts';

const page = BigInt(addon.pageSize);

async function regions(pid: number): Promise<Region[]> {
  return regionsOf(await addon.readRegions(pid, startTimeOf(pid)).result);
}

/** The same from the text, by the kernel's own words. */
function textOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').slice(0, -1);
}

/** As maps has it, but for the padding. */
function asLine({ start, end, rights, offset, dev, ino, name }: Region): string {
  const hex = (value: bigint, digits: number) => value.toString(16).padStart(digits, '0');
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  const place = `${hex(start, 8)}-${hex(end, 8)} ${rights} ${hex(offset, 8)}`;
  return `${place} ${hex(major, 2)}:${hex(minor, 2)} ${ino} ${name}`;
}

/**
 * What is found while the text stays what it was: how many have a library mapped, and with it what is private and what is
 * shared, is another number with each process of the machine that comes or goes.
 */
async function betweenSame<Found>(
  textOf: () => string | Promise<string>,
  find: () => Promise<Found>,
): Promise<{ readonly found: Found; readonly text: string }> {
  for (;;) {
    const text = await textOf();
    const found = await find();
    if ((await textOf()) === text) return { found, text };
  }
}

const withoutPadding = (line: string) => line.replace(/^((?:\S+ ){5}) */, '$1');

test('the regions of a process are those of its maps, to the letter', async (t) => {
  const program = await start(t, 'memfd', 'x', 3 * addon.pageSize);
  assert.deepEqual((await regions(program.pid)).map(asLine), textOf(program.pid).map(withoutPadding));
  const own = await regions(process.pid);
  assert.ok(own.some(({ name }) => name === '[stack]') && own.some(({ name }) => name === '[vdso]'));
});

test('65,530 regions, their figures, and a canceled reading of them', async (t) => {
  const program = await startSpace(t, 'regions', 70_000);
  const startTime = startTimeOf(program.pid);
  t.diagnostic(`${program.count} regions made`);
  const found = await regions(program.pid);
  assert.equal(found.length, textOf(program.pid).length);
  const striped = found.filter(({ start }) => start >= program.address && start < program.address + page * 65_000n);
  assert.ok(striped.length > 60_000);
  striped.forEach((row, index) => {
    assert.equal(row.rights, index % 2 === 0 ? 'r--p' : 'rw-p');
    if (index > 0) assert.equal(row.start, striped[index - 1]?.end);
  });

  const figures = await figuresOf(program.pid);
  assert.deepEqual(
    [...figures.starts],
    found.map(({ start }) => start),
  );
  const first = figures.starts.indexOf(program.address);
  for (const row of [first + 1, first + 30_001, first + 60_001]) {
    assert.deepEqual(
      [at(figures.rss, row), at(figures.privateDirty, row), at(figures.anonymous, row), at(figures.pageSizes, row)],
      Array(4).fill(addon.pageSize),
    );
    assert.equal(nameAt(figures.flagSets, at(figures.flags, row)).toString().slice(0, 14), 'rd wr mr mw me');
  }
  assert.equal(at(figures.rss, first), 0);
  const rollup = readFileSync(`/proc/${program.pid}/smaps_rollup`, 'latin1');
  const total = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024;
  const sum = (column: Float64Array) => column.reduce((all, bytes) => all + bytes, 0);
  assert.equal(sum(figures.privateDirty), total('Private_Dirty'));
  assert.equal(sum(figures.anonymous), total('Anonymous'));

  for (const task of [
    addon.readRegions(program.pid, startTime),
    addon.readRegionFigures(program.pid, startTime, () => {}),
    addon.countPagemap(program.pid, startTime, program.address, 60_000, 100),
  ]) {
    task.cancel();
    task.cancel();
    await assert.rejects(task.result, { code: 'ECANCELED' });
  }
});

test('figures come in parts while the others are read', async (t) => {
  const program = await startSpace(t, 'regions', 70_000);
  const parts: FigurePart[] = [];
  const figures = await figuresOf(program.pid, (part) => parts.push(part));
  assert.ok(parts.length > 3 && parts.every(({ count }) => count < 20_000));
  let next = 0;
  for (const { first, count } of parts) {
    assert.equal(first, next);
    next += count;
  }
  assert.equal(figures.count, next);
  assert.throws(() => (addon.readRegionFigures as (...args: unknown[]) => unknown)(program.pid, 1), TypeError);
});

test('figures told of a program do not hold any more once it has become another', async (t) => {
  for (;;) {
    const program = await startSpace(t, 'regions', 70_000);
    const firsts: number[] = [];
    const figures = await figuresOf(program.pid, ({ first }) => {
      if (firsts.push(first) === 1) program.tell('exec');
    });
    t.diagnostic(`parts from ${firsts.join(', ')}`);
    // All may be read before this thread hears of the first part: then they are of the one program.
    if (figures.count > 60_000) {
      assert.deepEqual([...new Set(firsts)], firsts);
      continue;
    }
    assert.equal(firsts.at(-1), 0);
    assert.ok(figures.count > 0 && figures.count < 1000);
    return;
  }
});

test('figures of regions that become one while they are read are in order, and each byte has one', async (t) => {
  const program = await startSpace(t, 'regions', 70_000);
  let closing: Promise<string> | undefined;
  const figures = await figuresOf(program.pid, () => {
    closing ??= program.ask(`close ${program.address.toString(16)} ${(60_000n * page).toString(16)}`);
  });
  await closing;
  for (let row = 1; row < figures.count; row++) assert.ok(at(figures.ends, row - 1) <= at(figures.starts, row));
  assert.ok((await figuresOf(program.pid)).count < figures.count);
});

test('the figures of each region are those of smaps', async (t) => {
  const program = await start(t, 'anonymous', 64 * addon.pageSize);
  await program.ask('pattern 0 40000');
  const { found: figures, text } = await betweenSame(
    () => readFileSync(`/proc/${program.pid}/smaps`, 'latin1'),
    () => figuresOf(program.pid),
  );
  const blocks = text.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).map((block) => block.split('\n'));
  assert.equal(figures.count, blocks.length);
  const columns = {
    ...{ rss: ['Rss'], pss: ['Pss'], pssDirty: ['Pss_Dirty'], sharedClean: ['Shared_Clean'] },
    ...{ sharedDirty: ['Shared_Dirty'], privateClean: ['Private_Clean'], privateDirty: ['Private_Dirty'] },
    ...{ referenced: ['Referenced'], anonymous: ['Anonymous'], lazyFree: ['LazyFree'], swap: ['Swap'] },
    ...{ hugePages: ['AnonHugePages', 'ShmemPmdMapped', 'FilePmdMapped'], sharedHugetlb: ['Shared_Hugetlb'] },
    ...{ privateHugetlb: ['Private_Hugetlb'], swapPss: ['SwapPss'], locked: ['Locked'], pageSizes: ['KernelPageSize'] },
  } as const;
  blocks.forEach((lines, row) => {
    const fields = new Map(lines.slice(1).map((line) => line.split(':') as [string, string]));
    for (const [column, keys] of Object.entries(columns) as [keyof typeof columns, readonly string[]][]) {
      const said = keys.reduce((sum, key) => sum + Number.parseInt(fields.get(key) ?? '0', 10) * 1024, 0);
      assert.equal(at(figures[column], row), said, `${lines[0]} ${column}`);
    }
    assert.equal(nameAt(figures.flagSets, at(figures.flags, row)).toString(), (fields.get('VmFlags') ?? '').trim());
  });
});

test('names made to confuse come as they are', async (t) => {
  const folder = diskFolder(t);
  const program = await startSpace(t, 'names', folder);
  const found = (await regions(program.pid)).filter(({ name }) => name.startsWith(`${folder}/`));
  const onDisk = readdirSync(folder, 'latin1').map((name) => `${folder}/${name}`);
  const names = found.map(({ name }) => name).sort();
  // Before Linux 6.11 a newline and a literal \012 look the same.
  const isRaw = found.every(({ maybeNewline }) => !maybeNewline);
  assert.deepEqual(names, onDisk.map((name) => (isRaw ? name : name.replace('\n', '\\012'))).sort());
  assert.equal(names.length, program.count);
});

test('a path of 5 kB is whole, and found by its end', async (t) => {
  const folder = diskFolder(t);
  const lines = `
fd = os.open("end", os.O_CREAT | os.O_RDWR)
os.ftruncate(fd, 4096)
held = mmap.mmap(fd, 4096, mmap.MAP_PRIVATE)
`;
  const { pid, ino } = await startInDeepFolder(t, folder, lines);
  const found = (await regions(pid)).filter((row) => row.ino === ino);
  assert.deepEqual(
    found.map(({ name }) => [name.length > 5000, name.startsWith(folder), name.endsWith('d/end')]),
    [[true, true, true]],
  );
  const key = [Uint32Array.of(pid), Float64Array.of(startTimeOf(pid))] as const;
  for (const [text, answer] of [
    ['dd/END', 1],
    ['d'.repeat(251), 0],
  ] as const) {
    assert.deepEqual([...(await addon.searchMaps(...key, pathOf(text)).result)], [answer]);
  }
});

test('8 TiB of address space without memory cost nothing to look at', async (t) => {
  const size = 2n ** 43n;
  const program = await startSpace(t, 'reservation', String(size));
  const startTime = startTimeOf(program.pid);
  const tables = () => /^VmPTE:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, 'latin1'))?.[1];
  const before = tables();
  const reserved = (await regions(program.pid)).find(({ start }) => start === program.address);
  assert.deepEqual([reserved?.rights, (reserved?.end ?? 0n) - program.address], ['---p', size]);
  const figures = await figuresOf(program.pid);
  assert.equal(at(figures.rss, figures.starts.indexOf(program.address)), 0);
  const pages = 2 ** 22;
  for (const place of [0n, size / 2n, size - BigInt(pages) * page]) {
    const counts = await addon.countPagemap(program.pid, startTime, program.address + place, pages, 3).result;
    for (const name of countNames) assert.deepEqual([...counts[name]], [0, 0, 0]);
  }
  assert.equal(tables(), before);
});

const states = ['anonymous', 'file', 'zero', 'swapped', 'guard'] as const;
const marks = ['exclusive', 'softDirty', 'huge'] as const;
const countNames = [...states, ...marks] as const;
type CountName = (typeof countNames)[number];

/** What is counted of each page by itself: 4,096 pages at most. */
async function pageByPage(pid: number, start: bigint, pages: number): Promise<readonly (readonly CountName[])[]> {
  const counts = await addon.countPagemap(pid, startTimeOf(pid), start, pages, pages).result;
  return Array.from({ length: pages }, (_, at) => countNames.filter((name) => counts[name][at] === 1));
}

test('what stands in the page tables, page by page', async (t) => {
  const program = await startSpace(t, 'pages');
  const found = await pageByPage(program.pid, program.address, 8);
  // Soft-dirty is kept by some kernels only.
  const shown = found.map((names) => names.filter((name) => name !== 'softDirty').join(' '));
  const [untouched, read = '', written, guard = '', shared = '', unseen, copied, notCopied = ''] = shown;
  assert.equal(untouched, '');
  // Read and never written to: the page of zeros, where the kernel tells.
  assert.ok(['zero', 'anonymous'].includes(read), read);
  assert.equal(written, 'anonymous exclusive');
  if (program.count === 1) assert.ok(['guard', '', 'swapped'].includes(guard), guard);
  assert.ok(['file exclusive', 'file'].includes(shared), shared);
  assert.equal(unseen, '');
  assert.equal(copied, 'anonymous exclusive');
  assert.ok(notCopied === '' || notCopied.startsWith('file'), notCopied);
  // Beyond the end of any address space that user programs have.
  assert.deepEqual(await pageByPage(program.pid, 0xffff_ffff_ff60_0000n, 1), [[]]);
});

test('pages are counted in parts as each by itself', async (t) => {
  const program = await startSpace(t, 'pages');
  const startTime = startTimeOf(program.pid);
  // Ours is stopped by no one: its own stack and heap stay as they are while it waits.
  for (const { start, end } of await regions(program.pid)) {
    const pages = Number((end - start) / page);
    if (pages > 4096 || start > 2n ** 63n) continue;
    for (const parts of [1, 3, 8, 4096]) {
      const { found: counts, text } = await betweenSame(
        async () => JSON.stringify(await pageByPage(program.pid, start, pages)),
        () => addon.countPagemap(program.pid, startTime, start, pages, parts).result,
      );
      const each = JSON.parse(text) as CountName[][];
      for (const names of each) assert.ok(names.filter((name) => !marks.includes(name as 'huge')).length <= 1);
      for (const name of countNames) {
        const wanted = new Array<number>(parts).fill(0);
        each.forEach((names, at) => {
          const part = Math.floor((at * parts) / pages);
          if (names.includes(name)) wanted[part] = (wanted[part] ?? 0) + 1;
        });
        assert.deepEqual([...counts[name]], wanted, `${start.toString(16)} in ${parts}, ${name}`);
      }
    }
  }
  const none = await addon.countPagemap(program.pid, startTime, program.address, 0, 2).result;
  assert.deepEqual([...none.file], [0, 0]);
});

test('pages of 8 TiB are counted, and counting can be given up', async (t) => {
  const program = await startSpace(t, 'reservation', String(2n ** 43n));
  const startTime = startTimeOf(program.pid);
  const task = addon.countPagemap(program.pid, startTime, program.address, 2 ** 31, 1000);
  if (!hasPagemapScan()) task.cancel();
  const counts = await task.result.catch(({ code }: { code: string }) => code);
  if (typeof counts === 'string') assert.equal(counts, 'ECANCELED');
  else for (const name of countNames) assert.ok(counts[name].every((count) => count === 0));
  const given = addon.countPagemap(program.pid, startTime, program.address, 2 ** 31, 1000);
  given.cancel();
  await assert.rejects(given.result, { code: 'ECANCELED' });
});

/** Linux 6.7: without it, 16 GiB of entries would be read. */
function hasPagemapScan(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 7);
}

const calls = {
  readRegions: (pid: number, startTime: number) => addon.readRegions(pid, startTime).result,
  readRegionFigures: (pid: number, startTime: number) => addon.readRegionFigures(pid, startTime, () => {}).result,
  countPagemap: (pid: number, startTime: number) => addon.countPagemap(pid, startTime, 0n, 4, 1).result,
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name}: another process's start time, a zombie, one that has gone, a kernel thread`, async (t) => {
    const program = await startSpace(t, 'zombie');
    const startTime = startTimeOf(program.pid);
    await call(program.pid, startTime);
    await assert.rejects(call(program.pid, startTime + 1), { code: 'ESTALE' });
    await assert.rejects(call(program.child, startTimeOf(program.child)), { code: 'ESRCH' });
    const { pids, kernelThreads, startTimes } = await addon.scanProcesses().result;
    const thread = kernelThreads.indexOf(1);
    if (thread >= 0) await assert.rejects(call(at(pids, thread), at(startTimes, thread)), { code: 'ENOTSUP' });
    await program.kill();
    await assert.rejects(call(program.pid, startTime), { code: 'ESRCH' });
  });

  test(`${name}: a process whose first thread has ended`, async (t) => {
    const program = await startSpace(t, 'leaderless');
    await call(program.pid, startTimeOf(program.pid));
    assert.ok((await regions(program.pid)).some(({ rights }) => rights === 'r-xp'));
  });

  test(`${name}: wrong arguments are thrown`, () => {
    const wild = call as unknown as (...args: unknown[]) => Promise<unknown>;
    for (const pid of ['1', undefined]) assert.throws(() => wild(pid, 1), TypeError);
    for (const pid of [0, -1, 1.5, 2 ** 31, Number.NaN]) assert.throws(() => wild(pid, 1), RangeError);
    assert.throws(() => wild(1, 1n), TypeError);
    for (const startTime of [-1, 0.5, 2 ** 53]) assert.throws(() => wild(1, startTime), RangeError);
  });
}

test('the pages of a page map are checked', () => {
  const wild = addon as unknown as { countPagemap(...args: unknown[]): unknown };
  assert.throws(() => wild.countPagemap(1, 1, 0, 1, 1), TypeError);
  assert.throws(() => wild.countPagemap(1, 1, -1n, 1, 1), TypeError);
  assert.throws(() => wild.countPagemap(1, 1, 1n, 1, 1), RangeError);
  assert.throws(() => wild.countPagemap(1, 1, 2n ** 64n - page, 2, 1), RangeError);
  assert.throws(() => wild.countPagemap(1, 1, page, 2 ** 52, 1), RangeError);
  assert.throws(() => wild.countPagemap(1, 1, 0n, 1), TypeError);
  for (const parts of [0, 4097, 1.5]) assert.throws(() => wild.countPagemap(1, 1, 0n, 1, parts), RangeError);
});

test('a process that execs is read as what it has become', async (t) => {
  const program = await startSpace(t, 'regions', 2000);
  const startTime = startTimeOf(program.pid);
  assert.ok((await regions(program.pid)).length > 2000);
  program.tell('exec');
  while (!readFileSync(`/proc/${program.pid}/cmdline`, 'latin1').startsWith('cat')) await sleep(2);
  const after = regionsOf(await addon.readRegions(program.pid, startTime).result);
  assert.ok(after.length < 1000 && after.some(({ name }) => name.endsWith('/cat')));
});

test('a listing is of one program, however often the process execs', async (t) => {
  const generations = isSanitized() ? 20 : 60;
  const program = await startSpace(t, 'generations', generations);
  const startTime = startTimeOf(program.pid);
  let last = generations;
  let looks = 0;
  const over = lastGeneration(program);
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for (; !isOver || last > 0; looks++) {
    const found = regionsOf(await addon.readRegions(program.pid, startTime).result);
    const names = found.filter(({ name }) => name.includes('generation-')).map(({ name }) => name);
    // While it sets up, one or none of the marks is there; two marks are of one generation.
    assert.ok(new Set(names).size <= 1, names.join());
    for (const [index, { start }] of found.entries()) assert.ok(index === 0 || (found[index - 1]?.end ?? 0n) <= start);
    last = Number(/generation-(\d+)/.exec(names[1] ?? '')?.[1] ?? last);
    const figures = await figuresOf(program.pid);
    assert.ok(figures.count > 0);
    await addon.countPagemap(program.pid, startTime, 0x1000_0000n, 6000, 100).result;
  }
  t.diagnostic(`${looks} looks`);
  await over;
});

async function lastGeneration(program: Program): Promise<void> {
  for (let count = program.count; count > 0; ) count = JSON.parse(await program.nextLine()).count;
}
