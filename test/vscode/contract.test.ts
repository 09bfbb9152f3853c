// The contract of ByteSource, against every kind of source there is.
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { byteSourceContract, type ContractSubject } from '../support/byteSourceContract.ts';
import { makeSparse, sampleBytes } from '../support/scratch.ts';
import { open, useScratch } from './memglass.ts';

/** The bytes as another reader sees them. */
function bytesOf(path: string, offset: number, length: number): Uint8Array {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(file, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  closeSync(file);
  return bytes;
}

describe('ByteSource', () => {
  const scratch = useScratch();

  const fileSubject = (path: string, size: number): ContractSubject => ({
    open: () => open(scratch(), path),
    bytes: (offset, length) => bytesOf(path, offset, length),
    size,
  });

  const made = (folder: () => string, bytes: Uint8Array) => () => {
    const path = join(folder(), 'file');
    writeFileSync(path, bytes);
    return fileSubject(path, bytes.length);
  };

  const sparse = (folder: () => string) => () => {
    const path = join(folder(), 'sparse');
    const size = 2 ** 40 + 4321;
    makeSparse(path, size);
    const file = openSync(path, 'r+');
    for (const offset of [5000, 2 ** 30 + 77, size - 3000]) writeSync(file, sampleBytes(2500, offset), 0, 2500, offset);
    closeSync(file);
    return fileSubject(path, size);
  };

  const kinds: Record<string, () => ContractSubject> = {
    'a file on disk': made(() => scratch().folder(), sampleBytes(3_000_001)),
    'a file of one byte': made(() => scratch().folder(), Uint8Array.of(7)),
    'an empty file': made(() => scratch().folder(), new Uint8Array()),
    'a sparse file of 1 TiB': sparse(() => scratch().folder()),
    'shared memory': made(() => scratch().shmFolder(), sampleBytes(1_000_003)),
    'sparse shared memory of 1 TiB': sparse(() => scratch().shmFolder()),
    'a /proc file': () => {
      // One that every kernel has and that stays the same.
      const path = '/proc/filesystems';
      return fileSubject(path, readFileSync(path).length);
    },
    'an endless device': () => ({
      open: () => open(scratch(), '/dev/zero'),
      bytes: (_, length) => new Uint8Array(length),
      size: Number.MAX_SAFE_INTEGER,
    }),
    'the memory of a process': () => ({
      open: () => open(scratch(), '/proc/self/mem'),
      size: Number.MAX_SAFE_INTEGER,
      hole: { offset: 0, length: 65_536 },
    }),
  };

  for (const [kind, subject] of Object.entries(kinds)) {
    describe(`of ${kind}`, () => byteSourceContract(it, subject));
  }
});
