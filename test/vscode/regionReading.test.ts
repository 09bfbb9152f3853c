// Memory of real processes at their addresses: what is read from where, and why some of it cannot be.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { HoleReason } from '../../extension/core/byteSource.ts';
import type { ProcessRegionRef } from '../../extension/core/sourceRef.ts';
import { sourceTitle } from '../../extension/ui/sourceTitle.ts';
import { type Program, startSpace, startSpaceAs, startTimeOf } from '../support/programs.ts';
import { asNobody, read, until, useScratch } from './memglass.ts';
import { openRef, ownerOf, regionRef } from './memory.ts';

const page = 4096;
const GiB = 2 ** 30;
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 0 };

/** A line of /proc/<pid>/status, in bytes. */
function statusOf(pid: number, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) * 1024;
}

/** What grows by being looked at. */
const weightOf = ({ pid }: Program) => ({ resident: statusOf(pid, 'VmRSS'), tables: statusOf(pid, 'VmPTE') });

/** The region of a process that has this name. */
function namedRegion(pid: number, name: string): ProcessRegionRef | undefined {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.endsWith(name));
  const [, start = '', end = ''] = /^([0-9a-f]+)-([0-9a-f]+)/.exec(line ?? '') ?? [];
  if (line === undefined) return undefined;
  const bounds = { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) };
  return { kind: 'processRegion', pid, startTime: startTimeOf(pid), ...bounds, name: Uint8Array.of() };
}

/** The kernel counts resident pages by processor, and so not exactly; page tables it does. */
function isAsHeavy(program: Program, before: ReturnType<typeof weightOf>): void {
  const { resident, tables } = weightOf(program);
  assert.equal(tables, before.tables, 'page tables');
  assert.ok(resident - before.resident < 64 * page, `${resident - before.resident} bytes more are resident`);
}

