// Saves that were killed and of which nothing is in the file: completed where nobody has touched it, and asked about where
// somebody may have put back what was there.
import assert from 'node:assert/strict';
import { chmodSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { TextEdit } from '../support/savesOf.ts';
import { addon, diskFolder, pathOf } from './addon.ts';
import { cannotTrace, Scene } from './saveScene.ts';

const overwritten: readonly TextEdit[] = [
  { offset: 10, length: 5, text: 'FIRST' },
  { offset: 9000, length: 6, text: 'SECOND' },
];
const inserted: readonly TextEdit[] = [{ offset: 9000, text: 'inserted '.repeat(900) }];
const deleted: readonly TextEdit[] = [{ offset: 3000, length: 7010, text: '' }];
/** What comes after it is as what it deletes: to write that changes no byte. */
const repeated: readonly TextEdit[] = [{ offset: 3000, length: 7000, text: '' }];

const options = { overwrites: false, task: quietTask, approve: async () => true };

/** A file whose save was killed at a call, and a platform over it. */
async function killed(t: TestContext, edits: readonly TextEdit[], call: string) {
  const folder = diskFolder(t);
  const storage = join(folder, 'storage');
  const journals = new Journals(addon, join(storage, 'journals'));
  const scene = new Scene(folder, { name: '', way: 'inPlace', size: 20_000, edits });
  const identity = statSync(scene.path, { bigint: true });
  scene.journal = await journals.pathFor(identity);
  assert.equal(scene.save('-e', `inject=${call}:signal=KILL`).status, 137);
  const platform = createPlatform(addon, storage);
  const open = async () => {
    const watched = await platform.watch({ kind: 'file', path: pathOf(scene.path) });
    t.after(() => watched.dispose());
    const edited = platform.edit(watched);
    return { edited, cutOff: platform.cutOff(edited) };
  };
  return { journals, scene, identity, platform, open };
}

for (const [name, edits, call] of [
  ['one of two ranges was written', overwritten, 'pwrite64:when=3'],
  ['all was written', overwritten, 'fsync:when=2'],
  ['it had grown', inserted, 'fsync:when=2'],
  ['it was cut', deleted, 'fsync:when=2'],
] as const) {
  test(`a file that somebody puts back as it was is not written to when ${name}: the user says what becomes of the save`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    const { journals, scene, identity, platform, open } = await killed(t, edits, call);
    assert.notEqual(scene.content, scene.old);
    writeFileSync(scene.path, scene.old);
    // Times can be set back, but for that of the last change of anything.
    utimesSync(scene.path, new Date(Number(identity.atimeMs)), new Date(Number(identity.mtimeMs)));
    await assert.rejects(addon.replayJournal(pathOf(scene.journal)), { code: 'ENODATA' });
    assert.equal(await journals.recover(identity), 'undone');
    assert.deepEqual(
      (await platform.cutOffSaves.recover()).left.map(({ journal }) => journal),
      [scene.journal],
    );
    const { edited, cutOff } = await open();
    await cutOff.look();
    assert.deepEqual([cutOff.save?.journal, cutOff.relation], [scene.journal, 'undone']);
    assert.ok(scene.content === scene.old);
    const other = await edited.edit({ offset: 500, length: 1, bytes: pathOf('!') });
    await assert.rejects(edited.save(options), { code: 'unfinishedSave' });
    assert.ok(scene.content === scene.old);
    await other.undo();
    assert.equal((await cutOff.stage()).left, 0);
    await cutOff.discard();
    await edited.save(options);
    assert.ok(scene.content === scene.wanted);
    assert.deepEqual(await journals.left(), []);
  });
}

test('given up after the file was put back, the save is over and the file stays as it is', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { journals, scene, open } = await killed(t, overwritten, 'pwrite64:when=3');
  writeFileSync(scene.path, scene.old);
  const { edited, cutOff } = await open();
  await cutOff.look();
  await cutOff.discard();
  assert.deepEqual([cutOff.save, await journals.left()], [undefined, []]);
  await edited.edit({ offset: 500, length: 1, bytes: pathOf('!') });
  await edited.save(options);
  assert.ok(scene.content === `${scene.old.slice(0, 500)}!${scene.old.slice(501)}`);
});

test('a save that was killed before its first byte is completed, unless the file was touched since', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  for (const edits of [overwritten, inserted, deleted]) {
    const untouched = await killed(t, edits, 'fsync:when=1');
    assert.ok(untouched.scene.content === untouched.scene.old);
    assert.deepEqual([...(await untouched.journals.recoverAll()).values()], ['completed']);
    assert.ok(untouched.scene.content === untouched.scene.wanted);
    const touched = await killed(t, edits, 'fsync:when=1');
    chmodSync(touched.scene.path, 0o600);
    assert.deepEqual([...(await touched.journals.recoverAll()).values()], ['undone']);
    assert.ok(touched.scene.content === touched.scene.old);
    const { cutOff } = await touched.open();
    await cutOff.look();
    await cutOff.force();
    assert.ok(touched.scene.content === touched.scene.wanted);
  }
});

test('a save that the disk refuses midway with nothing of it in the file is completed when it is saved again', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  for (const [edits, when] of [
    [overwritten, 1],
    [inserted, 1],
    [deleted, 1],
    [repeated, 2],
  ] as const) {
    const scene = new Scene(folder, { name: '', way: 'inPlace', size: 20_000, edits });
    const before = statSync(scene.path, { bigint: true }).ctimeNs;
    const { said } = scene.save('-P', scene.path, '-e', `inject=pwrite64:error=EIO:when=${when}`);
    assert.equal(said, 'EIO pwrite64');
    assert.ok(edits !== repeated || statSync(scene.path, { bigint: true }).ctimeNs > before);
    assert.ok(scene.content === scene.old);
    await addon.replayJournal(pathOf(scene.journal));
    assert.ok(scene.content === scene.wanted);
  }
});
