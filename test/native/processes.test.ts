// Which processes there are: what /proc says of them, row by row.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { start, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, diskFolder, nobodyCannotRun, pathOf, runChild } from './addon.ts';
import { processRowsOf } from './columns.ts';

/** A process that waits for its input or has ended, once it does: what it says before that it says while it runs. */
async function waiting(pid: number) {
  for (;;) {
    const [row, ...more] = await scan(pid);
    if (row?.state !== 'R') return [row, ...more];
  }
}

async function scan(...pids: readonly number[]) {
  return processRowsOf(await addon.scanProcesses(pids.length > 0 ? Uint32Array.from(pids) : undefined).result);
}

test('a process with all that is said of it', async (t) => {
  const program = await startSpace(t, 'regions', 100);
  const [row, ...more] = await waiting(program.pid);
  assert.deepEqual(more, []);
  const { resident, ...rest } = row ?? assert.fail();
  const executable = readlinkSync(`/proc/${program.pid}/exe`);
  assert.deepEqual(rest, {
    pid: program.pid,
    startTime: startTimeOf(program.pid),
    parent: process.pid,
    uid: process.geteuid?.(),
    state: 'S',
    kernelThread: false,
    threads: 1,
    name: 'address_space',
    command: `${executable}\0regions\x00100\0`,
    executable,
    executableError: 0,
  });
  assert.ok(resident > 0 && resident % addon.pageSize === 0);
});

test('all processes: each is listed once, and kernel threads are told', async () => {
  const rows = await scan();
  const pids = rows.map(({ pid }) => pid);
  assert.equal(new Set(pids).size, pids.length);
  assert.ok(pids.includes(process.pid) && pids.includes(1));
  for (const row of rows.filter(({ kernelThread }) => kernelThread)) {
    assert.deepEqual([row.command, row.executable, row.executableError, row.resident], ['', '', 0, 0]);
  }
  const self = rows.find(({ pid }) => pid === process.pid);
  assert.ok((self?.threads ?? 0) > 1);
  assert.ok((self?.resident ?? 0) > 2 ** 20);
});

test('a zombie, a process without its first thread, and one that has gone', async (t) => {
  const parent = await startSpace(t, 'zombie');
  const leaderless = await startSpace(t, 'leaderless');
  const gone = await start(t, 'anonymous', addon.pageSize);
  await gone.kill();
  await waiting(leaderless.pid);
  const [zombie, alone, ...more] = await scan(parent.child, gone.pid, leaderless.pid, 0x7fff_ffff);
  assert.deepEqual([zombie?.state, zombie?.resident, zombie?.command, zombie?.executableError], ['Z', 0, '', 2]);
  assert.deepEqual([alone?.pid, alone?.state, alone?.threads], [leaderless.pid, 'Z', 2]);
  assert.deepEqual(more, []);
});

