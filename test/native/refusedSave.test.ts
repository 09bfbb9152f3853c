// A save that is refused once its journal is there: nobody completes it later, also where the journal cannot be removed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { addon, diskFolder, pathOf } from './addon.ts';
import { meddler, wait } from './meddler.ts';
import { cannotTrace, overwriting, Scene } from './saveScene.ts';

/** What others write under an edit once the journal is there. */
const act = `f = os.open(path, os.O_WRONLY); os.pwrite(f, b'#', 16_002); os.close(f)`;

/** Each unlink(2) fails; the others act before the first. */
const withoutUnlink = (...[option, delay]: readonly string[]) => [
  option ?? '',
  `${delay?.replace(/:when=.*/, '')}:error=EIO`,
];

test('a refused save whose journal cannot be removed is not completed once the file is as it was again', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const scene = new Scene(diskFolder(t), overwriting);
  const others = await meddler(t, scene, { name: 'journal' }, act);
  const { status, said } = scene.save(...withoutUnlink(...wait('unlink', others)));
  await others.ended();
  assert.deepEqual([status, said], [1, 'ESTALE pread64']);
  assert.ok(existsSync(scene.journal));
  writeFileSync(scene.path, scene.old);
  await assert.rejects(addon.readJournal(pathOf(scene.journal), 0), { code: 'ENOENT' });
  assert.ok(scene.content === scene.old);
  // Whoever finds it removes it, and another save has its place.
  await assert.rejects(addon.replayJournal(pathOf(scene.journal)), { code: 'ENOENT' });
  assert.ok(!existsSync(scene.journal));
  assert.equal(scene.save().status, 0);
  assert.ok(scene.content === scene.wanted);
});

test('where it cannot be taken back either, the save says so', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const scene = new Scene(diskFolder(t), overwriting);
  const others = await meddler(t, scene, { name: 'journal' }, act);
  const { said } = scene.save(
    ...withoutUnlink(...wait('unlink', others)),
    // The first writes the journal.
    ...['-e', 'inject=pwrite64:error=EIO:when=2'],
  );
  await others.ended();
  assert.equal(said, 'EIO unlink');
  const folder = diskFolder(t);
  const storage = join(folder, 'storage');
  const path = join(folder, 'file');
  writeFileSync(path, 'old '.repeat(5000));
  const failure = Object.assign(new Error('EIO'), { code: 'EIO', errno: 5, syscall: 'unlink' });
  const failing: NativeAddon = {
    ...addon,
    openFile: async (opened) => {
      const file = await addon.openFile(opened);
      const progress = () => ({ done: 0, total: 1, hasJournal: false });
      file.saveInPlace = () => ({ result: Promise.reject(failure), cancel: () => {}, progress });
      return file;
    },
  };
  const platform = createPlatform(failing, storage);
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  await edited.edit({ offset: 0, length: 1, bytes: pathOf('#') });
  await edited.edit({ offset: 9000, length: 1, bytes: pathOf('#') });
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  await assert.rejects(edited.save(options), { code: 'notWithdrawn' });
  assert.equal(edited.overlay.count, 2);
});

test('a save that is done is done, also where its journal cannot be removed', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  const journals = new Journals(addon, join(folder, 'journals'));
  const scene = new Scene(folder, overwriting);
  const identity = statSync(scene.path, { bigint: true });
  scene.journal = await journals.pathFor(identity);
  assert.equal(scene.save('-e', 'inject=unlink:error=EIO').status, 0);
  assert.ok(scene.content === scene.wanted);
  assert.deepEqual([existsSync(scene.journal), await journals.has(identity)], [true, false]);
  // What others write now is no reason to speak of a save that was cut off.
  writeFileSync(scene.path, scene.old.replace('old', 'new'));
  assert.deepEqual(await journals.left(), []);
  assert.deepEqual([...(await journals.recoverAll()).values()], []);
  assert.equal(existsSync(scene.journal), false);
  assert.ok(readFileSync(scene.path, 'latin1') === scene.old.replace('old', 'new'));
});
