// What happens to an object or a process while it is typed into: each is said in one sentence, nothing is stored where it
// does not belong, and the tab stays clean.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refToUri, type SourceRef } from '../../extension/core/sourceRef.ts';
import { Workbench } from '../host/workbench.ts';
import { type Program, start, startSpace, startTimeOf } from '../support/programs.ts';
import { page, useLiveScene } from './liveScene.ts';
import { until, View } from './scene.ts';

const live = useLiveScene();
const {
  scene,
  owner,
  press,
  type,
  typeAtOnce,
  run,
  open,
  shared,
  unlock,
  peek,
  seen,
  untilNoneDirty,
  answer,
  notices,
} = live;

/** Waits until this has been said last, and VS Code has nothing to save. */
async function said(words: RegExp): Promise<void> {
  await until(
    async () => {
      await run('notifications.showList');
      return await notices.all.locator('.notification-list-item-message').allInnerTexts();
    },
    (found) => words.test(found[0] ?? ''),
    String(words),
  );
  await notices.clear();
  await untilNoneDirty();
  assert.deepEqual(scene.workbench.hostErrors, []);
}

const region = ({ pid, address }: Program, name = ''): SourceRef => ({
  ...{ kind: 'processRegion', pid, startTime: startTimeOf(pid) },
  ...{ start: address, end: address + BigInt(2 * page), name: new TextEncoder().encode(name) },
});

const openLive = async (path: string) => {
  await scene.workbench.openWith({ $uri: `memglass-file://live${path}` }, 'memglass.memory');
  const view = scene.view();
  await view.grid.waitFor();
  await live.says(view, 'Live');
  await view.focus();
  return view;
};

/** Types into the first byte of a process's memory, and waits until that has it. Answers the row that shows then. */
async function typedInto(view: View, program: Program): Promise<string> {
  const before = await view.hex(0);
  await type('DE');
  // What is typed shows at once: the process tells when it is stored.
  await until(
    async () => Number(await program.ask(`load ${program.address.toString(16)}`)),
    (byte) => byte === 0xde,
    'the process has it',
  );
  await untilNoneDirty();
  return `DE${before.slice(2)}`;
}

/** Nothing can be stored any more, and the view says so: what is typed is answered with a hint, and changes nothing. */
async function takesNothing(view: View, why: string, row: string): Promise<void> {
  await live.says(view, 'Read-only');
  await view.focus();
  // A key may have been answered so before the badge said it: the same words once more are no news while they show.
  await view.frame.locator('.hint').waitFor({ state: 'hidden' });
  scene.said.forget();
  await type('AD');
  await scene.said.waitFor(why);
  await view.shows(0, row);
}

test('a process that ends while its memory is typed into', async () => {
  const program = await startSpace(owner, 'pointers');
  const view = await open(region(program));
  await unlock(view);
  const row = await typedInto(view, program);
  await program.kill();
  // Whether the view hears of the end first or the store does, none of it is there in the end.
  await typeAtOnce('ADBEADBEADBEADBE');
  await view.banner.getByText('The process has ended').waitFor();
  await takesNothing(view, 'what these bytes were read from is gone', row);
  await notices.clear();
  await view.focus();
  await press('Control+Z');
  await said(/^Process [0-9]+ has ended/);
  await view.shows(0, row);
});

test('a process that runs another program while its memory is unlocked', async () => {
  const program = await startSpace(owner, 'fixed', 2 * page);
  const view = await open(region(program));
  await unlock(view);
  const row = await typedInto(view, program);
  await program.ask('again');
  await view.banner.getByText('runs another program').waitFor();
  await takesNothing(view, 'what these bytes were read from is gone', row);
  await view.focus();
  await press('Control+Z');
  await said(/^Process [0-9]+ runs another program now/);
  await view.shows(0, row);
  assert.equal(Number(await program.ask(`load ${program.address.toString(16)}`)), 0x61);
});

test('an object that is cut under the cursor', async () => {
  const { program, view, name } = await shared();
  await unlock(view);
  await run('memglass.goToOffset', String(2 * page));
  await view.focus();
  await type('41');
  await seen(program, 2 * page, 0x41);
  await untilNoneDirty();
  truncateSync(`/dev/shm/${name}`, 100);
  await type('42');
  await until(
    async () => (await view.banner.allInnerTexts()).join(),
    (found) => found.includes('shrank this object to 100 B'),
    'the banner says so',
  );
  await untilNoneDirty();
  await view.focus();
  await press('Control+Z');
  await said(/^That reaches past the end/);
  assert.equal(statSync(`/dev/shm/${name}`).size, 100);
  await run('memglass.goToOffset', '98');
  await view.focus();
  await type('4344');
  await until(
    () => readFileSync(`/dev/shm/${name}`).subarray(98).toString('latin1'),
    (found) => found === 'CD',
    'the last bytes are typed over',
  );
  assert.equal(statSync(`/dev/shm/${name}`).size, 100);
  await untilNoneDirty();
});

