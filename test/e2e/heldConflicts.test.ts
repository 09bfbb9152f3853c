// Edits that are held over shared memory, or in a scratch, where others have changed what they were made over: the view
// says what is in the way of applying them, and does what is chosen.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentToUri } from '../../extension/core/editing/documentUri.ts';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { LiveWriter } from '../support/liveWriter.ts';
import { startTimeOf } from '../support/programs.ts';
import { sealableMemory, sealed } from '../support/sealableMemory.ts';
import { chooseRow } from './choosing.ts';
import { content, hex, text } from './editScene.ts';
import { useHeldScene } from './heldScene.ts';
import { Notices } from './notices.ts';
import { until, type View, waitForQuickInput } from './scene.ts';

const { scene, press, type, run, untilNoneDirty, untilKept, untilBegins, ...holding } = useHeldScene();
const { object, openToHold, openStaged, openScratch, untilHeld, untilNoneHeld } = holding;
const notices = new Notices(scene);
const row = () => scene.workbench.page.locator('.quick-input-widget:visible .monaco-list-row');

/** Two edits, at 0 and at 0x10, staged over an object of its own. */
async function stage(): Promise<{ readonly path: string; readonly view: View }> {
  const path = object();
  const view = await openStaged(path);
  await press('Control+Home');
  await type('41');
  await press('ArrowDown');
  await press('Home');
  await view.waitForCursor(16);
  await type('58');
  await view.shows(16, hex('X123456789ABCDEF'));
  await untilHeld(view, '2 edits not applied');
  return { path, view };
}

test('where others have stored under held edits, each place is shown with theirs and ours, and theirs can be kept', async () => {
  const { path, view } = await stage();
  const writer = await LiveWriter.start(scene.scratch, path);
  await writer.store(0, Buffer.from('Z'));
  await writer.store(16, Buffer.from('Y'));
  await press('Control+S');
  await view.banner.getByText('Not applied: others have changed bytes that you edited, in 2 places.').waitFor();
  await view.banner.getByRole('button', { name: 'Show' }).click();
  await waitForQuickInput(scene.workbench, 'Bytes That Others Have Changed');
  const rows = await until(
    () => row().allTextContents(),
    (found) => found.length === 2,
    'two rows',
  );
  assert.match(rows[0] ?? '', /0x0 .*yours 41.*theirs 5A/);
  assert.match(rows[1] ?? '', /0x10 .*yours 58.*theirs 59/);
  await chooseRow(scene.workbench, 'theirs 59');
  await view.waitForCursor(16);
  // Looking decides nothing.
  await untilHeld(view, '2 edits not applied');
  assert.equal(text(path), `Z${content.slice(1, 16)}Y${content.slice(17)}`);
  await view.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await view.shows(0, hex('Z123456789abcdef'));
  await view.shows(16, hex('Y123456789ABCDEF'));
  await untilNoneHeld(view);
  await view.banner.waitFor({ state: 'hidden' });
  await untilKept(0);
  await untilNoneDirty();
  assert.equal(text(path), `Z${content.slice(1, 16)}Y${content.slice(17)}`);
});

test('an object that was cut takes the edits that still have a place in it', async () => {
  const { path, view } = await stage();
  truncateSync(path, 16);
  await press('Control+S');
  await view.banner.getByText('Not applied: it is 16 B long now (it was 32 B)').waitFor();
  assert.equal(text(path), content.slice(0, 16));
  await view.banner.getByRole('button', { name: 'Keep Only Those Inside' }).click();
  await untilHeld(view, '1 edit not applied');
  await view.focus();
  await press('Control+S');
  await untilBegins(path, 'A123456789abcdef');
  assert.equal(text(path).length, 16);
  await untilNoneHeld(view);
});

