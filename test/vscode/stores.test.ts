// Storing at once into every kind of source, and why that is refused.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { liveStoresContract, type StoreSubject, storedSize } from '../support/liveStoresContract.ts';
import { type Program, start } from '../support/programs.ts';
import { asNobody, open, until, useScratch } from './memglass.ts';
import { fdRef, openRef, ownerOf, posixRef, regionRef, sysvRef } from './memory.ts';

describe('LiveStores', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  let name = '';
  let path = '';
  beforeEach(() => {
    path = join(scratch().folder(), 'file');
    name = `memglass-test-${process.pid}-${Math.floor(Math.random() * 2 ** 40)}`;
  });

  const subject =
    (
      begin: () => Promise<Program>,
      refOf: (program: Program) => SourceRef,
      { isMapped, size = storedSize, cut }: Partial<StoreSubject> = { isMapped: true },
    ) =>
    async (): Promise<StoreSubject> => {
      const program = await begin();
      await program.ask(`pattern 0 ${storedSize}`);
      return { open: () => openRef(scratch(), refOf(program)), program, size, isMapped, ...(cut && { cut }) };
    };
  const create = () => start(owner, 'create', name, storedSize);
  const memfd = () => start(owner, 'memfd', 'x', storedSize);
  const mapped = Math.ceil(storedSize / 4096) * 4096;
  const subjects: Record<string, () => Promise<StoreSubject>> = {
    'a file on disk': subject(
      () => start(owner, 'file', path, storedSize),
      () => ({ kind: 'file', path: new TextEncoder().encode(path) }),
      { isMapped: true, cut: (size) => truncateSync(path, size) },
    ),
    'a POSIX object': subject(create, () => posixRef(name), {
      isMapped: true,
      cut: (size) => truncateSync(`/dev/shm/${name}`, size),
    }),
    'a System V segment': subject(() => start(owner, 'sysv', 0, storedSize), sysvRef),
    'a memfd': subject(memfd, (program) => fdRef(program, 'memfd:x')),
    'a deleted file': subject(
      () => start(owner, 'unlinked', scratch().folder(), storedSize),
      (program) => fdRef(program, '/tmp/store'),
    ),
    'a shared region': subject(create, (program) => regionRef(program, mapped, `/dev/shm/${name}`), {
      isMapped: true,
      // What lies past the end of the object is mapped, and nobody can store there.
      size: mapped,
      cut: (size) => truncateSync(`/dev/shm/${name}`, size),
    }),
    'shared anonymous memory': subject(
      () => start(owner, 'anonymous', mapped),
      (program) => regionRef(program, mapped),
      { isMapped: undefined, size: mapped },
    ),
    'private memory': subject(
      async () => {
        await create();
        return await start(owner, 'private', name, mapped);
      },
      (program) => regionRef(program, mapped, `/dev/shm/${name}`),
      { isMapped: false, size: mapped },
    ),
  };
  for (const [kind, make] of Object.entries(subjects)) {
    describe(`of ${kind}`, () => liveStoresContract(it, make));
  }

  describe('refused', () => {
    const fileOf = async (path: string) => (await open(scratch(), path)).stores;

    it('by the mode of a file, of an object and of a segment', async () => {
      writeFileSync(path, 'x');
      chmodSync(join(path, '..'), 0o755);
      chmodSync(path, 0o444);
      const program = await start(owner, 'sysv', 0, 4096, '0444');
      const [file, segment] = [await fileOf(path), (await openRef(scratch(), sysvRef(program))).stores];
      await asNobody(async () => {
        for (const stores of [file, segment]) {
          assert.equal(await stores?.refusal(), stores === file ? 'noPermission' : 'segmentMode');
          await assert.rejects(stores?.store(0, undefined, Uint8Array.of(1)) ?? Promise.resolve(), {
            code: 'mayNotChange',
          });
        }
      });
      assert.equal(readFileSync(path, 'latin1'), 'x');
    });

    it('by a seal, which may come later', async () => {
      const script = `
import fcntl, os, sys
fd = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
os.write(fd, b"bytes")
print(os.getpid(), fd, flush=True)
for line in sys.stdin:
    fcntl.fcntl(fd, 1033, int(line))
    print("ok", flush=True)`;
      const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      scratch().defer(() => new Promise<void>((done) => child.once('exit', () => done()) && child.stdin.end()));
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const [pid, fd] = String((await lines.next()).value)
        .split(' ')
        .map(Number) as [number, number];
      const { stores } = await openRef(scratch(), fdRef({ pid, fd }, 'memfd:sealed'));
      assert.equal(await stores?.refusal(), undefined);
      assert.deepEqual(await stores?.store(0, undefined, Uint8Array.of(66)), { kind: 'stored', isAtomic: true });
      child.stdin.write('8\n');
      await lines.next();
      assert.equal(await stores?.refusal(), 'sealed');
      await assert.rejects(stores?.store(0, undefined, Uint8Array.of(67)) ?? Promise.resolve(), { code: 'sealed' });
      assert.equal(readFileSync(`/proc/${pid}/fd/${fd}`, 'latin1'), 'Bytes');
    });

    it('by a program that runs, until it has ended', async () => {
      copyFileSync('/bin/sleep', path);
      chmodSync(path, 0o755);
      const child = spawn(path, ['60']);
      scratch().defer(() => void child.kill('SIGKILL'));
      await until(
        () => readFileSync(`/proc/${child.pid}/cmdline`, 'latin1'),
        (line) => line.startsWith(path),
        'the program',
      );
      const stores = await fileOf(path);
      assert.equal(await stores?.refusal(), 'running');
      await assert.rejects(stores?.store(0, undefined, Uint8Array.of(1)) ?? Promise.resolve(), {
        code: 'running',
      });
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
      assert.equal(await stores?.refusal(), undefined);
    });

    it('by a mount for reading only, and by what writing would mean elsewhere', async function () {
      for (const [special, why] of [
        ['/proc/sys/kernel/hostname', 'kernelFile'],
        ['/dev/zero', 'notSupported'],
      ] as const) {
        const stores = await fileOf(special);
        assert.equal(await stores?.refusal(), why);
        await assert.rejects(stores?.store(0, undefined, Uint8Array.of(1)) ?? Promise.resolve(), {
          code: 'notForThis',
        });
      }
      const folder = join(scratch().folder(), 'mount');
      mkdirSync(folder);
      if (scratch().mountTmpfs(folder, 'size=64k') !== undefined) return this.skip();
      writeFileSync(join(folder, 'file'), 'x');
      const stores = await fileOf(join(folder, 'file'));
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      assert.equal(await stores?.refusal(), 'readOnlyMount');
      await assert.rejects(stores?.store(0, undefined, Uint8Array.of(1)) ?? Promise.resolve(), {
        code: 'readOnlyMount',
      });
    });

    it('by a full tmpfs, where a hole is stored into', async function () {
      const folder = join(scratch().folder(), 'mount');
      mkdirSync(folder);
      if (scratch().mountTmpfs(folder, 'size=64k') !== undefined) return this.skip();
      writeFileSync(join(folder, 'sparse'), 'x');
      truncateSync(join(folder, 'sparse'), 2 ** 20);
      writeFileSync(join(folder, 'full'), new Uint8Array(60 * 1024));
      const stores = await fileOf(join(folder, 'sparse'));
      await assert.rejects(stores?.store(4000, undefined, new Uint8Array(200)) ?? Promise.resolve(), (error) => {
        assert.deepEqual(
          [(error as { code: string }).code, (error as { detail: { stored: number } }).detail.stored],
          ['noSpace', 96],
        );
        return true;
      });
      rmSync(join(folder, 'full'));
      assert.equal((await stores?.store(4000, undefined, new Uint8Array(200)))?.kind, 'stored');
    });

    it('by the end of a process, and by its exec', async () => {
      await start(owner, 'create', name, 8192);
      const program = await start(owner, 'private', name, 8192);
      const source = await openRef(scratch(), regionRef(program, 8192, `/dev/shm/${name}`));
      assert.equal(await source.stores?.refusal(), undefined);
      program.tell('exec');
      await until(
        () => readFileSync(`/proc/${program.pid}/comm`, 'latin1'),
        (comm) => comm === 'cat\n',
        'exec',
      );
      assert.equal(await source.stores?.refusal(), 'gone');
      await assert.rejects(source.stores?.store(0, undefined, Uint8Array.of(1)) ?? Promise.resolve(), {
        code: 'programGone',
      });
      await program.kill();
      assert.equal(await source.stores?.refusal(), 'gone');
    });
  });
});