for (const [what, seals] of [
  ['against all writing', 8],
  ['against writing anew', 16],
] as const) {
  test(`a memfd that is sealed ${what} meanwhile`, async () => {
    const program = await start(owner, 'memfd', 'ring', page);
    const { pid, fd } = program;
    const { ino } = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true });
    const ref = { kind: 'processFd', pid, startTime: startTimeOf(pid), fd, inode: ino } as const;
    const view = await open({ ...ref, name: new TextEncoder().encode('memfd:ring') });
    await unlock(view);
    await type('41');
    await seen(program, 0, 0x41);
    await untilNoneDirty();
    // The child has it mapped too, so that it cannot be sealed against all writing before that ends.
    if (seals === 8) {
      await program.ask(`unmap ${page}`);
      process.kill(program.child, 'SIGKILL');
    }
    const script = `import fcntl, os; fcntl.fcntl(os.open("/proc/${pid}/fd/${fd}", os.O_RDWR), 1033, ${seals})`;
    await until(
      () => execFileSync('python3', ['-c', script], { stdio: 'pipe' }).length,
      () => true,
      'it is sealed: nothing of ours has it mapped for writing',
    );
    const row = `4163${'00'.repeat(14)}`;
    await view.focus();
    await type('42');
    await said(/^The object is sealed against this/);
    await takesNothing(view, 'it is sealed against writing', row);
    await view.focus();
    await press('Control+Z');
    await said(/^The object is sealed against this/);
    await view.shows(0, row);
    assert.equal(readFileSync(`/proc/${pid}/fd/${fd}`)[0], 0x41);
  });
}

test('a hole of a full tmpfs, and one that is mounted for reading only meanwhile', async (t) => {
  const folder = scene.scratch.folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'memglass-test', folder], { stdio: 'pipe' });
  } catch {
    t.skip('nothing can be mounted here');
    return;
  }
  scene.scratch.defer(() => void execFileSync('umount', ['-l', folder]));
  const path = join(folder, 'sparse');
  writeFileSync(path, 'x');
  truncateSync(path, 1 << 20);
  const view = await openLive(path);
  await run('memglass.goToOffset', '8192');
  await view.focus();
  writeFileSync(join(folder, 'full'), new Uint8Array(60 * 1024));
  await type('41');
  await said(/^There is no room for it/);
  await view.shows(8192, '00'.repeat(16));
  rmSync(join(folder, 'full'));
  await view.focus();
  await run('memglass.goToOffset', '8192');
  await view.focus();
  await type('41');
  await until(
    () => readFileSync(path)[8192],
    (found) => found === 0x41,
    'there is room again',
  );
  await untilNoneDirty();
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await view.focus();
  await type('42');
  await said(/sparse is mounted for reading only/);
  await view.focus();
  await press('Control+Z');
  await said(/sparse is mounted for reading only/);
  assert.equal(readFileSync(path)[8192], 0x41);
  execFileSync('mount', ['-o', 'remount,rw', folder]);
  await view.focus();
  await press('Control+Z');
  await until(
    () => readFileSync(path)[8192],
    (found) => found === 0,
    'it is undone, once it can be',
  );
  await untilNoneDirty();
});

test('a program that is run while its file is edited live', async () => {
  const path = join(scene.scratch.folder(), 'program');
  copyFileSync('/bin/sleep', path);
  const view = await openLive(path);
  const running = spawn(path, ['1000'], { stdio: 'ignore' });
  try {
    await until(
      () => readFileSync(`/proc/${running.pid}/comm`, 'latin1'),
      (name) => name === 'program\n',
      'it runs',
    );
    await type('41');
    await said(/^A process is running .*program, and the kernel lets nobody write to it/);
    assert.equal(readFileSync(path)[0], 0x7f);
  } finally {
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
  await view.focus();
  await press('Home');
  await type('41');
  await until(
    () => readFileSync(path)[0],
    (found) => found === 0x41,
    'it is written once it has ended',
  );
  await untilNoneDirty();
  await press('Control+Z');
  await until(
    () => readFileSync(path)[0],
    (found) => found === 0x7f,
    'and undone',
  );
  await untilNoneDirty();
});

test('two windows that edit one object: each sees the other’s stores, and neither undoes them unasked', async () => {
  const { program, view, ref } = await shared();
  await unlock(view);
  const second = await Workbench.open(scene.server, scene.browser);
  try {
    const { scheme, path } = refToUri(ref);
    await second.openWith({ $uri: `${scheme}:${encodeURI(path)}` }, 'memglass.memory');
    const other = new View(second, 0);
    await other.grid.waitFor();
    await live.says(other, 'Live, locked');
    await type('41');
    await seen(program, 0, 0x41);
    await untilNoneDirty();
    await other.shows(0, `41${'00'.repeat(15)}`);
    await second.executeCommand('memglass.edit.unlock', {});
    await live.says(other, 'Live');
    await other.focus();
    await second.page.keyboard.press('Home');
    await second.page.keyboard.type('42');
    await seen(program, 0, 0x42);
    await view.shows(0, `42${'00'.repeat(15)}`);
    await press('Control+Z');
    await answer('It is 42 now; 70 would be written.', 'Cancel');
    assert.equal(await peek(program, 0), 0x42);
    await untilNoneDirty(second);
    await other.focus();
    await second.page.keyboard.press('Control+Z');
    await seen(program, 0, 0x41);
    await view.focus();
    await untilNoneDirty();
    await press('Control+Z');
    await seen(program, 0, 0x70);
    await untilNoneDirty();
  } finally {
    await second.closeAllEditors({ discard: true });
    await second.close();
  }
});
