// Who maps or holds shared memory: each of the ways to share it, by real programs.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, start } from '../support/programs.ts';
import { addon, diskFolder, mountTmpfs, nobodyCannotRun, runChild } from './addon.ts';
import { descriptorsOf, mappingsOf, processesOf } from './columns.ts';
import { startInDeepFolder } from './deepPath.ts';

const size = 3 * addon.pageSize;

async function scan(...pids: readonly number[]) {
  const users = await addon.scanSharedUsers(pids.length > 0 ? Uint32Array.from(pids) : undefined).result;
  return { processes: processesOf(users), mappings: mappingsOf(users), descriptors: descriptorsOf(users) };
}

/** The rows of the objects with this name. */
async function usersOf(name: string) {
  const { mappings, descriptors } = await scan();
  return {
    mappings: mappings.filter((mapping) => mapping.name === name),
    descriptors: descriptors.filter((descriptor) => descriptor.name === name),
  };
}

const uniqueName = (t: { name: string }) => `memglass-${process.pid}-${t.name.replace(/\W+/g, '-').slice(0, 40)}`;
const startTimeOf = (pid: number) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return BigInt(text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '');
};
const pids = (rows: readonly { pid: number }[]) => rows.map((row) => row.pid).sort();

function sameMapping(
  row: { pid: number; start: bigint; end: bigint; rights: string },
  program: Program,
  rights: string,
) {
  assert.deepEqual([row.pid, row.start, row.rights], [program.pid, program.address, rights]);
  assert.ok(row.end - row.start >= BigInt(size));
}

test('producer, consumer, a private mapping and a mere descriptor of a POSIX object', async (t) => {
  const name = uniqueName(t);
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const producer = await start(t, 'create', name, size);
  const consumer = await start(t, 'attach', name, size);
  const copier = await start(t, 'private', name, size);
  const holder = await start(t, 'hold', name, size);
  const { mappings, descriptors } = await usersOf(`/dev/shm/${name}`);
  const stat = statSync(`/dev/shm/${name}`, { bigint: true });
  for (const row of [...mappings, ...descriptors]) {
    assert.deepEqual([row.dev, row.ino], [stat.dev, stat.ino]);
  }
  const of = ({ pid }: Program) => mappings.filter((row) => row.pid === pid);
  assert.equal(mappings.length, 3);
  for (const row of of(producer)) sameMapping(row, producer, 'rw-s');
  for (const row of of(consumer)) sameMapping(row, consumer, 'r--s');
  for (const row of of(copier)) sameMapping(row, copier, 'rw-p');
  const held = (program: Program) => {
    const found = descriptors.filter(({ pid }) => pid === program.pid);
    return found.map(({ fd, access, links }) => [fd, access, links]);
  };
  assert.deepEqual([held(producer), held(holder)], [[[producer.fd, 3, 1]], [[holder.fd, 1, 1]]]);
  assert.equal(descriptors.length, 2);

  await producer.end();
  const after = await usersOf(`/dev/shm/${name} (deleted)`);
  assert.deepEqual(pids(after.mappings), [consumer.pid, copier.pid].sort());
  assert.deepEqual(
    after.descriptors.map(({ pid, links }) => [pid, links]),
    [[holder.pid, 0]],
  );
});

test('parent and child with an anonymous shared mapping', async (t) => {
  const program = await start(t, 'anonymous', size);
  const { mappings, processes } = await scan(program.pid, program.child);
  const shared = mappings.filter((row) => row.start === program.address);
  assert.deepEqual(pids(shared), [program.pid, program.child].sort());
  assert.equal(new Set(shared.map(({ dev, ino }) => `${dev} ${ino}`)).size, 1);
  for (const row of shared) assert.deepEqual([row.rights, row.name], ['rw-s', '/dev/zero (deleted)']);
  assert.deepEqual(
    processes.map(({ pid, startTime, name, mapsError, fdsError }) => [pid, startTime, name, mapsError, fdsError]),
    [program.pid, program.child].map((pid) => [pid, startTimeOf(pid), 'shared_memory', 0, 0]),
  );
  assert.equal(processes[0]?.ipcNamespace, 0n);
});

test("the kernel's own device is known even where nobody shares anything", async (t) => {
  const program = await start(t, 'anonymous', size);
  const everybody = await addon.scanSharedUsers(Uint32Array.of(program.pid)).result;
  const nobody = await addon.scanSharedUsers(new Uint32Array(0)).result;
  assert.equal(nobody.processes.count, 0);
  assert.equal(nobody.kernelDev, mappingsOf(everybody).find((row) => row.start === program.address)?.dev);
});

test('a memfd passed over a socket, with a name made to confuse', async (t) => {
  const program = await start(t, 'memfd', 'a\nb (deleted)', size);
  const { mappings, descriptors } = await usersOf('/memfd:a\nb (deleted) (deleted)');
  assert.deepEqual(pids(mappings), [program.pid, program.child].sort());
  for (const row of mappings) assert.equal(row.rights, 'rw-s');
  const held = descriptors.filter((row) => row.pid === program.child || row.fd === program.fd);
  assert.ok(held.some((row) => row.pid === program.child && row.fd === program.childFd));
  for (const row of descriptors) {
    assert.deepEqual([row.ino, row.size, row.links, row.access], [mappings[0]?.ino, BigInt(size), 0, 3]);
    assert.equal(row.allocated, BigInt(addon.pageSize));
  }
});

