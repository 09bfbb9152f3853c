// Saves that were killed midway, in files that others have changed since: what is known of them, and each way out.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { TextEdit } from '../support/savesOf.ts';
import { addon, diskFolder, pathOf } from './addon.ts';
import { cannotTrace, Scene } from './saveScene.ts';

const edits = [
  { offset: 10, length: 5, text: 'FIRST' },
  { offset: 9000, length: 6, text: 'SECOND' },
];
const options = { overwrites: false, task: quietTask, approve: async () => true };

/** A file whose save was killed between its two ranges, and a platform over it. */
async function cutOff(t: TestContext, more: readonly TextEdit[] = []) {
  const folder = diskFolder(t);
  const storage = join(folder, 'storage');
  const journals = new Journals(addon, join(storage, 'journals'));
  const scene = new Scene(folder, { name: '', way: 'inPlace', size: 20_000, edits: [...edits, ...more] });
  scene.journal = await journals.pathFor(statSync(scene.path, { bigint: true }));
  assert.equal(scene.save('-e', 'inject=pwrite64:signal=KILL:when=3').status, 137);
  const platform = createPlatform(addon, storage);
  const open = async (path = scene.path) => {
    const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
    t.after(() => watched.dispose());
    const edited = platform.edit(watched);
    return { edited, cutOff: platform.cutOff(edited) };
  };
  return { folder, journals, scene, platform, open };
}

const changed = (text: string) => `${text.slice(0, 9001)}#${text.slice(9002)}`;

test('what a killed save was to write is told, staged over what others have written since, saved and undone', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { journals, scene, platform, open } = await cutOff(t);
  const theirs = changed(scene.content);
  writeFileSync(scene.path, theirs);
  const [told, ...others] = (await platform.cutOffSaves.recover()).left;
  assert.ok(told !== undefined);
  assert.deepEqual(others, []);
  assert.deepEqual(told.ranges, [
    { offset: 10, length: 5 },
    { offset: 9000, length: 6 },
  ]);
  assert.deepEqual([told.isWhole, told.oldSize, told.newSize], [true, 20_000, 20_000]);
  assert.equal(Buffer.from(told.path ?? []).toString(), scene.path);
  const { edited, cutOff: found } = await open();
  await edited.edit({ offset: 500, length: 1, bytes: pathOf('!') });
  await assert.rejects(edited.save(options), { code: 'unfinishedSave' });
  await found.look();
  assert.deepEqual([found.save?.journal, found.relation], [scene.journal, 'same']);
  const { step, left } = await found.stage();
  // One range was written before it was killed.
  assert.deepEqual([edited.overlay.count, left], [2, 0]);
  await found.discard();
  assert.deepEqual([found.save, readdirSync(journals.folder)], [undefined, []]);
  await edited.save(options);
  const wanted = `${scene.wanted.slice(0, 500)}!${scene.wanted.slice(501)}`;
  assert.equal(scene.content, wanted);
  await step?.undo();
  await edited.save(options);
  assert.equal(scene.content, `${theirs.slice(0, 500)}!${theirs.slice(501)}`);
});

test('a killed save is completed over what others have written since, and over nothing behind its end', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { scene, open } = await cutOff(t);
  writeFileSync(scene.path, `${changed(scene.content)}appended`);
  const { cutOff: found } = await open();
  await found.look();
  await found.force();
  assert.equal(scene.content, `${scene.wanted}appended`);
  assert.deepEqual([found.save, existsSync(scene.journal)], [undefined, false]);
});

test('a save that was to make the file shorter cuts nothing that others have put behind it', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { scene, open } = await cutOff(t, [{ offset: 19_000, length: 50, text: '' }]);
  writeFileSync(scene.path, `${scene.content}appended`);
  const { edited, cutOff: found } = await open();
  await found.look();
  await found.stage();
  assert.equal(edited.overlay.size, scene.wanted.length + 'appended'.length);
  await edited.revert();
  await found.force();
  assert.equal(scene.content.slice(0, scene.wanted.length), scene.wanted);
  assert.equal(scene.content.slice(-8), 'appended');
});

