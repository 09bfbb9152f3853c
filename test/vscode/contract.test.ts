// The contract of ByteSource, against every kind of source there is.
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { byteSourceContract, type ContractSubject } from '../support/byteSourceContract.ts';
import { type Program, start } from '../support/programs.ts';
import { makeSparse, sampleBytes } from '../support/scratch.ts';
import { open, useScratch } from './memglass.ts';
import { fdRef, openRef, ownerOf, patternBytes, posixRef, regionRef, sysvRef } from './memory.ts';

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

  /** So many bytes, of which the first are filled: the rest of the pages nobody ever wrote to. */
  const [size, filled] = [1_000_003, 700_000];
  const pages = (bytes: number) => Math.ceil(bytes / 4096) * 4096;
  const memory =
    (begin: () => Promise<Program>, refOf: (program: Program) => SourceRef, total = size) =>
    async (): Promise<ContractSubject> => {
      const program = await begin();
      await program.ask(`pattern 0 ${filled}`);
      return {
        open: () => openRef(scratch(), refOf(program)),
        bytes: (offset, length) => patternBytes(offset, length, filled),
        size: total,
        unwritten: { offset: pages(filled), length: total - pages(filled) },
      };
    };
  const owner = ownerOf(scratch);
  const name = () => `memglass-test-${process.pid}-${Math.floor(Math.random() * 2 ** 40)}`;
  const create = () => start(owner, 'create', shm, size);
  let shm = '';
  beforeEach(() => {
    shm = name();
  });
  const mapped = pages(size);
  const memories: Record<string, () => Promise<ContractSubject>> = {
    'a POSIX object': memory(create, () => posixRef(shm)),
    'a System V segment': memory(() => start(owner, 'sysv', 0, size), sysvRef),
    'a memfd': memory(
      () => start(owner, 'memfd', 'x', size),
      (program) => fdRef(program, 'memfd:x'),
    ),
    'a memfd, by whom it was passed to': memory(
      () => start(owner, 'memfd', 'x', size),
      ({ child, childFd }) => fdRef({ pid: child, fd: childFd }, 'memfd:x'),
    ),
    'a deleted file': memory(
      () => start(owner, 'unlinked', scratch().shmFolder(), size),
      (program) => fdRef(program, '/dev/shm/store'),
    ),
    'shared anonymous memory': memory(
      () => start(owner, 'anonymous', mapped),
      (program) => regionRef(program, mapped),
      mapped,
    ),
    'a deleted file without a descriptor': memory(
      () => start(owner, 'unlinked-closed', scratch().shmFolder(), mapped),
      (program) => regionRef(program, mapped, '/dev/shm/store'),
      mapped,
    ),
  };
  const privateMemory = async (): Promise<ContractSubject> => {
    await create();
    const program = await start(owner, 'private', shm, mapped);
    await program.ask(`pattern 0 ${filled}`);
    return {
      open: () => openRef(scratch(), regionRef(program, mapped, `/dev/shm/${shm}`)),
      bytes: (offset, length) => patternBytes(offset, length, filled),
      size: mapped,
    };
  };

  for (const [kind, subject] of Object.entries({ ...kinds, ...memories, 'a private mapping': privateMemory })) {
    describe(`of ${kind}`, () => byteSourceContract(it, subject));
  }
});
