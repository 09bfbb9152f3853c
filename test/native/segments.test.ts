// System V segments: made, looked at without a trace in them, written, changed and removed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeSegment, SegmentFacts } from '../../native/index.d.ts';
import { start } from '../support/programs.ts';
import { addon, failureOf, nobodyCannotRun, nothingHeld, runChild, withoutCall } from './addon.ts';
import { descriptorsOf, mappingsOf } from './columns.ts';

const page = addon.pageSize;
const freshKey = () => 0x4d670000 + (process.pid % 0x8000) * 2;

/** A segment that is removed after the test at the latest. */
async function create(t: TestContext, size: bigint, { key = 0, mode = 0o600 } = {}): Promise<SegmentFacts> {
  const facts = await addon.createSegment(key, size, mode);
  t.after(() => addon.removeSegment(facts.id, facts).catch(() => {}));
  return facts;
}

async function attach(t: TestContext, id: number): Promise<NativeSegment> {
  const segment = await addon.attachSegment(id);
  t.after(() => segment.close());
  return segment;
}

const attachmentsOf = async (id: number) => (await addon.inspectSegment(id)).attachments;

/** The column of this segment in /proc/sysvipc/shm. */
function listed(id: number, column: string): string | undefined {
  const [head = '', ...lines] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n');
  const columns = head.trim().split(/\s+/);
  const row = lines
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[columns.indexOf('shmid')] === `${id}`);
  return row?.[columns.indexOf(column)];
}

test('made with a key, and never twice', async (t) => {
  const key = freshKey();
  const facts = await create(t, 10_000n, { key, mode: 0o640 });
  assert.deepEqual(
    { key: facts.key, mode: facts.mode, size: facts.size, attachments: facts.attachments, pid: facts.creatorPid },
    { key, mode: 0o640, size: 10_000n, attachments: 0, pid: process.pid },
  );
  assert.equal(listed(facts.id, 'key'), String(key));
  await assert.rejects(addon.createSegment(key, 10_000n, 0o600), { code: 'EEXIST', syscall: 'shmget' });
  await assert.rejects(addon.createSegment(0, 0n, 0o600), { code: 'EINVAL' });
  const high = await create(t, 1n, { key: 0xf0000000 + (process.pid & 0xffff) });
  assert.equal(high.key, (0xf0000000 + (process.pid & 0xffff)) | 0);
});

test('looked at while two processes use it: their writes show, ours are seen, and the count is right', async (t) => {
  const pair = await start(t, 'sysv', 0, 3 * page);
  const facts = await addon.inspectSegment(pair.id);
  assert.deepEqual([facts.attachments, facts.creatorPid], [3, pair.pid]);
  const segment = await attach(t, pair.id);
  assert.equal(await attachmentsOf(pair.id), 4);
  assert.equal(addon.counts().attachments, 1);
  const into = new Uint8Array(3);
  assert.equal((await segment.read(0, into, false)).length, 3);
  assert.deepEqual([...into], [112, 99, 0]);
  await pair.ask('poke 2 77');
  await segment.read(0, into, false);
  assert.equal(into[2], 77);
  await addon.writeSegment(pair.id, 3, Uint8Array.of(78), facts);
  assert.equal(await pair.ask('peek 3'), '78');
  assert.equal(await attachmentsOf(pair.id), 4);
  segment.close();
  await nothingHeld();
  assert.equal(await attachmentsOf(pair.id), 3);
  await assert.rejects(segment.read(0, into, false), { code: 'EBADF' });
});

test('looking at untouched pages allocates nothing when asked not to', async (t) => {
  const facts = await create(t, BigInt(8 * page) + 100n);
  await addon.writeSegment(facts.id, 2 * page + 5, new Uint8Array(page).fill(1), facts);
  assert.equal(listed(facts.id, 'rss'), String(2 * page));
  const segment = await attach(t, facts.id);
  const into = new Uint8Array(9 * page).fill(9);
  const found = await segment.read(1, into, true);
  const end = 8 * page + 100;
  assert.equal(found.length, end - 1);
  assert.deepEqual(found.faults, [
    { offset: 1, length: 2 * page - 1, code: 'ENODATA' },
    { offset: 4 * page, length: end - 4 * page, code: 'ENODATA' },
  ]);
  assert.ok(into.every((byte, i) => byte === (i + 1 >= 2 * page + 5 && i + 1 < 3 * page + 5 ? 1 : 0)));
  const shares = new Uint8Array(8);
  assert.deepEqual(await segment.presence(0, 8 * page, shares), { method: 'mincore', sampled: false });
  assert.deepEqual([...shares], [0, 0, 255, 255, 0, 0, 0, 0]);
  assert.equal(listed(facts.id, 'rss'), String(2 * page));
  assert.deepEqual(await segment.read(end, into, true), { length: 0, faults: [] });
  assert.deepEqual(await segment.read(2 ** 53 - 1, into, false), { length: 0, faults: [] });
  await segment.read(0, into, false);
  assert.equal(listed(facts.id, 'rss'), String(9 * page));
});

