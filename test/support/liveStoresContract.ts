/**
 * What every source that can be stored into promises, with a second process that has the very bytes mapped. Run it against
 * each kind there is: `liveStoresContract(it, () => subject)`.
 */
import assert from 'node:assert/strict';
import type { ByteSource } from '../../extension/core/byteSource.ts';
import { isStoredAsOne, type LiveStores, storePiece } from '../../extension/core/live/liveStores.ts';
import { type Program, patternAt } from './programs.ts';

export interface StoreSubject {
  /** Opens the source anew; the contract disposes of it. */
  open(): Promise<ByteSource>;
  /** Has it mapped from its first byte on; its first `storedSize` bytes are the pattern. */
  readonly program: Program;
  readonly size: number;
  /** Whether stores go through a mapping: then a number is stored as one. Undefined where that is the machine's to say. */
  readonly isMapped: boolean | undefined;
  /** Cuts the file behind it, where there is one. */
  readonly cut?: (size: number) => void;
}

/** Two pieces and a part of a third. */
export const storedSize = 2 * storePiece + 100_003;

type Define = (title: string, test: () => Promise<void>) => unknown;

interface Trial extends StoreSubject {
  readonly source: ByteSource;
  readonly stores: LiveStores;
  /** What stands there, as the source reads it. */
  bytes(offset: number, length: number): Promise<Uint8Array>;
}

const pattern = (offset: number, length: number) => Uint8Array.from({ length }, (_, at) => patternAt(offset + at));
const inverted = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);

function eightBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

