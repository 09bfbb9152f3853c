// The lookout for processes on this very machine: what it lists, what it says of address spaces, and why it may not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sumKinds } from '../../extension/core/memoryMap/regionSums.ts';
import { processName } from '../../extension/core/processes/processSummary.ts';
import type { ProcessLook } from '../../extension/platform/processes/processLookout.ts';
import { ProcessLookout } from '../../extension/platform/processes/processLookout.ts';
import { start, startSpace, startTimeOf } from '../support/programs.ts';
import { addon, nobodyCannotRun, nothingHeld, runChild } from './addon.ts';

const lookout = new ProcessLookout(addon);
const keyOf = (pid: number) => ({ pid, startTime: startTimeOf(pid) });

test('a process that comes and goes, and one that stays the same object meanwhile', async (t) => {
  const before = await startSpace(t, 'regions', 10);
  const find = ({ processes }: ProcessLook, pid: number) => processes.find((process) => process.pid === pid);
  const first = await lookout.look();
  const program = await startSpace(t, 'regions', 10);
  const second = await lookout.look();
  assert.equal(find(first, program.pid), undefined);
  const found = find(second, program.pid);
  assert.ok(found);
  assert.deepEqual([processName(found), found.uid, found.mayLook], ['address_space', process.geteuid?.(), true]);
  assert.deepEqual(found.args.map(String).length, 3);
  assert.equal(find(second, before.pid), find(first, before.pid));
  await program.kill();
  assert.equal(find(await lookout.look(), program.pid), undefined);
});

test('watching goes on until nobody watches', async () => {
  const looks: ProcessLook[] = [];
  await new Promise<void>((resolve) => {
    const stop = lookout.watch((look) => {
      looks.push(look);
      if (looks.length < 2) return;
      stop();
      resolve();
    });
  });
  assert.equal(lookout.latest, looks.at(-1));
  await nothingHeld();
  assert.equal(looks.length, 2);
});

test('a look that nobody waits for any more ends', async () => {
  const stop = new AbortController();
  const look = lookout.look(stop.signal);
  stop.abort();
  await assert.rejects(look, { name: 'AbortError' });
  assert.ok((await lookout.look()).processes.length > 1);
});

test('an address space with its figures, by kind', async (t) => {
  const program = await start(t, 'memfd', 'ring', 16 * addon.pageSize);
  await program.ask('pattern 0 65536');
  const key = keyOf(program.pid);
  const space = await lookout.regions(key);
  const figures = await lookout.figures(key, space);
  const { byKind, all } = sumKinds(space, figures);
  assert.equal(all.measured, space.count);
  assert.deepEqual([byKind.get('shared')?.resident, byKind.get('shared')?.size], [65536, 65536n]);
  for (const kind of ['code', 'stack', 'special'] as const) assert.ok((byKind.get(kind)?.regions ?? 0) > 0, kind);
  const counts = await lookout.pageCounts(key, { start: program.address, pages: 16, parts: 2 });
  assert.deepEqual(
    [[...counts.file], [...counts.anonymous]],
    [
      [8, 8],
      [0, 0],
    ],
  );
});

test('what has gone, and what never had an address space', async (t) => {
  const program = await startSpace(t, 'zombie');
  const [key, zombie] = [keyOf(program.pid), keyOf(program.child)];
  await assert.rejects(lookout.regions(zombie), { code: 'processGone' });
  assert.deepEqual(await lookout.whyRefused(zombie, 'look'), { kind: 'zombie' });
  assert.equal(await lookout.whyRefused(key, 'memory'), undefined);
  await assert.rejects(lookout.regions({ ...key, startTime: key.startTime + 1 }), { code: 'processGone' });
  assert.deepEqual(await lookout.whyRefused({ ...key, startTime: key.startTime + 1 }, 'look'), { kind: 'gone' });
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(lookout.regions(key, stop.signal), { code: 'cancelled' });
  await program.kill();
  await assert.rejects(lookout.regions(key), { code: 'processGone' });
  assert.deepEqual(await lookout.whyRefused(key, 'look'), { kind: 'gone' });
  const thread = (await lookout.look()).processes.find(({ kernelThread }) => kernelThread);
  if (thread === undefined) return t.diagnostic('no kernel thread is visible here');
  await assert.rejects(lookout.regions(thread), { code: 'noAddressSpace' });
  assert.deepEqual(await lookout.whyRefused(thread, 'look'), { kind: 'kernelThread' });
});

test('to another user, the reasons are the others', async (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const program = await startSpace(t, 'regions', 10);
  const module = fileURLToPath(new URL('../../extension/platform/processes/processLookout.ts', import.meta.url));
  const done = runChild(
    `
    const { ProcessLookout } = await import(args[1]);
    const { spawn } = require('node:child_process');
    const lookout = new ProcessLookout(addon);
    const own = spawn('python3', ['-c', \`
import ctypes, sys
ctypes.CDLL(None).prctl(4, 0)
print("ready", flush=True)
sys.stdin.read()
\`], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => own.stdout.once('data', resolve));
    const { processes } = await lookout.look();
    for (const pid of [Number(args[0]), own.pid, process.pid]) {
      const row = processes.find((process) => process.pid === pid);
      const code = await lookout.regions(row).then(() => 'read', ({ code }) => code);
      console.log(row.mayLook, code, JSON.stringify(await lookout.whyRefused(row, 'look')));
    }
    own.stdin.end();
    `,
    [String(program.pid), module],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(
    done.stdout,
    'false noTrace {"kind":"otherUser","uid":0}\nfalse noTrace {"kind":"notDumpable"}\ntrue read undefined\n',
    done.stderr,
  );
});
