// Shared memory of real second processes, opened by what leads to it: name, id, descriptor, address.
import assert from 'node:assert/strict';
import { renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ByteSource } from '../../extension/core/byteSource.ts';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { type Program, start, startAs, startTimeOf } from '../support/programs.ts';
import { makeSparse } from '../support/scratch.ts';
import { asNobody, closeAllTabs, openEditor, read, until, useScratch } from './memglass.ts';
import { bytesOf, fdRef, openRef, ownerOf, posixRef, regionRef, segmentColumn, sysvRef, uriOf } from './memory.ts';

const GiB = 2 ** 30;
const page = 4096;
/** As asNobody makes us: ptrace asks for the same group too. */
const nobody = { uid: 65534, gid: 0 };
const isRoot = process.getuid?.() === 0;

describe('Memory sources', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  const openIt = (ref: SourceRef) => openRef(scratch(), ref);
  const refuses = (ref: SourceRef, code: string) => assert.rejects(openIt(ref), { code });
  const attachments = ({ id }: Program) => segmentColumn(id, 'nattch');
  const untilAttached = (program: Program, count: number) =>
    until(
      () => attachments(program),
      (found) => found === count,
      `${count} attachments`,
    );
  const fateOf = async (source: ByteSource) => (await source.probe()).fate;
  const untilFate = async (source: ByteSource, kind: string) => {
    await until(
      () => fateOf(source),
      (fate) => fate.kind === kind,
      `the fate ${kind}`,
    );
  };
  const firstBytes = async (source: ByteSource, length = 2) => {
    const { bytes, holes } = await read(source, 0, length);
    assert.deepEqual(holes, []);
    return Buffer.from(bytes).toString('latin1');
  };
  const readAll = async (source: ByteSource, size: number) => {
    for (let i = 0; i < 300; i++) {
      const { bytes, unwritten } = await read(source, Math.floor((size / 300) * i), 16_384);
      assert.ok(bytes.every((byte) => byte === 0));
      assert.deepEqual(
        unwritten?.map(({ length }) => length),
        [bytes.length],
      );
    }
    await source.overview(0, size, 4096);
  };

  describe('of POSIX objects', () => {
    const object = () => join(scratch().shmFolder(), 'ring');

    it('read 1 GiB that nobody ever wrote to, and allocate none of it', async () => {
      const path = object();
      makeSparse(path, GiB);
      await readAll(await openIt(posixRef(path)), GiB);
      assert.equal(statSync(path).blocks, 0);
    });

    it('tell that they were shrunk, moved, replaced and unlinked, and keep the last bytes', async () => {
      const path = object();
      writeFileSync(path, 'first bytes');
      const source = await openIt(posixRef(path));
      truncateSync(path, 5);
      assert.deepEqual(await source.probe().then(({ size, fate }) => ({ size, fate })), {
        size: 5,
        fate: { kind: 'same' },
      });
      renameSync(path, `${path}-2`);
      assert.deepEqual(await fateOf(source), { kind: 'moved', to: posixRef(`${path}-2`) });
      writeFileSync(path, 'other');
      assert.deepEqual(await fateOf(source), { kind: 'replaced' });
      rmSync(path);
      rmSync(`${path}-2`);
      assert.deepEqual(await fateOf(source), { kind: 'deleted' });
      assert.equal(await firstBytes(source, 9), 'first');
    });

    it('are no links, wherever those lead', async () => {
      const folder = scratch().shmFolder();
      symlinkSync('/etc/passwd', join(folder, 'link'));
      symlinkSync('/etc', join(folder, 'folder'));
      await refuses(posixRef(join(folder, 'link')), 'isLink');
      await refuses(posixRef(join(folder, 'folder/passwd')), 'isLink');
      await refuses(posixRef(join(folder, 'missing')), 'notFound');
      await refuses(posixRef(folder), 'isDirectory');
    });

    it('may be called anything', async () => {
      const folder = Buffer.from(scratch().shmFolder());
      for (const name of ['a\nb', '\x1b[31mred', 'fake (deleted)', '%2e%2e', '<img onerror=x>', '\u202egpj', '\xff']) {
        const path = Buffer.concat([folder, Buffer.from('/'), Buffer.from(name, name === '\xff' ? 'latin1' : 'utf8')]);
        writeFileSync(path, name);
        const source = await openIt({ kind: 'posixShm', path: path.subarray('/dev/shm/'.length) });
        assert.equal((await read(source, 0, 100)).length, Buffer.byteLength(name));
      }
    });
  });

  describe('of System V segments', () => {
    /** The parent's attachment, the child's by birth, and its own. */
    const alone = 3;
    const pair = (size: number) => start(owner, 'sysv', 0, size);

    it('read 1 GiB of which one page was touched, and allocate no other', async () => {
      const program = await pair(GiB);
      const source = await openIt(sysvRef(program));
      assert.equal(await firstBytes(source), 'pc');
      for (let i = 1; i < 300; i++) {
        const { bytes, unwritten } = await read(source, page + Math.floor((GiB / 300) * i), 16_384);
        assert.ok(bytes.every((byte) => byte === 0));
        assert.deepEqual(
          unwritten?.map(({ length }) => length),
          [16_384],
        );
      }
      await source.overview(0, GiB, 4096);
      assert.deepEqual([segmentColumn(program.id, 'rss'), segmentColumn(program.id, 'swap')], [page, 0]);
    });

    it('attach once, let go when they rest, attach again when read', async () => {
      const program = await pair(3 * page);
      const source = await openIt(sysvRef(program));
      assert.equal(attachments(program), alone + 1);
      await Promise.all([read(source, 0, 100), source.overview(0, 3 * page, 3), source.probe(), read(source, 9, 9)]);
      assert.equal(attachments(program), alone + 1);
      source.rest?.();
      await untilAttached(program, alone);
      await source.probe();
      assert.equal(attachments(program), alone);
      await program.ask('poke 1 88');
      assert.equal(await firstBytes(source), 'pX');
      assert.equal(attachments(program), alone + 1);
      source.dispose();
      await untilAttached(program, alone);
    });

    it('tell that they were removed, and keep the last bytes while they are attached', async () => {
      const program = await start(owner, 'sysv-removed', 0, 3 * page);
      const source = await openIt(sysvRef(program));
      assert.deepEqual(await fateOf(source), { kind: 'deleted' });
      await program.end();
      await untilAttached(program, 1);
      assert.deepEqual(await fateOf(source), { kind: 'deleted' });
      assert.equal(await firstBytes(source), 'pc');
      source.rest?.();
      await untilFate(source, 'gone');
      assert.deepEqual(await fateOf(source), { kind: 'gone', why: 'removed' });
      await assert.rejects(read(source, 0, 1), { code: 'segmentGone' });
      await refuses(sysvRef(program), 'segmentGone');
    });

    it('are not those of another creator that have the id now', async () => {
      const program = await pair(page);
      await refuses({ ...sysvRef(program), creatorPid: program.pid + 1 }, 'segmentGone');
      assert.equal(attachments(program), alone);
    });

    it('say whose they are where they may not be read', async function () {
      if (!isRoot) this.skip();
      const program = await start(owner, 'sysv', 0, page, '600');
      await asNobody(() =>
        assert.rejects(openIt(sysvRef(program)), (error: { code: string; detail: { owner?: unknown } }) => {
          assert.equal(error.code, 'noPermission');
          assert.deepEqual(error.detail.owner, { uid: 0, mode: 0o600 });
          return true;
        }),
      );
      assert.equal(attachments(program), alone);
    });

    it('in a tab are attached while it shows, and neither hidden nor closed', async () => {
      const program = await pair(3 * page);
      const tab = await openEditor(uriOf(sysvRef(program)), 'memglass.memory');
      assert.equal(tab.label, `System V ${program.id}`);
      await untilAttached(program, alone + 1);
      const file = join(scratch().folder(), 'file');
      writeFileSync(file, 'in front');
      await openEditor(vscode.Uri.file(file));
      await untilAttached(program, alone);
      await openEditor(uriOf(sysvRef(program)), 'memglass.memory');
      await untilAttached(program, alone + 1);
      await closeAllTabs();
      await untilAttached(program, alone);
    });
  });

  describe('of descriptors', () => {
    const memfd = () => start(owner, 'memfd', 'x', 3 * page);

    it('keep the bytes when the process closes them, and when it ends', async () => {
      const program = await memfd();
      const [source, ofChild] = [
        await openIt(fdRef(program, 'memfd:x')),
        await openIt(fdRef({ pid: program.child, fd: program.childFd }, 'memfd:x')),
      ];
      assert.deepEqual(source.details?.process, { pid: program.pid, name: bytesOf('shared_memory') });
      assert.deepEqual([await fateOf(source), await fateOf(ofChild)], [{ kind: 'same' }, { kind: 'same' }]);
      await program.ask('poke 0 77');
      assert.deepEqual([await firstBytes(source), await firstBytes(ofChild)], ['Mc', 'Mc']);
      await program.ask(`close ${program.fd}`);
      assert.deepEqual(await fateOf(source), { kind: 'released' });
      await program.ask('poke 0 78');
      assert.equal(await firstBytes(source), 'Nc');
      await program.end();
      await untilFate(ofChild, 'released');
      assert.equal(await firstBytes(ofChild), 'Nc');
    });

    it('are those of the process that was meant, and lead to what was meant', async () => {
      const program = await memfd();
      const ref = fdRef(program, 'memfd:x');
      await refuses({ ...ref, startTime: ref.startTime + 1 }, 'processGone');
      await refuses({ ...ref, inode: ref.inode + 1n }, 'descriptorGone');
      await refuses({ ...ref, fd: 999 }, 'descriptorGone');
      // Its input is a pipe, or a socket.
      await assert.rejects(openIt({ ...ref, fd: 0 }), ({ code }: { code: string }) => /^is/.test(code));
      await program.end();
      await refuses(ref, 'processGone');
    });

    it('of a process of another user are refused with the way out', async function () {
      if (!isRoot) this.skip();
      const program = await memfd();
      const ref = fdRef(program, 'memfd:x');
      await asNobody(() =>
        assert.rejects(openIt(ref), (error: { code: string; detail: { id?: number } }) => {
          assert.deepEqual([error.code, error.detail.id], ['noTrace', program.pid]);
          return true;
        }),
      );
    });

    it('read 1 GiB of a deleted file that nobody ever wrote to, and allocate none of it', async () => {
      const program = await start(owner, 'unlinked', scratch().shmFolder(), GiB);
      await program.ask('poke 0 0');
      const ref = fdRef(program, '/dev/shm/store');
      const blocks = () => statSync(`/proc/${program.pid}/fd/${program.fd}`).blocks;
      assert.equal(blocks(), page / 512);
      const source = await openIt(ref);
      await read(source, page, 65_536);
      await source.overview(0, GiB, 4096);
      assert.equal(blocks(), page / 512);
    });

    it('have any name, and a tab that shows it safely', async () => {
      const name = 'a\nb\x1b[31m (deleted)';
      const program = await start(owner, 'memfd', name, page);
      const tab = await openEditor(uriOf(fdRef(program, `memfd:${name}`)), 'memglass.memory');
      assert.equal(tab.label, 'memfd:a\\nb\\x1b[31m (deleted)');
      await closeAllTabs();
    });
  });

  describe('of regions', () => {
    const size = 3 * page;
    const anonymous = (bytes = size) => start(owner, 'anonymous', bytes);

    it('show what parent and child share, and keep it when both end', async function () {
      if (!isRoot) this.skip();
      const program = await anonymous();
      const source = await openIt(regionRef(program, size));
      assert.equal(source.details?.sharing, 'shared');
      assert.equal((await source.probe()).note, undefined, 'through the object itself nothing is allocated');
      await program.ask('poke 0 80');
      assert.equal(await firstBytes(source), 'Pc');
      await program.end();
      await untilFate(source, 'released');
      assert.equal(await firstBytes(source), 'Pc');
    });

    it('read 1 GiB that nobody touched through the object, and allocate none of it', async function () {
      if (!isRoot) this.skip();
      const program = await anonymous(GiB);
      const ref = regionRef(program, GiB);
      const map = `/proc/${program.pid}/map_files/${ref.start.toString(16)}-${ref.end.toString(16)}`;
      const source = await openIt({ ...ref, start: ref.start + BigInt(page) });
      await readAll(source, GiB - page);
      assert.equal(statSync(map).blocks, page / 512);
    });

    it('without privilege are read from the process, and say what that may do', async function () {
      if (!isRoot) this.skip();
      const program = await startAs(owner, nobody, 'anonymous', size);
      await program.ask('poke 0 81');
      await asNobody(async () => {
        const source = await openIt(regionRef(program, size));
        assert.equal((await source.probe()).note, 'lookingMayAllocate');
        assert.equal(await firstBytes(source), 'Qc');
        await program.ask('poke 0 82');
        assert.equal(await firstBytes(source), 'Rc');
        await program.end();
        await untilFate(source, 'gone');
        assert.deepEqual(await fateOf(source), { kind: 'gone', why: 'exited' });
        const { length, holes } = await read(source, 0, size);
        assert.equal(length, size);
        assert.deepEqual(
          holes.map(({ offset, length: bytes, reason }) => [offset, bytes, reason]),
          [[0, size, 'gone']],
        );
      });
    });

    it('tell that they were unmapped, in part and whole', async () => {
      await start(owner, 'create', 'memglass-test-unmap', size);
      const program = await start(owner, 'private', 'memglass-test-unmap', size);
      const source = await openIt(regionRef(program, size));
      assert.equal(source.details?.sharing, 'private');
      await program.ask('poke 0 83');
      assert.equal((await read(source, 0, 1)).bytes[0], 83);
      await program.ask(`unmap ${2 * page}`);
      const { holes } = await read(source, 0, size);
      assert.deepEqual(
        holes.map(({ offset, length, reason }) => [offset, length, reason]),
        [[0, 2 * page, 'unmapped']],
      );
      assert.deepEqual(await fateOf(source), { kind: 'same' });
      const { start: first, ...rest } = regionRef(program, size);
      assert.equal((await read(await openIt({ ...rest, start: first + BigInt(page) }), 0, size)).length, 2 * page);
    });

    it('are there and of the process that was meant, or refused', async () => {
      const program = await anonymous();
      const ref = regionRef(program, size);
      await refuses({ ...ref, startTime: startTimeOf(process.pid) }, 'processGone');
      await refuses({ ...ref, start: 0x1000n, end: 0x2000n }, 'regionGone');
      await program.ask(`unmap ${size}`);
      await refuses(ref, 'regionGone');
      await program.end();
      await refuses(ref, 'processGone');
    });

    it('of a process of another user are refused with the way out', async function () {
      if (!isRoot) this.skip();
      const program = await anonymous();
      await asNobody(() => refuses(regionRef(program, size), 'noTrace'));
    });

    it('end with their process, also where it execs', async () => {
      await start(owner, 'create', 'memglass-test-exec', size);
      const program = await start(owner, 'private', 'memglass-test-exec', size);
      const source = await openIt(regionRef(program, size));
      program.tell('exec');
      await untilFate(source, 'gone');
      const { holes } = await read(source, 0, size);
      assert.deepEqual([holes.length, holes[0]?.reason], [1, 'gone']);
    });
  });
});