test('a removed segment has no key any more, is attached by its id, and goes with the last attachment', async (t) => {
  const pair = await start(t, 'sysv-removed', freshKey() + 1, 3 * page);
  const facts = await addon.inspectSegment(pair.id);
  assert.equal(facts.key, 0);
  assert.equal(facts.mode & 0o1000, 0o1000);
  const segment = await attach(t, pair.id);
  const into = new Uint8Array(2);
  await segment.read(0, into, true);
  assert.deepEqual([...into], [112, 99]);
  await pair.end();
  while ((await attachmentsOf(pair.id)) > 1) await sleep(2); // The child ends after its parent.
  await segment.read(0, into, true);
  assert.deepEqual([...into], [112, 99]);
  segment.close();
  await nothingHeld();
  await assert.rejects(addon.inspectSegment(pair.id), (error: { code: string }) => /EINVAL|EIDRM/.test(error.code));
  await assert.rejects(addon.attachSegment(pair.id), (error: { code: string }) => /EINVAL|EIDRM/.test(error.code));
});

test('mode, owner and removal, of the segment that is meant and of no other', async (t) => {
  const facts = await create(t, 4096n);
  for (const other of [
    { ...facts, size: 4095n },
    { ...facts, creatorPid: 1 },
  ]) {
    await assert.rejects(addon.changeSegment(facts.id, other, { mode: 0 }), { code: 'ESTALE' });
    await assert.rejects(addon.removeSegment(facts.id, other), { code: 'ESTALE' });
    await assert.rejects(addon.writeSegment(facts.id, 0, new Uint8Array(1), other), { code: 'ESTALE', written: 0 });
  }
  await assert.rejects(addon.writeSegment(facts.id, 4096, new Uint8Array(1), facts), { code: 'ERANGE' });
  await addon.changeSegment(facts.id, facts, { mode: 0o644 });
  assert.equal((await addon.inspectSegment(facts.id)).mode, 0o644);
  if (process.getuid?.() === 0) await addon.changeSegment(facts.id, facts, { uid: 65534, gid: 65533 });
  await addon.removeSegment(facts.id, facts);
  assert.equal(listed(facts.id, 'key'), undefined);
  assert.equal(await attachmentsOf(facts.id).catch(() => 0), 0);
});

