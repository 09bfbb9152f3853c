// What becomes of edits whose save was cut off: they come into the file once, whoever completes it and when.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform, type Platform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { NativeAddon } from '../../native/index.d.ts';

import type { TextEdit } from '../support/savesOf.ts';
import { addon, diskFolder, pathOf } from './addon.ts';
import { cannotTrace, Scene } from './saveScene.ts';

const options = { overwrites: false, task: quietTask, approve: async () => true };

const ioError = Object.assign(new Error('EIO'), { code: 'EIO', errno: 5, syscall: 'fsync' });

const failed = (error: unknown) => assert.fail(String(error));

const cases: readonly { readonly name: string; readonly edits: readonly TextEdit[] }[] = [
  { name: 'inserted', edits: [{ offset: 9000, text: 'inserted '.repeat(900) }] },
  { name: 'deleted', edits: [{ offset: 3000, length: 7000, text: '' }] },
  {
    name: 'inserted and overwritten',
    edits: [
      { offset: 100, length: 5, text: 'FIRST' },
      { offset: 12_000, text: '+' },
    ],
  },
];

/** A file with edits staged over it, of which no save was tried yet. */
async function staged(t: TestContext, edits: readonly TextEdit[], given = addon, largestKept?: number) {
  const folder = diskFolder(t);
  const storage = join(folder, 'storage');
  const scene = new Scene(folder, { name: '', way: 'inPlace', size: 20_000, edits });
  const platform = createPlatform(given, storage);
  const edited = await open(t, platform, scene, largestKept);
  for (const { offset, length = 0, text } of edits) await edited.edit({ offset, length, bytes: pathOf(text) });
  const journals = new Journals(given, join(storage, 'journals'));
  scene.journal = await journals.pathFor(statSync(scene.path, { bigint: true }));
  return { scene, edited, platform };
}

async function open(t: TestContext, platform: Platform, scene: Scene, largestKept?: number): Promise<EditedSource> {
  const watched = await platform.watch({ kind: 'file', path: pathOf(scene.path) });
  t.after(() => watched.dispose());
  return new EditedSource(watched, undefined, false, largestKept);
}

/** Has the save of these edits killed after it wrote, in a process of its own. */
function cutOff(scene: Scene, call: string): void {
  assert.equal(scene.save('-e', `inject=${call}:signal=KILL`).status, 137);
  assert.notEqual(scene.content, scene.old);
}

/** A disk that fails in the midst of the first save, which `cut` makes, and so often when that is to be completed. */
function failing(failures: number, cut: () => void): NativeAddon {
  let left = failures;
  let isCut = false;
  return {
    ...addon,
    openFile: async (path) => {
      const file = await addon.openFile(path);
      const saveInPlace = file.saveInPlace.bind(file);
      file.saveInPlace = (request, journal) => {
        if (isCut) return saveInPlace(request, journal);
        isCut = true;
        cut();
        const progress = () => ({ done: 0, total: 1, hasJournal: true });
        return { result: Promise.reject(ioError), cancel: () => {}, progress };
      };
      return file;
    },
    replayJournal: async (path) => {
      if (left-- > 0) throw ioError;
      await addon.replayJournal(path);
    },
  };
}

for (const { name, edits } of cases) {
  test(`${name}, cut off and saved again: once`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    for (const call of ['fsync:when=2', 'unlink:when=2']) {
      const { scene, edited } = await staged(t, edits);
      cutOff(scene, call);
      await edited.save(options);
      assert.ok(scene.content === scene.wanted, call);
      assert.equal(edited.hasEdits, false);
    }
  });

  test(`${name}, cut off with its window, and brought back: once`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    for (const isGiven of [true, false]) {
      const { scene, edited, platform } = await staged(t, edits);
      const id = { key: 'document', uri: 'file:///document' };
      const { keeper } = await platform.keptDocuments.begin(edited, id, { dropsDone: true, failed });
      // Of what is there already: an edit makes the keeper write down.
      await edited.edit({ offset: 0, length: 1, bytes: pathOf('o') });
      const given = isGiven ? await edited.backup(keeper.stamp()) : undefined;
      platform.keptDocuments.end(id);
      await platform.keptDocuments.dispose();
      cutOff(scene, 'fsync:when=2');
      const later = createPlatform(addon, join(scene.journal, '..', '..'));
      const again = await open(t, later, scene);
      const begun = await later.keptDocuments.begin(again, id, { given, dropsDone: true, failed });
      assert.deepEqual([begun.from, begun.isGivenUnreadable], ['nowhere', false]);
      assert.ok(scene.content === scene.wanted);
      assert.deepEqual([again.hasEdits, again.state.size], [false, scene.wanted.length]);
      await again.save(options);
      assert.ok(scene.content === scene.wanted);
    }
  });

  test(`${name}: a disk that fails once midway is written to again, and one that goes on failing later`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    for (const failures of [0, 1]) {
      const disk = failing(failures, () => cutOff(scene, 'fsync:when=2'));
      const { scene, edited } = await staged(t, edits, disk);
      if (failures === 0) {
        await edited.save(options);
        assert.ok(scene.content === scene.wanted);
        assert.deepEqual([edited.hasEdits, edited.state.size], [false, scene.wanted.length]);
        continue;
      }
      await assert.rejects(edited.save(options), { code: 'ioError' });
      // Its growth is known, and typing goes on.
      await edited.watched.look();
      const { length } = scene.wanted;
      assert.equal(edited.state.size, length);
      const typed = await edited.edit({ offset: length, length: 0, bytes: pathOf('since') });
      await edited.save(options);
      assert.ok(scene.content === `${scene.wanted}since`);
      await typed.undo();
      await edited.save(options);
      assert.ok(scene.content === scene.wanted);
    }
  });
}

