// A save beside one that another window was at and that was killed: what is completed in its place is not this one.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { addon, diskFolder, pathOf } from './addon.ts';
import { cannotTrace, overwriting, Scene } from './saveScene.ts';

test('a save that is cancelled while another window’s is cut off keeps its edits', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  const storage = join(folder, 'storage');
  const scene = new Scene(folder, overwriting);
  const platform = createPlatform(addon, storage);
  const watched = await platform.watch({ kind: 'file', path: pathOf(scene.path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  await edited.edit({ offset: 9000, length: 4, bytes: pathOf('mine') });
  scene.journal = await new Journals(addon, join(storage, 'journals')).pathFor(statSync(scene.path, { bigint: true }));
  let isCut = false;
  const isCancelled = () => {
    // Right before the first look at the file.
    if (!isCut) assert.equal(scene.save('-e', 'inject=fsync:signal=KILL:when=2').status, 137);
    isCut = true;
    return true;
  };
  const options = { overwrites: false, approve: async () => true };
  await assert.rejects(edited.save({ ...options, task: { report: () => {}, isCancelled } }), { code: 'cancelled' });
  assert.ok(edited.hasEdits);
  await edited.save({ ...options, task: { report: () => {}, isCancelled: () => false } });
  assert.ok(scene.content === `${scene.wanted.slice(0, 9000)}mine${scene.wanted.slice(9004)}`);
});

test('what others write right before bytes are saved that were in the file by chance is not gone over', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, 'old content');
  let saves = 0;
  const late: NativeAddon = {
    ...addon,
    openFile: async (opened) => {
      const file = await addon.openFile(opened);
      const saveInPlace = file.saveInPlace.bind(file);
      file.saveInPlace = (...asked) => {
        // After the first one was refused, and all was looked at.
        if (++saves === 2) writeFileSync(path, 'THEIRSntent', { flag: 'r+' });
        return saveInPlace(...asked);
      };
      return file;
    },
  };
  const watched = await createPlatform(late, join(folder, 'storage')).watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = new EditedSource(watched);
  await edited.edit({ offset: 0, length: 6, bytes: pathOf('Old Co') });
  // As a save that was cut off would have left it.
  writeFileSync(path, 'Old content', { flag: 'r+' });
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  assert.deepEqual([saves, readFileSync(path, 'latin1')], [2, 'THEIRSntent']);
  writeFileSync(path, 'Old content', { flag: 'r+' });
  await edited.edit({ offset: 11, length: 0, bytes: pathOf('!') });
  await edited.save(options);
  assert.equal(readFileSync(path, 'latin1'), 'Old Content!');
});