test('a System V segment, also one that is removed and still attached', async (t) => {
  const key = 0x4d470000 + (process.pid & 0xffff);
  const kept = await start(t, 'sysv', key, size);
  const removed = await start(t, 'sysv-removed', 0, size);
  const { mappings, processes } = await scan(kept.pid, kept.child, removed.pid, removed.child);
  const { ino } = statSync('/proc/self/ns/ipc', { bigint: true });
  for (const { ipcNamespace } of processes) assert.equal(ipcNamespace, ino);
  for (const [program, name] of [
    [kept, `/SYSV${key.toString(16).padStart(8, '0')} (deleted)`],
    [removed, '/SYSV00000000 (deleted)'],
  ] as const) {
    const found = mappings.filter((row) => row.ino === BigInt(program.id) && row.name === name);
    // The child has inherited one attachment and made another.
    assert.deepEqual(pids(found), [program.pid, program.child, program.child].sort());
    assert.deepEqual(found.map((row) => row.rights).sort(), ['r--s', 'rw-s', 'rw-s']);
  }
});

test('a buffer whose temporary file is unlinked, in shared memory and on a disk', async (t) => {
  for (const folder of ['/dev/shm', diskFolder(t)]) {
    const program = await start(t, 'unlinked', folder, size);
    const { mappings, descriptors } = await scan(program.pid);
    const mapping = mappings.find((row) => row.start === program.address);
    assert.match(mapping?.name ?? '', /store-\w{6} \(deleted\)$/);
    assert.deepEqual(
      descriptors.map(({ fd, ino, links, size }) => [fd, ino, links, size]),
      [[program.fd, mapping?.ino, 0, BigInt(size)]],
    );
  }
});

test('a process that execs is looked at as what it has become; one that ended is left out', async (t) => {
  const program = await start(t, 'anonymous', size);
  const startTime = startTimeOf(program.pid);
  program.tell('exec');
  while (!readFileSync(`/proc/${program.pid}/cmdline`, 'utf8').startsWith('cat')) await sleep(2);
  const { processes, mappings } = await scan(program.pid);
  assert.deepEqual([processes.length, processes[0]?.startTime], [1, startTime]);
  assert.deepEqual(
    mappings.filter((row) => row.name.startsWith('/dev/zero')),
    [],
  );
  await program.kill();
  assert.deepEqual((await scan(program.pid)).processes, []);
});

test('300 processes that come, exec and go while they are looked at', async (t) => {
  const storm = await start(t, 'storm', 300);
  let over = false;
  const done = storm.nextLine().then((line) => {
    over = true;
    assert.equal(line, 'done');
  });
  let scans = 0;
  let seen = 0;
  for (; !over; scans++) {
    const { processes, mappings } = await scan();
    assert.ok(processes.every(({ mapsError, fdsError }) => mapsError !== 2 && mapsError !== 3 && fdsError !== 2));
    assert.ok(mappings.every(({ start, end }) => start < end));
    seen += processes.length;
  }
  await done;
  t.diagnostic(`${scans} scans, ${seen} processes`);
  const { mappings } = await scan(storm.pid);
  assert.equal(mappings.filter((row) => row.name === '/dev/zero (deleted)').length, 1);
});

test('kernel threads are left out, this process is not', async () => {
  const { processes } = await scan();
  assert.ok(processes.some(({ pid }) => pid === process.pid));
  for (const { pid } of processes) {
    let status: string;
    try {
      status = readFileSync(`/proc/${pid}/status`, 'utf8');
    } catch {
      continue;
    }
    assert.doesNotMatch(status, /^Kthread:\t1$/m);
  }
});

test('what another user may not look into is said to be refused', async (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const program = await start(t, 'anonymous', size);
  const done = runChild(
    `
    const users = await addon.scanSharedUsers(Uint32Array.of(Number(args[0]), process.pid)).result;
    const { pids, mapsErrors, fdsErrors, ipcNamespaces } = users.processes;
    console.log(pids.length, mapsErrors.join(), fdsErrors.join(), ipcNamespaces[0]);
    console.log(users.mappings.processes.includes(0), users.descriptors.processes.includes(0));
    `,
    [String(program.pid)],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(done.stdout, '2 13,0 13,0 0n\nfalse false\n', done.stderr);
});

test('a name longer than PATH_MAX, which only the text of maps gives', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const lines = `
name = b"line\\nbreak \\xff"
fd = os.open(name, os.O_CREAT | os.O_RDWR)
os.ftruncate(fd, 8192)
shared, private = mmap.mmap(fd, 8192), mmap.mmap(fd, 8192, mmap.MAP_PRIVATE)
anonymous = mmap.mmap(-1, 4096)
`;
  const { pid, ino } = await startInDeepFolder(t, folder, lines);
  const { processes, mappings, descriptors } = await scan(pid);
  assert.equal(processes[0]?.byText, true);
  const found = mappings.filter((row) => row.ino === ino);
  assert.deepEqual(found.map((row) => row.rights).sort(), ['rw-p', 'rw-s']);
  for (const { name } of found) assert.ok(name.length > 5000 && name.endsWith('/line\\012break \xff'), name.slice(-20));
  assert.ok(mappings.some((row) => row.name === '/dev/zero (deleted)' && row.rights === 'rw-s'));
  assert.ok(descriptors.some((row) => row.ino === ino && row.name === ''));
});

test('a scan is cancelled, and wrong arguments are a TypeError', async () => {
  const { result, cancel } = addon.scanSharedUsers();
  cancel();
  cancel();
  await assert.rejects(result, { code: 'ECANCELED' });
  const wild = addon as unknown as { scanSharedUsers(...args: unknown[]): unknown };
  for (const pids of [[1], new Uint8Array(1), 1, null]) assert.throws(() => wild.scanSharedUsers(pids), TypeError);
});
