// Bytes stored into what other processes have mapped, and numbers of them as one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NativeFailure, Stored } from '../../native/index.d.ts';
import { patternAt, start } from '../support/programs.ts';
import { addon, diskFolder, mountTmpfs, open, read, shmFolder } from './addon.ts';

/** What can be stored into, and looked at by who has it mapped. */
interface Target {
  store(offset: number, bytes: Uint8Array, ifStill?: Uint8Array): Promise<Stored>;
  bytes(offset: number, length: number): Promise<Uint8Array>;
  peek(offset: number): Promise<string>;
}

const size = 3 * 4096 + 5;

async function object(t: TestContext): Promise<Target> {
  const name = `memglass-store-${process.pid}`;
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const producer = await start(t, 'create', name, size);
  await producer.ask(`pattern 0 ${size}`);
  const file = await open(t, `/dev/shm/${name}`);
  return {
    store: (...args) => file.store(...args),
    bytes: async (offset, length) => (await read(file, offset, length)).bytes,
    peek: (offset) => producer.ask(`peek ${offset}`),
  };
}

async function segment(t: TestContext): Promise<Target> {
  const owner = await start(t, 'sysv', 0, size);
  await owner.ask(`pattern 0 ${size}`);
  const attached = await addon.attachSegment(owner.id);
  t.after(() => attached.close());
  const expected = { size: attached.facts.size, creatorPid: owner.pid };
  return {
    store: (...args) => addon.storeInSegment(owner.id, expected, ...args),
    bytes: async (offset, length) => {
      const into = new Uint8Array(length);
      await attached.read(offset, into, false);
      return into;
    },
    peek: (offset) => owner.ask(`peek ${offset}`),
  };
}

const pattern = (offset: number, length: number) => Uint8Array.from({ length }, (_, at) => patternAt(offset + at));
const isWithinWord = (offset: number, length: number) => (offset % 8) + length <= 8;
const codeOf = (stored: Promise<Stored>) => stored.then(String, ({ code }: NativeFailure) => code);

for (const [what, make] of Object.entries({ 'a POSIX object': object, 'a System V segment': segment })) {
  test(`what lies within 8 bytes of ${what} is stored as one, all else as several, and seen by who has it`, async (t) => {
    const target = await make(t);
    for (const offset of [0, 1, 2, 3, 4, 5, 6, 8, 4092, 4095, 4096, size - 5, size - 4]) {
      for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 4096 + 13]) {
        if (offset + length > size) continue;
        const bytes = Uint8Array.from({ length }, (_, at) => patternAt(offset + at) ^ 0xff);
        assert.deepEqual(await target.store(offset, bytes, pattern(offset, length)), {
          stored: length,
          isAtomic: isWithinWord(offset, length),
        });
        assert.deepEqual(
          await target.bytes(0, size),
          Uint8Array.of(...pattern(0, offset), ...bytes, ...pattern(offset + length, size - offset - length)),
        );
        assert.equal(await target.peek(offset + length - 1), String(bytes.at(-1)));
        await target.store(offset, pattern(offset, length));
      }
    }
  });

  test(`bytes of ${what} are stored only over those that should be there`, async (t) => {
    const target = await make(t);
    const wrong = pattern(8, 8).fill(0, 7);
    const answer = await target.store(8, new Uint8Array(8), wrong);
    assert.deepEqual(answer, { stored: 0, isAtomic: true, now: pattern(8, 8) });
    assert.deepEqual(await target.store(9, new Uint8Array(3), Uint8Array.of(1, 2, 3)), {
      stored: 0,
      isAtomic: true,
      now: pattern(9, 3),
    });
    // Nothing of a row where its last byte differs.
    const row = pattern(3, 5000);
    row[4999] = (row[4999] ?? 0) ^ 1;
    assert.deepEqual(await target.store(3, new Uint8Array(5000), row), {
      stored: 0,
      isAtomic: false,
      now: pattern(3, 5000),
    });
    assert.deepEqual(await target.bytes(0, size), pattern(0, size));
  });

  test(`nothing is stored past the end of ${what}`, async (t) => {
    const target = await make(t);
    for (const [offset, length] of [
      [size, 1],
      [size - 1, 2],
      [0, size + 1],
      [2 ** 53 - 8, 8],
    ] as const) {
      assert.equal(await codeOf(target.store(offset, new Uint8Array(length))), 'ERANGE');
    }
    assert.equal((await target.store(size, new Uint8Array(0))).stored, 0);
    assert.deepEqual(await target.bytes(0, size), pattern(0, size));
  });
}