test('an object that was enlarged takes them all, and its new end is there to be edited', async () => {
  const { path, view } = await stage();
  truncateSync(path, 48);
  await view.shows(32, '00'.repeat(16));
  await untilHeld(view, '2 edits not applied');
  await press('Control+End');
  await view.waitForCursor(47);
  await type('5A');
  await untilHeld(view, '3 edits not applied');
  await press('Control+S');
  await untilBegins(path, `A${content.slice(1, 16)}X${content.slice(17)}`);
  await until(
    () => text(path).slice(-1),
    (last) => last === 'Z',
    'its end is stored too',
  );
  await untilNoneHeld(view);
});

test('another object under the name gets the edits only when that is chosen', async () => {
  const { path, view } = await stage();
  unlinkSync(path);
  writeFileSync(path, content.toLowerCase());
  await press('Control+S');
  await view.banner.getByText('Not applied: another object has taken this name').waitFor();
  assert.equal(text(path), content.toLowerCase());
  await view.banner.getByRole('button', { name: 'Apply to the New One' }).click();
  await untilBegins(path, 'A123456789abcdefX123');
  await untilNoneHeld(view);
});

test('another object that has something else where the edits are gets them only once that is decided', async () => {
  const { path, view } = await stage();
  const theirs = `Z${content.slice(1)}`;
  unlinkSync(path);
  writeFileSync(path, theirs);
  await press('Control+S');
  await view.banner.getByText('Not applied: another object has taken this name').waitFor();
  await view.banner.getByRole('button', { name: 'Apply to the New One' }).click();
  await view.banner.getByText('Not applied: others have changed bytes that you edited, in 1 place.').waitFor();
  assert.equal(text(path), theirs);
  await untilHeld(view, '2 edits not applied');
  await view.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await view.shows(0, hex('Z123456789abcdef'));
  await untilHeld(view, '1 edit not applied');
  await view.focus();
  await press('Control+S');
  await untilBegins(path, `${theirs.slice(0, 16)}X123`);
  await untilNoneHeld(view);
});

test('a scratch over a file that was moved is applied where the file is now', async () => {
  const path = join(scene.scratch.folder(), 'file.txt');
  writeFileSync(path, content);
  const view = await openScratch(path);
  await type('41');
  await untilHeld(view, '1 edit not applied');
  renameSync(path, `${path}.moved`);
  await view.banner.getByText('This file was moved to').waitFor();
  // Nothing is said of the move any more, until it is in the way.
  await view.banner.getByRole('button', { name: 'Keep Looking at the Old File' }).click();
  await view.banner.waitFor({ state: 'hidden' });
  await run('memglass.applyEdits');
  await view.banner.getByText('Not applied: this file was moved').waitFor();
  await view.banner.getByRole('button', { name: 'Open It There' }).click();
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.join() === 'file.txt.moved',
    'it is shown where it is now',
  );
  const there = scene.view();
  await there.grid.waitFor();
  await there.shows(0, hex('A123456789abcdef'));
  await untilHeld(there, '1 edit not applied');
  await run('memglass.applyEdits');
  await untilBegins(`${path}.moved`, 'A12345');
  await untilKept(0);
});

test('memory that is sealed says so where edits are applied to it, and they stay', async (t) => {
  const memory = await sealableMemory(t, 4096);
  const { pid, fd } = memory;
  const inode = statSync(memory.path, { bigint: true }).ino;
  const name = Buffer.from('memfd:sealed');
  const ref: SourceRef = { kind: 'processFd', pid, startTime: startTimeOf(pid), fd, inode, name };
  const { scheme, authority = '', path } = documentToUri({ ref, mode: 'staged' });
  const view = await openToHold(`${scheme}://${authority}${encodeURI(path)}`);
  await type('41');
  await untilHeld(view, '1 edit not applied');
  await memory.seal(sealed.write);
  await press('Control+S');
  await notices.waitFor('The object is sealed against this, and a seal cannot be taken off.');
  await untilHeld(view, '1 edit not applied');
  assert.equal(readFileSync(memory.path)[0], 0);
  await notices.clear();
  await run('memglass.discardAllEdits', { confirmed: true });
  await untilNoneHeld(view);
  await untilKept(0);
});