describe('Reading regions', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

  const why: Readonly<Record<string, HoleReason>> = {
    hole: 'unmapped',
    guard: 'guard',
    secret: 'secret',
    supplied: 'absent',
    shrunk: 'pastEnd',
  };
  for (const [kind, reason] of Object.entries(why)) {
    it(`tell why a page cannot be read: ${kind}`, async function () {
      const program = await startSpace(owner, 'unreadable', kind);
      // The kernel has none of it.
      if (program.count === 0) this.skip();
      const source = await openRef(scratch(), regionRef(program, 4 * page));
      const { length, bytes, holes } = await read(source, 0, 4 * page);
      assert.equal(length, 4 * page);
      assert.deepEqual(
        holes.map(({ offset, length: size, reason: told }) => [offset, size, told]),
        [[page, page, reason]],
      );
      assert.equal(text(bytes.subarray(2 * page - 1 + 1, 2 * page + 2)), 'aa');
      assert.equal(text(bytes.subarray(page - 2, page)), 'aa');
    });
  }

  for (const kind of ['none', 'execute']) {
    it(`read what their process may not read itself: ${kind}`, async () => {
      const program = await startSpace(owner, 'unreadable', kind);
      const source = await openRef(scratch(), regionRef(program, 4 * page));
      const { bytes, holes } = await read(source, page, page);
      // A kernel that is set up not to.
      if (holes.length > 0) assert.deepEqual(holes[0]?.reason, 'protected');
      else assert.equal(text(bytes.subarray(0, 2)), 'aa');
    });
  }

  it("tell the kernel's own pages, also above 2^63", async function () {
    const { pid } = await startSpace(owner, 'pages');
    for (const name of ['[vvar]', '[vsyscall]']) {
      const ref = namedRegion(pid, name);
      if (ref === undefined) {
        if (name === '[vvar]') this.skip();
        continue;
      }
      const source = await openRef(scratch(), ref);
      const { holes } = await read(source, 0, page);
      assert.deepEqual([name, holes.length, holes[0]?.reason], [name, 1, 'kernel']);
    }
  });

  it('read 8 GiB that nobody touched as never written, and touch none of it', async () => {
    const program = await startSpace(owner, 'untouched', 8 * GiB);
    const before = weightOf(program);
    const source = await openRef(scratch(), regionRef(program, 8 * GiB));
    for (let i = 0; i < 500; i++) {
      const offset = Math.floor((8 * GiB * i) / 500 / page) * page;
      const { bytes, unwritten, holes } = await read(source, offset, 16 * page);
      assert.deepEqual([holes, unwritten], [[], [{ offset, length: 16 * page }]]);
      assert.ok(bytes.every((byte) => byte === 0));
    }
    isAsHeavy(program, before);
  });

  it('read a reservation of 8 TiB, and fill none of its page tables', async () => {
    const program = await startSpace(owner, 'reservation', 8 * 1024 * GiB);
    const before = weightOf(program);
    const source = await openRef(scratch(), regionRef(program, 8 * 1024 * GiB));
    for (let i = 0; i < 200; i++) await read(source, i * 40 * GiB, 16 * page);
    isAsHeavy(program, before);
  });

  it('read the pages of a private file from the file, and the copies of their own from memory', async () => {
    const path = join(scratch().folder(), 'mapped');
    writeFileSync(path, Buffer.alloc(512 * page + 5, 'f'));
    const program = await startSpace(owner, 'private-file', path);
    const before = weightOf(program);
    const source = await openRef(scratch(), regionRef(program, 513 * page));
    const all = await read(source, 0, 16 * page);
    assert.equal(text(all.bytes.subarray(0, 17)), `${'C'.repeat(16)}f`);
    assert.deepEqual(all.holes, []);
    for (let at = 1; at < 513; at += 16) await read(source, at * page, 16 * page);
    const last = await read(source, 512 * page, page);
    assert.equal(text(last.bytes.subarray(3, 7)), 'ff\0\0');
    // Where no way leads to the file but root's, the memory is read, which brings pages in.
    if (isRoot) isAsHeavy(program, before);
    await program.ask(`store ${(program.address + BigInt(3 * page)).toString(16)} 21`);
    assert.equal(text((await read(source, 3 * page, 2)).bytes), '!f');
    assert.equal(text(readFileSync(path).subarray(0, 3)), 'fff');
  });

  it('read the same without privilege', async function () {
    if (!isRoot) this.skip();
    const path = join(scratch().shmFolder(), 'mapped');
    writeFileSync(path, Buffer.alloc(8 * page, 'f'), { mode: 0o666 });
    execFileSync('chmod', ['-R', 'a+rwX', dirname(path)]);
    const program = await startSpaceAs(owner, nobody, 'private-file', path);
    await asNobody(async () => {
      const before = weightOf(program);
      const source = await openRef(scratch(), regionRef(program, 8 * page));
      const { bytes, holes } = await read(source, 0, 8 * page);
      assert.deepEqual([holes, text(bytes.subarray(15, 17))], [[], 'Cf']);
      isAsHeavy(program, before);
    });
  });

  it('of another mount namespace read the file that is mapped, not the one of that name here', async function () {
    if (!isRoot) this.skip();
    const folder = scratch().folder();
    const path = join(folder, 'same-name');
    writeFileSync(path, Buffer.alloc(page, 'H'));
    const script = [
      'import mmap,os,sys',
      `f=os.open(${JSON.stringify(path)},os.O_RDWR)`,
      'm=mmap.mmap(f,4096,flags=mmap.MAP_PRIVATE,prot=mmap.PROT_READ)',
      'print("ready",flush=True)',
      'sys.stdin.read()',
    ].join('\n');
    const inside = `mount -t tmpfs t ${folder} && head -c 4096 /dev/zero | tr '\\0' N > ${path} && exec python3 -c '${script}'`;
    const child = spawn('unshare', ['-m', 'sh', '-c', inside], { stdio: ['pipe', 'pipe', 'inherit'] });
    scratch().defer(async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    });
    await once(child.stdout, 'data');
    const ref = namedRegion(child.pid ?? 0, path);
    assert.ok(ref !== undefined);
    const { bytes, holes } = await read(await openRef(scratch(), ref), 0, 4);
    assert.deepEqual([holes, text(bytes)], [[], 'NNNN']);
  });

  it('follow what is mapped there while they are read', async () => {
    const program = await startSpace(owner, 'untouched', 16 * page);
    const source = await openRef(scratch(), regionRef(program, 16 * page));
    const at = (offset: number) => (program.address + BigInt(offset)).toString(16);
    assert.equal((await read(source, 0, 16 * page)).unwritten?.length, 1);
    await program.ask(`store ${at(5)} 41`);
    const { bytes, unwritten } = await read(source, 0, 16 * page);
    assert.equal(bytes[5], 0x41);
    assert.deepEqual(unwritten, [{ offset: page, length: 15 * page }]);
    const { residency, allocation } = await source.overview(0, 16 * page, 4);
    assert.deepEqual(
      [residency.method, [...residency.buckets], [...(allocation ?? [])]],
      ['pagemap', [63, 0, 0, 0], [63, 0, 0, 0]],
    );
    await program.ask(`unmap ${at(2 * page)} ${page.toString(16)}`);
    const { holes } = await read(source, 0, 16 * page);
    assert.deepEqual(
      holes.map(({ offset, reason }) => [offset, reason]),
      [[2 * page, 'unmapped']],
    );
  });

  it('go on through a fork, and tell an exec and an end from each other', async () => {
    for (const [how, fate] of [
      ['exec', 'exec'],
      ['end', 'exited'],
    ] as const) {
      const program = await startSpace(owner, 'unreadable', 'hole');
      const source = await openRef(scratch(), regionRef(program, 4 * page));
      await program.ask('fork');
      assert.equal(text((await read(source, 0, 2)).bytes), 'aa');
      if (how === 'exec') program.tell('exec');
      else await program.end();
      await until(
        () => source.probe().then((probe) => probe.fate),
        (found) => found.kind === 'gone' && found.why === fate,
        `gone: ${fate}`,
      );
      const { holes } = await read(source, 0, 4 * page);
      assert.ok(holes.every(({ reason }) => reason === 'gone' || reason === 'unmapped'));
      assert.equal(holes[0]?.reason, 'gone');
    }
  });

  it('is titled by its program where a process has the name of a thread', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log("x"); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    owner.after(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const { pid = 0 } = child;
    const ref = namedRegion(pid, '[stack]');
    assert.ok(ref);
    const source = await openRef(scratch(), ref);
    const program = basename(readlinkSync(`/proc/${pid}/exe`));
    assert.equal(sourceTitle(ref, source.details), `anonymous, private – ${program} (${pid})`);
  });
});