test('another segment under the id is left alone', async (t) => {
  const { id, pid } = await start(t, 'sysv', 0, 4096);
  const bytes = new Uint8Array(8);
  assert.equal(await codeOf(addon.storeInSegment(id, { size: 4096n, creatorPid: pid + 1 }, 0, bytes)), 'ESTALE');
  assert.equal(await codeOf(addon.storeInSegment(id, { size: 8192n, creatorPid: pid }, 0, bytes)), 'ESTALE');
});

test('wrong arguments are thrown at once', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, new Uint8Array(20));
  const file = await open(t, path);
  const one = new Uint8Array(1);
  assert.throws(() => file.store(-8, one), RangeError);
  assert.throws(() => file.store(2 ** 53, one), RangeError);
  assert.throws(() => file.store(0, one, new Uint8Array(2)), RangeError);
  assert.throws(() => file.store(0, new Uint8Array(2 ** 23 + 1)), RangeError);
  assert.throws(() => file.store(0, 'x' as unknown as Uint8Array), TypeError);
});

test('a full tmpfs refuses a hole in words, and takes what has its page', async (t) => {
  const folder = mountTmpfs(t, 'size=64k');
  if (folder === undefined) return;
  const sparse = join(folder, 'sparse');
  writeFileSync(sparse, Uint8Array.of(1));
  truncateSync(sparse, 1 << 20);
  writeFileSync(join(folder, 'full'), new Uint8Array(60 * 1024));
  const file = await open(t, sparse);
  assert.equal(await codeOf(file.store(8192, new Uint8Array(8).fill(1))), 'ENOSPC');
  assert.deepEqual(await file.store(0, Uint8Array.of(2), Uint8Array.of(1)), { stored: 1, isAtomic: true });
  const across = file.store(4000, new Uint8Array(200).fill(3), new Uint8Array(200));
  await assert.rejects(across, { code: 'ENOSPC', written: 96 });
  assert.deepEqual((await read(file, 4000, 200)).bytes, new Uint8Array(200).fill(3, 0, 96));
});

test('a file that is cut while it is stored into raises no signal here, and does not grow', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(1 << 20));
  const file = await open(t, path);
  truncateSync(path, 4106);
  assert.equal(await codeOf(file.store(4104, new Uint8Array(8))), 'ERANGE');
  assert.equal(await codeOf(file.store(8192, new Uint8Array(8))), 'ERANGE');
  assert.equal((await file.probe()).size, 4106n);
  // Cut and made longer again and again while it is stored into.
  let isDone = false;
  const storing = (async () => {
    for (let i = 0; i < 50; i++) {
      const code = await file.store(65536, new Uint8Array(4096).fill(i)).then(
        () => 'stored',
        (failure: NativeFailure) => failure.code,
      );
      assert.ok(['stored', 'ERANGE', 'EIO'].includes(code), code);
    }
    isDone = true;
  })();
  while (!isDone) {
    truncateSync(path, 1 << 20);
    truncateSync(path, 10);
    await new Promise(setImmediate);
  }
  await storing;
});

test('a file that is stored into can be run meanwhile: it is not held open for writing', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(8));
  const file = await open(t, path);
  await file.store(0, new Uint8Array(8).fill(1));
  assert.equal(await file.writability(), 'yes');
  for (const fd of readdirSync('/proc/self/fd')) {
    let target = '';
    try {
      target = readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      continue;
    }
    if (target !== path) continue;
    assert.match(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'), /flags:\s+\d*0$/m, 'open for reading');
  }
});