test('a killed save of which others have left nothing to do is over, and given up it leaves the file as it is', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const done = await cutOff(t);
  writeFileSync(done.scene.path, `${done.scene.wanted}appended`);
  const { cutOff: over } = await done.open();
  await over.look();
  assert.deepEqual([over.save, existsSync(done.scene.journal)], [undefined, false]);
  const { scene, open } = await cutOff(t);
  const theirs = changed(scene.content);
  writeFileSync(scene.path, theirs);
  const { edited, cutOff: found } = await open();
  await found.look();
  await found.discard();
  await edited.edit({ offset: 500, length: 1, bytes: pathOf('!') });
  await edited.save(options);
  assert.equal(scene.content, `${theirs.slice(0, 500)}!${theirs.slice(501)}`);
});

test('it is left until one of those that found it has settled it, and the others know then', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { scene, open } = await cutOff(t);
  const theirs = changed(scene.content);
  writeFileSync(scene.path, theirs);
  const [one, other] = [await open(), await open()];
  for (const { cutOff: found } of [one, other]) {
    await found.look();
    assert.equal(await found.isLeft(), true);
  }
  await one.cutOff.discard();
  assert.deepEqual([await one.cutOff.isLeft(), await other.cutOff.isLeft()], [false, false]);
  assert.deepEqual([other.cutOff.save, scene.content], [undefined, theirs]);
});

test('it is found where its file was moved to, and where another file has taken its path', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { folder, scene, open } = await cutOff(t);
  const moved = join(folder, 'moved');
  renameSync(scene.path, moved);
  writeFileSync(scene.path, 'another file, and a shorter one');
  const { edited, cutOff: there } = await open(moved);
  await there.look();
  assert.deepEqual([there.relation, there.save?.journal], ['moved', scene.journal]);
  const other = await open();
  await other.cutOff.look();
  assert.equal(other.cutOff.relation, 'replaced');
  // It is in nobody's way there, and is never written over that file.
  await other.edited.edit({ offset: 0, length: 1, bytes: pathOf('A') });
  await other.edited.save(options);
  await assert.rejects(other.cutOff.force(), { code: 'stale' });
  assert.equal(readFileSync(scene.path, 'latin1'), 'Another file, and a shorter one');
  assert.deepEqual((await other.cutOff.edits())?.left, 6);
  await there.stage();
  await there.discard();
  await edited.save(options);
  assert.equal(readFileSync(moved, 'latin1'), scene.wanted);
});

test('of a damaged journal what can be read is told, and all of it stays for a person to look at', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { journals, scene, open } = await cutOff(t);
  const journal = readFileSync(scene.journal);
  const { edited, cutOff: found } = await open();
  await edited.edit({ offset: 500, length: 1, bytes: pathOf('!') });
  writeFileSync(scene.journal, journal.subarray(0, journal.length - 1));
  await found.look();
  assert.deepEqual([found.save?.isWhole, found.save?.ranges], [false, [{ offset: 10, length: 5 }]]);
  await assert.rejects(found.force(), { code: 'ioError' });
  writeFileSync(scene.journal, 'no journal at all'.repeat(9));
  await assert.rejects(edited.save(options), { code: 'unfinishedSave' });
  await found.look();
  assert.deepEqual([found.save?.path, found.save?.ranges], [undefined, []]);
  await found.discard();
  assert.match(readdirSync(journals.folder).join(), /\.journal\.unreadable-\d+$/);
  await edited.save(options);
  assert.equal(scene.content[500], '!');
});

test('edits that are back after their save was killed come into the file once, whatever of them is there', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const inserted: TextEdit = { offset: 15_000, text: 'inserted' };
  const { scene, open } = await cutOff(t, [inserted]);
  const theirs = changed(scene.content);
  writeFileSync(scene.path, theirs);
  const { edited, cutOff: found } = await open();
  for (const { offset, length = 0, text } of [...edits, inserted]) {
    await edited.edit({ offset, length, bytes: pathOf(text) });
  }
  await found.look();
  await assert.rejects(edited.save(options), { code: 'unfinishedSave' });
  await assert.rejects(found.force(), { code: 'editsInTheWay' });
  const typed = await edited.edit({ offset: 16_000, length: 0, bytes: pathOf('since') });
  await assert.rejects(found.stage(), { code: 'editsInTheWay' });
  await typed.undo();
  await found.stage();
  await found.discard();
  assert.equal(edited.state.size, scene.wanted.length);
  await edited.save(options);
  assert.equal(scene.content, scene.wanted);
});