test('another user sees its facts, and attaches, writes and removes as the mode has it', async (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const closed = await create(t, 4096n, { mode: 0o600 });
  const readable = await create(t, 8192n, { mode: 0o644 });
  await addon.writeSegment(readable.id, 4096, Uint8Array.of(7), readable);
  const done = runChild(
    `
    const [closed, readable] = [await addon.inspectSegment(+args[0]), await addon.inspectSegment(+args[1])];
    const note = (error) => console.log(error.code, error.syscall);
    console.log(closed.size, readable.size);
    await addon.attachSegment(closed.id).catch(note);
    await addon.writeSegment(readable.id, 0, new Uint8Array(1), readable).catch(note);
    await addon.removeSegment(readable.id, readable).catch(note);
    await addon.changeSegment(readable.id, readable, { mode: 0 }).catch(note);
    const segment = await addon.attachSegment(readable.id);
    const shares = new Uint8Array(2);
    console.log((await segment.presence(0, 8192, shares)).method, [...shares].join());
    segment.close();
    `,
    [String(closed.id), String(readable.id)],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(
    done.stdout,
    '4096n 8192n\nEACCES shmat\nEACCES shmat\nEPERM shmctl\nEPERM shmctl\nmincore 0,255\n',
    done.stderr,
  );
});

test('where process_vm_readv is forbidden, all is read and written all the same', async (t) => {
  const through = withoutCall('process_vm_readv', 'EPERM');
  if (typeof through === 'string') return t.skip(through);
  const facts = await create(t, 4096n);
  const done = runChild(
    `
    const facts = await addon.inspectSegment(+args[0]);
    await addon.writeSegment(facts.id, 9, Uint8Array.of(5, 6), facts);
    const segment = await addon.attachSegment(facts.id);
    const into = new Uint8Array(3);
    const found = await segment.read(9, into, false);
    console.log(found.length, found.faults.length, into.join());
    segment.close();
    `,
    [String(facts.id)],
    { through },
  );
  assert.equal(done.stdout, '3 0 5,6,0\n', done.stderr);
});

test('a segment and a memfd with the same device and inode number are told apart', async (t) => {
  // In an IPC namespace of its own, where the next id can be chosen.
  const script = `
import ctypes, json, mmap, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
libc.prctl(1, 9)
fd = os.memfd_create("twin")
os.ftruncate(fd, 8192)
memory = mmap.mmap(fd, 8192)
open("/proc/sys/kernel/shm_next_id", "w").write(str(os.fstat(fd).st_ino))
id = libc.shmget(0, 8192, 0o1600)
address = libc.shmat(id, None, 0)
libc.shmctl(id, 0, None)
print(json.dumps({"pid": os.getpid(), "id": id, "ino": os.fstat(fd).st_ino}), flush=True)
sys.stdin.read()
`;
  const failure = failureOf('unshare', '-i', 'true');
  if (failure !== undefined) return t.skip(failure);
  const child = spawn('unshare', ['-i', 'python3', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => {
    child.stdin.end();
    return ended;
  });
  const { pid, id, ino } = JSON.parse(String((await once(child.stdout, 'data'))[0]));
  if (id !== ino) return t.skip(`the segment got the id ${id} instead of ${ino}`);
  const users = await addon.scanSharedUsers(Uint32Array.of(pid)).result;
  const twins = mappingsOf(users).filter(({ ino: own, dev }) => own === BigInt(ino) && dev === users.kernelDev);
  assert.deepEqual(twins.map(({ name }) => name).sort(), ['/SYSV00000000 (deleted)', '/memfd:twin (deleted)']);
  for (const row of descriptorsOf(users)) assert.deepEqual([row.name, row.ino], ['/memfd:twin (deleted)', BigInt(ino)]);
  const foreign = users.processes.ipcNamespaces[0] ?? 0n;
  assert.ok(foreign > 0n && foreign !== statSync('/proc/self/ns/ipc', { bigint: true }).ino);
});

test('a bug of the caller is a TypeError or a RangeError', async (t) => {
  const facts = await create(t, 4096n);
  const segment = await attach(t, facts.id);
  const wild = { ...addon, ...segment } as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const calls: [string, unknown[]][] = [
    ['createSegment', ['1', 1n, 0]],
    ['createSegment', [0, 1, 0]],
    ['removeSegment', [facts.id]],
    ['removeSegment', [facts.id, { size: 4096, creatorPid: 1 }]],
    ['removeSegment', [facts.id, { size: 4096n }]],
    ['attachSegment', ['1']],
    ['writeSegment', [facts.id, 0, 'text', facts]],
    ['read', [0, new Uint8Array(1)]],
    ['read', [0, 'text', true]],
  ];
  for (const [call, args] of calls) await assert.rejects(async () => wild[call]?.(...args), TypeError, call);
  for (const id of [-1, 2 ** 31, 0.5]) await assert.rejects(async () => wild['attachSegment']?.(id), RangeError);
  await assert.rejects(async () => wild['createSegment']?.(2 ** 32, 1n, 0), RangeError);
});

test('200 attachments come and go and leave nothing behind', async (t) => {
  const facts = await create(t, 4096n);
  for (let i = 0; i < 200; i++) {
    const segment = await addon.attachSegment(facts.id);
    const reading = segment.read(0, new Uint8Array(4096), true);
    segment.close();
    await reading.catch((error) => assert.equal(error.code, 'EBADF'));
  }
  await nothingHeld();
  assert.equal(await attachmentsOf(facts.id), 0);
});
