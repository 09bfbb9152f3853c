// What others see of live edits, in each kind of shared memory, and what they never see: a half of a character. And two
// views of one object that both edit it.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { type Program, start, startTimeOf } from '../support/programs.ts';
import { acceptRow } from './choosing.ts';
import { page, useLiveScene } from './liveScene.ts';
import { hexOf, startCommand, until, type View, waitForQuickInput } from './scene.ts';

const live = useLiveScene();
const { scene, owner, press, type, run, open, shared, unlock, peek, seen, untilNoneDirty, answer } = live;

const mapping = ({ pid, address }: Program): SourceRef => ({
  ...{ kind: 'processRegion', pid, startTime: startTimeOf(pid) },
  ...{ start: address, end: address + BigInt(page), name: new Uint8Array(0) },
});

const objects: Record<string, () => Promise<{ program: Program; ref: SourceRef }>> = {
  'a System V segment': async () => {
    const program = await start(owner, 'sysv', 0, page);
    return { program, ref: { kind: 'sysvShm', shmid: program.id, creatorPid: program.pid } };
  },
  'a memfd': async () => {
    const program = await start(owner, 'memfd', 'ring', page);
    const { pid, fd } = program;
    const { ino } = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true });
    const name = new TextEncoder().encode('memfd:ring');
    return { program, ref: { kind: 'processFd', pid, startTime: startTimeOf(pid), fd, inode: ino, name } };
  },
  'what parent and child share': async () => {
    const program = await start(owner, 'anonymous', page);
    return { program, ref: mapping(program) };
  },
};

for (const [what, make] of Object.entries(objects)) {
  test(`typed into ${what}, bytes are seen by a second process, and undone before its eyes`, async () => {
    const { program, ref } = await make();
    const view = await open(ref);
    const before = await view.hex(0);
    await unlock(view);
    await type('DEADBEEF');
    for (const [offset, byte] of [0xde, 0xad, 0xbe, 0xef].entries()) await seen(program, offset, byte);
    await view.shows(0, `DEADBEEF${before.slice(8)}`);
    await untilNoneDirty();
    await press('Tab');
    await type('H');
    await seen(program, 4, 0x48);
    await untilNoneDirty();
    await program.ask('poke 9 119');
    await view.shows(0, `DEADBEEF48${before.slice(10, 18)}77${before.slice(20)}`);
    // Not by what shows: that may be of before the last undo still.
    const first = async () => {
      let bytes = '';
      for (let at = 0; at < 5; at++) bytes += hexOf(Uint8Array.of(await peek(program, at)));
      return bytes;
    };
    for (let undone = 0; (await first()) !== before.slice(0, 10); undone++) {
      assert.ok(undone < 6, 'all is undone');
      await press('Control+Z');
      await untilNoneDirty();
    }
    await view.shows(0, `${before.slice(0, 18)}77${before.slice(20)}`);
    assert.equal(await peek(program, 9), 119);
    assert.deepEqual(scene.workbench.hostErrors, []);
  });
}

test('a segment that is typed into is attached for no longer than each store', async () => {
  const program = await start(owner, 'sysv', 0, page);
  const attached = () => attachmentsOf(program.id);
  const theirs = attached();
  const view = await open({ kind: 'sysvShm', shmid: program.id, creatorPid: program.pid });
  await until(attached, (found) => found === theirs + 1, `beside ${theirs} of others, one of the view`);
  await unlock(view);
  await type('4142');
  await seen(program, 1, 0x42);
  await untilNoneDirty();
  await until(attached, (found) => found === theirs + 1, `beside ${theirs} of others, one of the view`);
  await scene.workbench.closeAllEditors();
  await until(attached, (found) => found === theirs, `only those ${theirs} of others`);
});

test('paste and fill store at once, each as one step of undo', async () => {
  const { program, view } = await shared();
  await unlock(view);
  startCommand(scene.workbench, 'memglass.paste', 'DE AD BE EF');
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await acceptRow(scene.workbench, /./);
  await seen(program, 3, 0xef);
  await view.shows(0, `DEADBEEF${'00'.repeat(12)}`);
  await untilNoneDirty();
  await run('memglass.fillSelection', { offset: page - 2, length: 8, bytes: 'A5' });
  await seen(program, page + 5, 0xa5);
  assert.deepEqual([await peek(program, page - 3), await peek(program, page + 6)], [0, 0]);
  await untilNoneDirty();
  await view.focus();
  await press('Control+Z');
  await seen(program, page + 5, 0);
  await seen(program, page - 2, 0);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 0, 0x70);
  await untilNoneDirty();
  // Held against what shows: bytes that others have changed under a paste are not gone over.
  await run('memglass.setWatchRate', 'off');
  await view.focus();
  startCommand(scene.workbench, 'memglass.paste', '01 02 03');
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await program.ask('poke 2 66');
  await acceptRow(scene.workbench, /./);
  await view.banner.getByText('others have changed what you were shown').waitFor();
  assert.deepEqual([await peek(program, 0), await peek(program, 2)], [0x70, 66]);
});