test('names and arguments are bytes, and a long command line is cut', async (t) => {
  const name = 'a) R\n(b \xff\x1b';
  const script = `
import ctypes, sys
ctypes.CDLL(None).prctl(15, bytes.fromhex(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
`;
  const hex = Buffer.from(name, 'latin1').toString('hex');
  const child = spawn('python3', ['-c', script, hex, 'x'.repeat(9000)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => {
    child.stdin.end();
    return ended;
  });
  await once(child.stdout, 'data');
  const [row] = await scan(child.pid ?? 0);
  assert.equal(row?.name, name);
  assert.equal(row?.startTime, startTimeOf(child.pid ?? 0));
  assert.equal(row?.command.length, 4096);
  const whole = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1');
  assert.equal(row?.command, whole.slice(0, 4096));
});

test('what another user may not look into is listed all the same', async (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const program = await startSpace(t, 'regions', 10);
  const done = runChild(
    `
    const pid = Number(args[0]);
    const table = await addon.scanProcesses(Uint32Array.of(pid, process.pid)).result;
    console.log(table.count, table.uids.join(), table.executableErrors.join(), table.commands.offsets[1] > 0);
    for (const call of ['readRegions', 'readRegionFigures']) {
      await addon[call](pid, table.startTimes[0], () => {}).result.catch(({ code }) => console.log(call, code));
    }
    await addon.countPagemap(pid, table.startTimes[0], 0n, 1, 1).result.catch(({ code }) => console.log('countPagemap', code));
    `,
    [String(program.pid)],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  const refused = 'readRegions EACCES\nreadRegionFigures EACCES\ncountPagemap EACCES\n';
  assert.equal(done.stdout, `2 0,65534 13,0 true\n${refused}`, done.stderr);
});

test('a scan while hundreds of processes come, exec and go', async (t) => {
  const storm = await start(t, 'storm', 200);
  let over = false;
  const done = storm.nextLine().then(() => {
    over = true;
  });
  for (let scans = 0; !over || scans === 0; scans++) {
    const rows = await scan();
    assert.ok(rows.some(({ pid }) => pid === storm.pid));
    for (const { pid, startTime, state } of rows) assert.ok(pid > 0 && startTime >= 0 && /[A-Z]/i.test(state));
  }
  await done;
});

test('which processes map a file, by a part of its path', async (t) => {
  const folder = diskFolder(t);
  const name = 'Mapped-Here';
  const mapping = await startSpace(t, 'names', folder);
  const ring = await start(t, 'memfd', name, addon.pageSize);
  const zombie = await startSpace(t, 'zombie');
  const gone = await start(t, 'anonymous', addon.pageSize);
  const keys = [mapping, ring, zombie, gone].map(({ pid }) => ({ pid, startTime: startTimeOf(pid) }));
  const reused = { pid: ring.pid, startTime: startTimeOf(ring.pid) + 1 };
  await gone.kill();
  const ask = async (text: string | Uint8Array) => {
    const all = [...keys, { pid: zombie.child, startTime: startTimeOf(zombie.child) }, reused];
    const pids = Uint32Array.from(all, ({ pid }) => pid);
    const startTimes = Float64Array.from(all, ({ startTime }) => startTime);
    return [...(await addon.searchMaps(pids, startTimes, pathOf(text)).result)];
  };
  assert.deepEqual(await ask('mapped-HERE'), [0, 1, 0, 3, 3, 3]);
  assert.deepEqual(await ask(`${folder}/`), [1, 0, 0, 3, 3, 3]);
  assert.deepEqual(await ask(Uint8Array.of(0xff, 0xfe)), [1, 0, 0, 3, 3, 3]);
  assert.deepEqual(await ask('[stack]'), [0, 0, 0, 3, 3, 3], 'no file');
  assert.deepEqual(await ask(' (deleted)'), [1, 1, 0, 3, 3, 3]);
});

test('a search is cancelled, also where all is found by then, and wrong arguments are refused', async () => {
  const one = [Uint32Array.of(process.pid), Float64Array.of(startTimeOf(process.pid)), pathOf('x')] as const;
  for (const busyMs of [0, 200]) {
    const { result, cancel } = addon.searchMaps(...one);
    // The search has its thread to itself, and is done before this one hears of it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
    cancel();
    await assert.rejects(result, { code: 'ECANCELED' });
  }
  const wild = addon as unknown as { searchMaps(...args: unknown[]): unknown };
  const [pids, times, text] = one;
  for (const args of [[], [pids], [pids, times], [[1], times, text], [pids, [1], text], [pids, times, 'x']]) {
    assert.throws(() => wild.searchMaps(...args), TypeError);
  }
  for (const time of [-1, Number.NaN, 2 ** 60]) {
    assert.throws(() => wild.searchMaps(pids, Float64Array.of(time), text), TypeError);
  }
  for (const args of [
    [pids, new Float64Array(2), text],
    [pids, times, new Uint8Array(0)],
  ]) {
    assert.throws(() => wild.searchMaps(...args), RangeError);
  }
  assert.equal((await addon.searchMaps(new Uint32Array(0), new Float64Array(0), text).result).length, 0);
});

test('a scan is cancelled, and wrong arguments are a TypeError', async () => {
  const { result, cancel } = addon.scanProcesses();
  cancel();
  cancel();
  await assert.rejects(result, { code: 'ECANCELED' });
  const wild = addon as unknown as { scanProcesses(...args: unknown[]): unknown };
  for (const pids of [[1], new Uint8Array(1), 1, null]) assert.throws(() => wild.scanProcesses(pids), TypeError);
  assert.equal((await addon.scanProcesses(new Uint32Array(0)).result).count, 0);
});

test('a deleted executable keeps its mark', async (t) => {
  const folder = diskFolder(t);
  copyFileSync('/bin/cat', `${folder}/copy`);
  const child = spawn(`${folder}/copy`, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => {
    child.stdin.end();
    return ended;
  });
  child.stdin.write('up\n');
  await once(child.stdout, 'data');
  rmSync(`${folder}/copy`);
  const [row] = await scan(child.pid ?? 0);
  assert.equal(row?.executable, `${folder}/copy (deleted)`);
});