/** A save of these edits that was cut off, and is completed by the next one; longer deletions than 1000 B are long here. */
async function cutOffByDisk(t: TestContext, edits: readonly TextEdit[]) {
  const disk = failing(1, () => cutOff(scene, 'fsync:when=2'));
  const { scene, edited } = await staged(t, edits, disk, 1000);
  await assert.rejects(edited.save(options), { code: 'ioError' });
  const put = (offset: number, length: number, text: string) => edited.edit({ offset, length, bytes: pathOf(text) });
  return { scene, edited, put };
}

test('what was edited since a save was cut off stays once that is completed, long deletions too: they are asked about', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { scene, edited, put } = await cutOffByDisk(t, [{ offset: 9000, text: 'inserted '.repeat(900) }]);
  await put(50, 0, '+++');
  await put(200, 4, 'over');
  // From the midst of one edit on to behind the next.
  await put(51, 6000, '');
  const last = await put(100, 0, 'end');
  const was = scene.wanted;
  const left = `${was.slice(0, 50)}+${was.slice(6048, 6097)}`;
  const wanted = `${left}end${was.slice(6097)}`;
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  assert.equal(scene.content, was);
  const shown = async () => Buffer.from((await edited.read(0, wanted.length + 10)).bytes).toString('latin1');
  assert.ok((await shown()) === wanted);
  await edited.save({ ...options, overwrites: true });
  assert.ok(scene.content === wanted);
  await last.undo();
  await edited.save(options);
  assert.ok(scene.content === left + was.slice(6097));
});

test('what since a save that was cut off cannot be undone beyond it is said to be so, and no step is taken for another', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const { scene, edited, put } = await cutOffByDisk(t, [{ offset: 100, text: '+' }]);
  const long = await put(3000, 7000, '');
  const discarded = await edited.discard({ offset: 2000, length: 2000 });
  await assert.rejects(edited.save(options), { code: 'lostBeyondSave' });
  assert.equal(scene.content, scene.wanted);
  assert.equal(edited.overlay.count, 1);
  // Of that step nothing is left.
  await assert.rejects(async () => await discarded?.undo(), { code: 'notStagedAnyMore' });
  assert.equal(edited.overlay.count, 1);
  await long.undo();
  assert.equal(edited.hasEdits, false);
  await edited.save(options);
  assert.equal(scene.content, scene.wanted);
});

test('a journal that is not whole yet stays while its maker lives, in whatever namespace, and goes after that', async (t) => {
  const folder = join(diskFolder(t), 'journals');
  mkdirSync(folder);
  const journals = new Journals(addon, folder);
  // Of a process whose number is nobody's here.
  const [held, left, young] = ['a.journal.4194999-1.part', 'b.journal.4194999-1.part', 'c.journal.4194999-1.part'];
  for (const name of [held, left, young]) writeFileSync(join(folder, name), 'not whole');
  for (const name of [held, left]) utimesSync(join(folder, name), 1000, 1000);
  const script = `import fcntl, sys, time
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
time.sleep(600)`;
  const maker = spawn('python3', ['-c', script, join(folder, held)], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => maker.kill('SIGKILL'));
  await once(maker.stdout, 'data');
  await journals.recoverAll();
  assert.deepEqual(readdirSync(folder).sort(), [held, young]);
  maker.kill('SIGKILL');
  await once(maker, 'exit');
  await journals.recoverAll();
  assert.deepEqual(readdirSync(folder), [young]);
});

test('where nothing may be written a save is not completed, but told, until it may', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const [each] = cases;
  assert.ok(each !== undefined);
  const { scene } = await staged(t, each.edits);
  cutOff(scene, 'fsync:when=2');
  let mayWrite = false;
  const journals = new Journals(addon, dirname(scene.journal), async () => mayWrite);
  const { dev, ino } = statSync(scene.path, { bigint: true });
  const torn = scene.content;
  assert.deepEqual([...(await journals.recoverAll()).values()], ['waiting']);
  assert.equal((await journals.of({ dev, ino }, pathOf(scene.path)))?.relation, 'waiting');
  assert.equal(scene.content, torn);
  mayWrite = true;
  assert.equal(await journals.of({ dev, ino }, pathOf(scene.path)), undefined);
  assert.equal(scene.content, scene.wanted);
  assert.deepEqual(await journals.left(), []);
});