test('two views side by side both edit, each sees the other’s stores, and an undo asks before it goes over them', async () => {
  const { program, view: one, ref } = await shared();
  await unlock(one);
  await run('workbench.action.splitEditorRight');
  await scene.view(1).grid.waitFor();
  const left = scene.view(0);
  const right = scene.view(1);
  await live.says(right, 'Live');
  await left.focus();
  await type('41');
  await seen(program, 0, 0x41);
  await right.shows(0, `41${'00'.repeat(15)}`);
  await right.focus();
  await press('Home');
  await press('ArrowRight');
  await press('ArrowRight');
  await type('42');
  await seen(program, 2, 0x42);
  await left.shows(0, `410042${'00'.repeat(13)}`);
  await untilNoneDirty();
  // One document: its steps are one row, whichever view is asked.
  await left.focus();
  await press('Control+Z');
  await seen(program, 2, 0);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 0, 0x70);
  await untilNoneDirty();
  await right.shows(0, `70${'00'.repeat(15)}`);
  await scene.workbench.closeAllEditors();

  // Another document of the same bytes, by the mapping of the process: its stores are another's.
  const first = await open(ref);
  await unlock(first);
  await press('Home');
  await type('41');
  await seen(program, 0, 0x41);
  await untilNoneDirty();
  const second = await open(mapping(program));
  await second.shows(0, `41${'00'.repeat(15)}`);
  await unlock(second);
  await type('43');
  await seen(program, 0, 0x43);
  await untilNoneDirty();
  const again = await open(ref);
  await again.waitForCursor(1);
  await again.shows(0, `43${'00'.repeat(15)}`);
  await again.focus();
  await press('Control+Z');
  await answer('It is 43 now; 70 would be written.', 'Cancel');
  assert.equal(await peek(program, 0), 0x43);
  await untilNoneDirty();
});

/** Steps to an offset of the first row, in the text column. */
async function inText(view: View, offset: number, encoding: string): Promise<void> {
  await run('memglass.changeEncoding', encoding);
  await view.focus();
  await run('memglass.goToOffset', String(offset));
  await view.focus();
}

const hint = (view: View) => view.frame.locator('.hint:visible');

test('a character of several bytes is stored as one where it lies within 8, and the user is told where it does not', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await press('Tab');
  const stored = async (offset: number, text: string, bytes: string, isAsOne: boolean) => {
    await run('memglass.goToOffset', String(offset));
    await view.focus();
    scene.said.forget();
    await scene.workbench.page.keyboard.insertText(text);
    const expected = Buffer.from(bytes, 'hex');
    for (const [at, byte] of expected.entries()) await seen(program, offset + at, byte);
    await untilNoneDirty();
    if (!isAsOne) {
      await scene.said.waitFor('Stored in parts');
      await hint(view).waitFor({ state: 'hidden' });
    } else assert.equal(await hint(view).count(), 0, `${text} at ${offset}`);
  };
  await inText(view, 0, 'utf-8');
  await stored(16, '€', 'e282ac', true);
  await stored(33, '€', 'e282ac', true);
  await stored(49, 'é', 'c3a9', true);
  await stored(84, '😀', 'f09f9880', true);
  await stored(6, '€', 'e282ac', false);
  await inText(view, 0, 'utf-16le');
  await stored(96, '😀', '3dd800de', true);
  await stored(102, '😀', '3dd800de', false);
  await inText(view, 0, 'utf-16be');
  await stored(130, '語', '8a9e', true);
  assert.deepEqual(scene.workbench.hostErrors, []);
});

/** Of a System V segment, by all processes. */
function attachmentsOf(shmid: number): number {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n');
  const [, , , , , , count] =
    lines.map((line) => line.trim().split(/\s+/)).find(([, id]) => Number(id) === shmid) ?? [];
  return Number(count);
}