export function liveStoresContract(it: Define, subjectOf: () => Promise<StoreSubject>): void {
  const test = (title: string, run: (trial: Trial) => Promise<void>) =>
    it(title, async () => {
      const subject = await subjectOf();
      const source = await subject.open();
      try {
        const { stores } = source;
        assert.ok(stores !== undefined);
        const bytes = async (offset: number, length: number) => {
          const into = new Uint8Array(length);
          assert.equal((await source.read(offset, into)).length, length);
          return into;
        };
        await run({ ...subject, source, stores, bytes });
      } finally {
        source.dispose();
      }
    });

  test('lets itself be stored into, and what has it mapped sees it at once', async ({ stores, program, ...trial }) => {
    assert.equal(await stores.refusal(), undefined);
    for (const offset of [0, 1, 4096, 4098, 8191]) {
      for (const length of [1, 2, 3, 4, 7, 8, 16, 5000]) {
        const there = pattern(offset, length);
        const outcome = await stores.store(offset, there, inverted(there));
        assert.equal(outcome.kind, 'stored');
        if (trial.isMapped !== undefined) {
          assert.equal(stores.storesNumbersAsOne, trial.isMapped);
          assert.deepEqual(outcome, { kind: 'stored', isAtomic: isStoredAsOne(offset, length) && trial.isMapped });
        }
        assert.equal(await program.ask(`peek ${offset + length - 1}`), String(patternAt(offset + length - 1) ^ 0xff));
        assert.deepEqual(await trial.bytes(offset, length), inverted(there));
        assert.equal((await stores.store(offset, undefined, there)).kind, 'stored');
        assert.equal(await program.ask(`peek ${offset}`), String(there[0]));
      }
    }
    assert.deepEqual(await trial.bytes(0, 20_000), pattern(0, 20_000));
  });

  test('is never seen with a half of a number by a reader that never rests', async ({ stores, program, ...trial }) => {
    if (trial.isMapped !== true) return;
    const values = [1n, 2n].map((half) => eightBytes((half << 32n) | half));
    await stores.store(64, undefined, values[0] ?? new Uint8Array());
    assert.equal(await program.ask('watch 64'), 'ok');
    let seen = 0;
    for (let i = 1; seen < 20; i++) {
      assert.deepEqual(await stores.store(64, values[(i + 1) % 2], values[i % 2] ?? new Uint8Array()), {
        kind: 'stored',
        isAtomic: true,
      });
      seen = Number(await program.ask('seen'));
    }
    assert.match(await program.ask('watched'), /^0 \d+$/);
  });

  test('loses no store beside bytes that are stored as one with what is around them', async (trial) => {
    const { stores, program } = trial;
    if (trial.isMapped !== true) return;
    await stores.store(136, undefined, new Uint8Array(8));
    const theirs = 300_000;
    // Counts in the 8 bytes of which the last three are ours: its lowest ones alone ever change.
    assert.equal(await program.ask(`count 136 ${theirs}`), 'ok');
    let now = Uint8Array.of(0, 0, 0);
    for (let i = 1; i <= 25; i++) {
      const wanted = Uint8Array.of(i, i, i);
      assert.deepEqual(await stores.store(141, now, wanted), { kind: 'stored', isAtomic: true });
      now = wanted;
    }
    assert.equal(await program.ask('counted'), 'ok');
    const counted = eightBytes(BigInt(theirs));
    assert.deepEqual(await trial.bytes(136, 8), Uint8Array.of(...counted.subarray(0, 5), ...now));
  });

  test('loses no increment of a program that counts meanwhile', async ({ stores, program, ...trial }) => {
    if (trial.isMapped !== true) return;
    const [theirs, ours] = [300_000n, 25n];
    await stores.store(128, undefined, eightBytes(0n));
    assert.equal(await program.ask(`count 128 ${theirs}`), 'ok');
    let now = await trial.bytes(128, 8);
    for (let done = 0n; done < ours; ) {
      const value = new DataView(now.buffer, now.byteOffset).getBigUint64(0, true);
      const outcome = await stores.store(128, now, eightBytes(value + 1n));
      if (outcome.kind === 'stored') done += 1n;
      now = outcome.kind === 'differs' ? outcome.now.slice() : await trial.bytes(128, 8);
    }
    assert.equal(await program.ask('counted'), 'ok');
    assert.deepEqual(await trial.bytes(128, 8), eightBytes(theirs + ours));
  });

  test('stores nothing over other bytes than were expected, and says which they are', async (trial) => {
    const { stores, program } = trial;
    await program.ask('poke 16 42');
    const wrong = pattern(16, 8);
    assert.deepEqual(await stores.store(16, wrong, new Uint8Array(8)), {
      kind: 'differs',
      now: Uint8Array.of(42, ...pattern(17, 7)),
      stored: 0,
    });
    await stores.store(16, Uint8Array.of(42), pattern(16, 1));
    const far = storePiece + 7000;
    await program.ask(`poke ${far} ${patternAt(far) ^ 1}`);
    const all = pattern(3, storedSize - 3);
    const outcome = await stores.store(3, all, inverted(all));
    assert.ok(outcome.kind === 'differs');
    assert.equal(outcome.stored, storePiece, 'the piece before, and nothing of the one that differs');
    const end = 3 + storePiece;
    assert.deepEqual(outcome.now[far - end], patternAt(far) ^ 1);
    assert.deepEqual(await trial.bytes(end, 100), pattern(end, 100));
    assert.deepEqual(await trial.bytes(end - 100, 100), inverted(pattern(end - 100, 100)));
  });

  test('stores millions of bytes in order, over whatever stands there or what is expected', async (trial) => {
    const { stores } = trial;
    const all = pattern(0, storedSize);
    assert.deepEqual(await stores.store(0, all, inverted(all)), { kind: 'stored', isAtomic: false });
    assert.deepEqual(await stores.store(0, undefined, all), { kind: 'stored', isAtomic: false });
    assert.deepEqual(await trial.bytes(0, storedSize), all);
  });

  test('stores nothing past its end, which stays where it is', async ({ source, stores, size, bytes }) => {
    for (const [offset, length] of [
      [size, 1],
      [size - 1, 2],
      [size - 3, 8],
      [size + 4096, 8],
      [Number.MAX_SAFE_INTEGER - 8, 8],
    ] as const) {
      await assert.rejects(stores.store(offset, undefined, new Uint8Array(length).fill(7)), { code: 'pastEnd' });
    }
    assert.equal(await source.size(), size);
    assert.ok((await bytes(size - 3, 3)).every((byte) => byte !== 7));
  });

  test('stores nothing where the file was cut meanwhile, and does not grow it', async (trial) => {
    const { stores, cut, source } = trial;
    if (cut === undefined) return;
    cut(5000);
    for (const offset of [5000, 4999, 8192, 1_000_000]) {
      await assert.rejects(stores.store(offset, undefined, new Uint8Array(2)), { code: 'pastEnd' });
    }
    await stores.store(4998, undefined, Uint8Array.of(1, 2));
    assert.equal((await source.read(4990, new Uint8Array(100))).holes[0]?.offset ?? 5000, 5000);
  });

  test('finds locks of others, and waits for none', async ({ stores, program, size, ...trial }) => {
    const { locks } = stores;
    if (locks === undefined || program.fd <= 0) return;
    const all = { offset: 0, length: size };
    assert.equal(await locks.heldLock(all), undefined);
    assert.equal(await program.ask(`lock ${program.fd} 100 50`), 'ok');
    const found = await locks.heldLock({ offset: 120, length: 1 });
    assert.deepEqual(
      { ...found, holder: found?.holder?.pid },
      { isExclusive: true, offset: 100, length: 50, holder: program.pid },
    );
    assert.equal(new TextDecoder().decode(found?.holder?.name), 'shared_memory');
    assert.equal(await locks.lock({ offset: 149, length: 1 }), false);
    assert.equal(await locks.lock({ offset: 150, length: 10 }), true);
    assert.equal(await program.ask(`lock ${program.fd} 155 1`), 'failed');
    // Advisory: a store is not held up.
    assert.equal((await stores.store(120, undefined, pattern(120, 1))).kind, 'stored');
    await program.ask(`unlock ${program.fd}`);
    assert.equal(await locks.heldLock(all), undefined, 'our own is not in our way');
    assert.equal(await program.ask(`ofdlock ${program.fd} 0 100`), 'ok');
    assert.equal((await locks.heldLock(all))?.holder, undefined, 'an open file is not a process');
    await locks.unlock({ offset: 150, length: 10 });
    assert.equal(await program.ask(`ofdlock ${program.fd} 150 10`), 'ok');
    trial.source.dispose();
  });

  test('is gone after dispose()', async ({ source, stores }) => {
    source.dispose();
    await assert.rejects(stores.store(0, undefined, new Uint8Array(1)), { code: 'gone' });
  });
}
