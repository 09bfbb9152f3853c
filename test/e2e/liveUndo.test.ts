// Undo and redo of what was stored at once, where it cannot be taken back, or the user does not want it: VS Code counts
// steps, and goes on from the right one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useLiveScene } from './liveScene.ts';
import type { View } from './scene.ts';

const live = useLiveScene();
const { scene, press, type, run, shared, unlock, peek, seen, untilNoneDirty, answer, notices } = live;

const isAsked = (question: string) => scene.workbench.dialog.filter({ hasText: question }).waitFor();

/** Two edits of a byte each, at 0 and at 2, which are two steps. */
async function twoSteps(view: View, program: Parameters<typeof seen>[0]): Promise<void> {
  await type('41');
  await seen(program, 0, 0x41);
  await view.focus();
  // The cursor went on to 1.
  await press('ArrowRight');
  await type('42');
  await seen(program, 2, 0x42);
  await untilNoneDirty();
}

test('an undo that is answered “leave it” is the next one again, and none is lost to an edit after it', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await twoSteps(view, program);
  await program.ask('poke 2 99');
  for (const _ of ['once', 'twice']) {
    await press('Control+Z');
    await answer('It is 63 now; 00 would be written.', 'Cancel');
    await untilNoneDirty();
    await view.focus();
  }
  assert.deepEqual([await peek(program, 0), await peek(program, 2)], [0x41, 99]);
  await press('ArrowRight');
  await type('43');
  await seen(program, 4, 0x43);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 4, 0);
  await untilNoneDirty();
  await press('Control+Z');
  await answer('It is 63 now; 00 would be written.', 'Put Back Anyway');
  await seen(program, 2, 0);
  await untilNoneDirty();
  await view.focus();
  await press('Control+Z');
  await seen(program, 0, 0x70);
  await untilNoneDirty();
  for (const [offset, byte] of [
    [0, 0x41],
    [2, 0x42],
    [4, 0x43],
  ] as const) {
    await press('Control+Shift+Z');
    await seen(program, offset, byte);
    await untilNoneDirty();
  }
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('a redo that is answered “leave it” is the next one again', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await twoSteps(view, program);
  await press('Control+Z');
  await seen(program, 2, 0);
  await untilNoneDirty();
  await program.ask('poke 2 99');
  for (const _ of ['once', 'twice']) {
    await press('Control+Shift+Z');
    await isAsked('Do it again over theirs?');
    await answer('It is 63 now; 42 would be written.', 'Cancel');
    await untilNoneDirty();
    await view.focus();
  }
  await press('Control+Shift+Z');
  await answer('It is 63 now; 42 would be written.', 'Write Anyway');
  await seen(program, 2, 0x42);
  await untilNoneDirty();
});

test('what is undone while it is locked again stays the next step', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await twoSteps(view, program);
  await run('memglass.edit.lock', {});
  await live.says(view, 'Live, locked');
  await view.focus();
  await press('Control+Z');
  await notices.waitFor('locked');
  await untilNoneDirty();
  assert.equal(await peek(program, 2), 0x42);
  await notices.clear();
  await unlock(view);
  await press('Control+Z');
  await seen(program, 2, 0);
  assert.equal(await peek(program, 0), 0x41);
  await untilNoneDirty();
});

test('an undo held against the lock of another program waits for it, or is the next one again', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await twoSteps(view, program);
  assert.equal(await program.ask(`lock ${program.fd} 2 1`), 'ok');
  await press('Control+Z');
  await notices.waitFor(`shared_memory (${program.pid}) has locked 0x2 (2)`);
  assert.equal(await peek(program, 2), 0x42);
  await notices.answer('Cancel');
  await notices.waitFor('Nothing was written');
  await untilNoneDirty();
  await notices.clear();
  await view.focus();
  await press('Control+Z');
  await notices.waitFor(`has locked 0x2 (2)`);
  await notices.answer('Wait');
  assert.equal(await peek(program, 2), 0x42);
  await program.ask(`unlock ${program.fd}`);
  await seen(program, 2, 0);
  await untilNoneDirty();
  await notices.clear();
  // The lock was on one byte: what is elsewhere is in nobody's way.
  assert.equal(await program.ask(`ofdlock ${program.fd} 2 1`), 'ok');
  await view.focus();
  await press('Control+Z');
  await seen(program, 0, 0x70);
  await untilNoneDirty();
  await press('Control+Shift+Z');
  await seen(program, 0, 0x41);
  await untilNoneDirty();
  await press('Control+Shift+Z');
  await notices.waitFor('A program has locked 0x2 (2)');
  await notices.answer('Write Anyway');
  await seen(program, 2, 0x42);
  await untilNoneDirty();
  assert.ok(!(await notices.all.allInnerTexts()).join().includes('Could not'), 'VS Code refuses no turn');
});

test('what waits for the lock of another program is not stored once the memory is locked again', async () => {
  const { program, view } = await shared();
  await unlock(view);
  assert.equal(await program.ask(`lock ${program.fd} 0 1`), 'ok');
  await type('41');
  await notices.waitFor(`shared_memory (${program.pid}) has locked 0x0 (0)`);
  await run('memglass.edit.lock');
  await notices.answer('Write Anyway');
  await notices.waitFor('This memory is locked.');
  assert.equal(await peek(program, 0), 0x70);
  await view.shows(0, `70${'00'.repeat(15)}`);
  await notices.clear();
});

test('what is stored and taken back at once, 20 times, leaves the bytes as they were', async () => {
  const { program, view } = await shared();
  await unlock(view);
  for (let at = 0; at < 20; at++) {
    await type('41');
    await press('Control+Z');
  }
  await type('5A');
  await seen(program, 20, 0x5a);
  await view.shows(0, `70${'00'.repeat(15)}`);
  await view.shows(16, `000000005A${'00'.repeat(11)}`);
  const found = await Promise.all(Array.from({ length: 20 }, (_, at) => peek(program, at)));
  assert.deepEqual(found, [0x70, ...new Array(19).fill(0)]);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 20, 0);
  await untilNoneDirty();
  assert.deepEqual(scene.workbench.hostErrors, []);
});
