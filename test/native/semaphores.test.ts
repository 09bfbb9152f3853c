// Named semaphores: their value and who waits, and the real calls, which wake.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { objectKey } from '../../extension/core/sharedMemory/sharedMemory.ts';
import { SharedMemoryLookout } from '../../extension/platform/sharedMemory/sharedMemoryLookout.ts';
import { start } from '../support/programs.ts';
import { addon, pathOf, shmFolder } from './addon.ts';

/** A semaphore with a process that waits on it. */
async function semaphore(t: TestContext, value: number) {
  const name = `memglass-test-${process.pid}`;
  const path = pathOf(`/dev/shm/sem.${name}`);
  t.after(() => rmSync(`/dev/shm/sem.${name}`, { force: true }));
  const program = await start(t, 'semaphore', name, value);
  return { path, program, state: () => addon.inspectSemaphore(path) };
}

test('posting wakes the one who waits; a waiter that is killed stays counted', async (t) => {
  const { path, program, state } = await semaphore(t, 2);
  while ((await state()).waiters === 0) await sleep(1); // It takes both, then waits.
  const before = await state();
  assert.deepEqual([before.value, before.waiters, await program.ask('peek 0')], [0, 1, '2']);
  assert.equal(await addon.tryWaitSemaphore(path, before), false);
  await addon.postSemaphore(path, before);
  while ((await program.ask('peek 0')) !== '3') await sleep(1);
  while ((await state()).waiters === 0) await sleep(1);
  process.kill(program.child, 'SIGKILL');
  await sleep(10);
  assert.deepEqual(await state(), before);
  await addon.postSemaphore(path, before);
  assert.equal((await state()).value, 1);
  assert.equal(await addon.tryWaitSemaphore(path, before), true);
  assert.equal(await addon.tryWaitSemaphore(path, before), false);
});

test('what is no semaphore is refused, and nothing is made', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'sem.short'), 'abc');
  writeFileSync(join(folder, 'sem.empty'), '');
  writeFileSync(join(folder, 'sem.long'), new Uint8Array(33));
  mkdirSync(join(folder, 'sem.folder'));
  const nothing = { dev: 0n, ino: 0n };
  for (const name of ['short', 'empty', 'long', 'folder']) {
    const path = pathOf(join(folder, `sem.${name}`));
    await assert.rejects(addon.inspectSemaphore(path), { code: 'EINVAL', syscall: 'sem_open', path }, name);
    await assert.rejects(addon.postSemaphore(path, nothing), { code: name === 'folder' ? 'EISDIR' : 'EINVAL' });
  }
  symlinkSync('sem.long', join(folder, 'sem.link'));
  await assert.rejects(addon.inspectSemaphore(pathOf(join(folder, 'sem.link'))), { code: 'ELOOP' });
  const missing = join(folder, 'sem.missing');
  await assert.rejects(addon.postSemaphore(pathOf(missing), nothing), { code: 'ENOENT' });
  assert.ok(!existsSync(missing));
  writeFileSync(join(folder, 'sem.good'), new Uint8Array(32));
  await assert.rejects(addon.postSemaphore(pathOf(join(folder, 'sem.good')), nothing), { code: 'ESTALE' });
});

test('a semaphore at its largest value, and one that is cut while it is posted', async (t) => {
  const path = join(shmFolder(t), 'sem.full');
  const bytes = new Uint8Array(32);
  bytes.set([0xff, 0xff, 0xff, 0x7f]);
  writeFileSync(path, bytes);
  const state = await addon.inspectSemaphore(pathOf(path));
  assert.equal(state.value, 2 ** 31 - 1);
  await assert.rejects(addon.postSemaphore(pathOf(path), state), { code: 'EOVERFLOW', syscall: 'sem_post' });
  const codes = new Set<string>();
  for (let i = 0; i < 40; i++) {
    writeFileSync(path, new Uint8Array(32));
    const posting = addon.postSemaphore(pathOf(path), state).then(
      () => 'posted',
      (error) => error.code,
    );
    if (i % 2 === 0) await new Promise(setImmediate);
    truncateSync(path, 0);
    codes.add(await posting);
  }
  t.diagnostic([...codes].join());
  for (const code of codes) assert.match(code, /^(posted|EINVAL|EFAULT)$/);
});

test('the values of a hundred semaphores are read in one look', async (t) => {
  const { path } = await semaphore(t, 7);
  const from = Buffer.from(path).toString();
  const made = Array.from({ length: 100 }, (_, at) => `${from}-${at}`);
  t.after(() => {
    for (const file of made) rmSync(file, { force: true });
  });
  for (const file of made) copyFileSync(from, file);
  const lookout = new SharedMemoryLookout(addon, () => []);
  const { objects, semaphores } = await lookout.look();
  lookout.dispose();
  const ours = objects.filter(
    (one) => one.class === 'semaphore' && Buffer.from(one.name).toString().includes(`${process.pid}-`),
  );
  assert.equal(ours.length, made.length);
  for (const { identity } of ours) assert.ok(semaphores.has(objectKey(identity)));
});
