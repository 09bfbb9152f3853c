// Saving staged edits: which way is taken, what is refused, and what is completed at the next start.
import assert from 'node:assert/strict';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import type { Saved } from '../../extension/core/saving/saved.ts';
import type { SaveCost, SavePlan } from '../../extension/core/saving/savePlan.ts';
import { SourceError } from '../../extension/core/sourceError.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { type FileSave, saveFile } from '../../extension/platform/saving/saveFile.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import { start } from '../support/programs.ts';
import { sealableMemory, sealed } from '../support/sealableMemory.ts';
import { addon, diskFolder, failureOf, mountTmpfs, pathOf } from './addon.ts';
import { cannotTrace, Scene } from './saveScene.ts';

const MiB = 2 ** 20;
const nothing = new Uint8Array(0);

function save(t: TestContext, path: string, overlay: Overlay, more: Partial<FileSave> = {}): Promise<Saved> {
  const { dev, ino } = statSync(path, { bigint: true });
  const journals = new Journals(addon, join(diskFolder(t), 'journals'));
  const plain = { path: pathOf(path), identity: { dev, ino }, isShared: false, overlay, task: quietTask };
  return saveFile(addon, journals, { ...plain, ...more });
}

function insertion(size: number, offset = 0): Overlay {
  const overlay = new Overlay(size);
  overlay.edit({ offset, length: 0, bytes: pathOf('new'), shown: nothing });
  return overlay;
}

function overwriting(size: number, offset: number, shown: string, text: string): Overlay {
  const overlay = new Overlay(size);
  overlay.edit({ offset, length: text.length, bytes: pathOf(text), shown: pathOf(shown) });
  return overlay;
}

/** A file of `size` bytes, all but the first few never written. */
function sparseFile(folder: string, size: number): string {
  const path = join(folder, 'file');
  writeFileSync(path, 'head');
  truncateSync(path, size);
  return path;
}

test('a small change stays in the file, a large one goes to a new one, and other hard links keep the file', async (t) => {
  const folder = diskFolder(t);
  const path = sparseFile(folder, 100 * MiB);
  const { ino } = statSync(path);
  assert.deepEqual(await save(t, path, new Overlay(100 * MiB)), { kind: 'saved', way: 'nothing' });
  assert.deepEqual(await save(t, path, overwriting(100 * MiB, 0, 'head', 'HEAD')), { kind: 'saved', way: 'inPlace' });
  assert.deepEqual(await save(t, path, insertion(100 * MiB, 90 * MiB)), { kind: 'saved', way: 'inPlace' });
  assert.equal(statSync(path).ino, ino);
  assert.deepEqual(await save(t, path, insertion(100 * MiB + 3)), { kind: 'saved', way: 'beside' });
  assert.deepEqual([statSync(path).ino === ino, statSync(path).size], [false, 100 * MiB + 6]);
  linkSync(path, join(folder, 'link'));
  assert.deepEqual(await save(t, path, insertion(100 * MiB + 6)), { kind: 'saved', way: 'inPlace' });
  assert.equal(readFileSync(join(folder, 'link')).toString('latin1', 0, 10), 'newnewHEAD');
});

test('a file that is mounted by itself cannot be replaced, and is not', async (t) => {
  const folder = diskFolder(t);
  const path = sparseFile(folder, 100 * MiB);
  const { ino } = statSync(path);
  const failure = failureOf('mount', '--bind', path, path);
  if (failure !== undefined) return t.skip(failure);
  try {
    assert.deepEqual(await save(t, path, insertion(100 * MiB)), { kind: 'saved', way: 'inPlace' });
  } finally {
    failureOf('umount', path);
  }
  assert.deepEqual([statSync(path).ino, readdirSync(folder)], [ino, ['file']]);
});

test('others’ bytes under an edit are told by their ranges, another file or size is stale', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, '0123456789');
  const overlay = overwriting(10, 2, '2', 'X');
  overlay.edit({ offset: 7, length: 2, bytes: nothing, shown: pathOf('78') });
  writeFileSync(path, '01234567#9');
  assert.deepEqual(await save(t, path, overlay), { kind: 'changed', ranges: [{ offset: 7, length: 2 }], deleted: [] });
  writeFileSync(path, '012345678');
  await assert.rejects(save(t, path, overlay), { code: 'stale' });
  await assert.rejects(save(t, path, overlay, { identity: { dev: 1n, ino: 1n } }), { code: 'stale' });
  assert.equal(readFileSync(path, 'utf8'), '012345678');
});

test('shared memory is overwritten as it is, and never given another size or replaced', async (t) => {
  const producer = await start(t, 'memfd', 'shared', 8192);
  const path = `/proc/${producer.pid}/fd/${producer.fd}`;
  await assert.rejects(save(t, path, insertion(8192), { isShared: true }), { code: 'sizeIsFixed' });
  const first = String.fromCharCode(Number(await producer.ask('peek 4096')));
  assert.deepEqual(await save(t, path, overwriting(8192, 4096, first, 'Z'), { isShared: true }), {
    kind: 'saved',
    way: 'inPlace',
  });
  assert.equal(await producer.ask('peek 4096'), '90');
  const script = `import fcntl, os; fcntl.fcntl(os.open("${path}", os.O_RDWR), 1033, 16)`;
  assert.equal(failureOf('python3', '-c', script), undefined);
  await assert.rejects(save(t, path, overwriting(8192, 4096, 'Z', 'Y'), { isShared: true }), { code: 'sealed' });
});

test('a save is asked about before it is long, fails early without space, and is cancelled', async (t) => {
  const folder = mountTmpfs(t, 'size=200m');
  if (folder === undefined) return;
  const path = join(folder, 'file');
  writeFileSync(path, new Uint8Array(120 * MiB));
  await assert.rejects(save(t, path, insertion(120 * MiB)), { code: 'noSpace' });
  assert.deepEqual(readdirSync(folder), ['file']);
  const disk = sparseFile(diskFolder(t), 100 * MiB);
  const cancelled = { report: () => {}, isCancelled: () => true };
  await assert.rejects(save(t, disk, insertion(100 * MiB), { task: cancelled }), { code: 'cancelled' });
  assert.equal(statSync(disk).size, 100 * MiB);
});

test('what may not be written says so, and a folder without room for another file keeps the file', async (t) => {
  const folder = join(diskFolder(t), 'folder');
  mkdirSync(folder);
  const path = sparseFile(folder, 100 * MiB);
  const failure = failureOf('chattr', '+i', folder);
  if (failure !== undefined) return t.skip(failure);
  try {
    assert.deepEqual(await save(t, path, insertion(100 * MiB)), { kind: 'saved', way: 'inPlace' });
    failureOf('chattr', '+i', path);
    await assert.rejects(save(t, path, overwriting(100 * MiB + 3, 0, 'n', 'N')), { code: 'mayNotChange' });
  } finally {
    failureOf('chattr', '-i', folder, path);
  }
});

test('a save that was cut off is completed at the next start, or the next save says why not', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  const journals = new Journals(addon, join(folder, 'journals'));
  const edits = [
    { offset: 10, length: 5, text: 'FIRST' },
    { offset: 9000, length: 6, text: 'SECOND' },
  ];
  const cutOff = async (call: string) => {
    const scene = new Scene(folder, { name: '', way: 'inPlace', size: 20_000, edits });
    const identity = statSync(scene.path, { bigint: true });
    scene.journal = await journals.pathFor(identity);
    assert.equal(scene.save('-e', `inject=${call}:signal=KILL`).status, 137);
    return { scene, identity };
  };
  const { scene } = await cutOff('pwrite64:when=3');
  assert.notEqual(scene.content, scene.wanted);
  assert.deepEqual([...(await journals.recoverAll()).values()], ['completed']);
  assert.equal(scene.content, scene.wanted);
  const torn = await cutOff('fdatasync:when=1');
  const parts = readdirSync(journals.folder);
  assert.equal(parts.length, 1);
  // A younger one may be about to be locked.
  for (const name of parts) utimesSync(join(journals.folder, name), 0, 0);
  assert.deepEqual([(await journals.recoverAll()).size, readdirSync(journals.folder)], [0, []]);
  assert.equal(torn.scene.content, torn.scene.old);
  const changed = await cutOff('pwrite64:when=3');
  const { old } = changed.scene;
  writeFileSync(changed.scene.path, `${old.slice(0, 9001)}#${old.slice(9002)}`);
  assert.equal(await journals.recover(changed.identity), 'changed');
  const overlay = overwriting(old.length, 500, old.slice(500, 501), '!');
  const again = { path: pathOf(changed.scene.path), identity: changed.identity, isShared: false, overlay };
  await assert.rejects(saveFile(addon, journals, { ...again, task: quietTask }), { code: 'unfinishedSave' });
  const [left] = await journals.left();
  assert.ok(left !== undefined);
  await journals.discard(left);
  assert.deepEqual(await saveFile(addon, journals, { ...again, task: quietTask }), { kind: 'saved', way: 'inPlace' });
});

test('a memfd that is opened by its path keeps its size, whatever its seals; and says where they forbid writing', async (t) => {
  const memory = await sealableMemory(t, 8192);
  await memory.seal(sealed.grow | sealed.shrink);
  await assert.rejects(save(t, memory.path, insertion(8192)), { code: 'sizeIsFixed' });
  const cut = new Overlay(8192);
  cut.edit({ offset: 0, length: 1, bytes: nothing, shown: pathOf('\0') });
  await assert.rejects(save(t, memory.path, cut), { code: 'sizeIsFixed' });
  const put = overwriting(8192, 4095, '\0\0', 'ok');
  assert.deepEqual(await save(t, memory.path, put), { kind: 'saved', way: 'inPlace' });
  assert.equal(readFileSync(memory.path).toString('latin1', 4095, 4097), 'ok');
  await memory.seal(sealed.write);
  await assert.rejects(save(t, memory.path, overwriting(8192, 0, '\0', 'x')), { code: 'sealed' });
  assert.equal(readFileSync(memory.path).length, 8192);
});

test('a document over a real file is edited, saved in place and beside, undone beyond that and saved again', async (t) => {
  const path = sparseFile(diskFolder(t), 100 * MiB);
  const platform = createPlatform(addon, join(diskFolder(t), 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  const head = async () => {
    const { bytes } = await edited.read(0, 8);
    return Buffer.from(bytes).toString('latin1').replaceAll('\0', '.');
  };
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  const typed = await edited.edit({ offset: 0, length: 1, bytes: pathOf('H') });
  await edited.save(options);
  const inserted = await edited.edit({ offset: 1, length: 0, bytes: pathOf('++') });
  await edited.save(options);
  assert.deepEqual([await head(), edited.hasEdits], ['H++ead..', false]);
  await inserted.undo();
  await typed.undo();
  assert.equal(await head(), 'head....');
  await edited.save(options);
  assert.deepEqual([readFileSync(path).toString('latin1', 0, 4), statSync(path).size], ['head', 100 * MiB]);
});

test('a file of a container’s image that has other hard links is saved again and again, and they keep the old one', async (t) => {
  const folder = diskFolder(t);
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [lower, upper, work, merged]) mkdirSync(each);
  writeFileSync(join(lower, 'file'), '0123456789');
  linkSync(join(lower, 'file'), join(lower, 'link'));
  const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  const failure = failureOf('mount', '-t', 'overlay', '-o', layers, 'memglass-test', merged);
  if (failure !== undefined) return t.skip(failure);
  const path = join(merged, 'file');
  const platform = createPlatform(addon, join(folder, 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  try {
    const edited = platform.edit(watched);
    const options = { overwrites: false, task: quietTask, approve: async () => true };
    await edited.edit({ offset: 0, length: 1, bytes: pathOf('A') });
    await edited.save(options);
    await edited.edit({ offset: 1, length: 0, bytes: pathOf('++') });
    await edited.save(options);
    assert.equal(readFileSync(path, 'latin1'), 'A++123456789');
    assert.equal(readFileSync(join(merged, 'link'), 'latin1'), '0123456789');
    const { bytes } = await edited.read(0, 12);
    assert.equal(Buffer.from(bytes).toString('latin1'), 'A++123456789');
    writeFileSync(`${path}.other`, 'another one');
    renameSync(`${path}.other`, path);
    await edited.edit({ offset: 0, length: 1, bytes: pathOf('Z') });
    await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
    assert.equal(readFileSync(path, 'latin1'), 'another one');
  } finally {
    watched.dispose();
    failureOf('umount', '-l', merged);
  }
});

test('a file that was cut under its edits keeps them staged, and is saved with those that have a place in it', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, '0123456789'.repeat(1000));
  const platform = createPlatform(addon, join(diskFolder(t), 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  await edited.edit({ offset: 5, length: 1, bytes: pathOf('I') });
  await edited.edit({ offset: 8, length: 0, bytes: pathOf('++') });
  await edited.edit({ offset: 9000, length: 1, bytes: pathOf('O') });
  truncateSync(path, 10);
  // Not even where it may write over others' bytes.
  for (const overwrites of [false, true]) {
    await assert.rejects(edited.save({ ...options, overwrites }), { code: 'changedMeanwhile' });
    assert.deepEqual(edited.conflict, { kind: 'size', was: 10_000, now: 10, pastEnd: 1 });
    assert.deepEqual([edited.overlay.count, readFileSync(path, 'latin1')], [3, '0123456789']);
  }
  await edited.keepInside();
  assert.deepEqual([edited.conflict, edited.overlay.count, edited.state.size], [undefined, 2, 12]);
  await edited.save(options);
  assert.equal(readFileSync(path, 'latin1'), '01234I67++89');
});

test('a byte inserted into 100 GiB of holes costs what is in them, and is asked about before where that is much', async (t) => {
  const folder = diskFolder(t);
  const path = sparseFile(folder, 100 * 1024 * MiB);
  const size = statSync(path).size;
  const asked: SaveCost[] = [];
  const approve = async (plan: SavePlan) => {
    if ('cost' in plan) asked.push(plan.cost);
    return false;
  };
  assert.deepEqual(await save(t, path, insertion(size), { approve }), { kind: 'saved', way: 'beside' });
  const { size: now, blocks } = statSync(path);
  assert.equal(now, size + 3);
  assert.ok(blocks < 1000, `${blocks} blocks`);
  assert.equal(asked.length, 0);
  // Set aside, it is to be written: the user hears how much, and how long that takes.
  const full = join(folder, 'full');
  const failure = failureOf('fallocate', '-l', '4G', full);
  if (failure !== undefined) return t.skip(failure);
  await assert.rejects(save(t, full, insertion(4096 * MiB), { approve }), { code: 'cancelled' });
  assert.equal(statSync(full).size, 4096 * MiB);
  const [cost] = asked;
  assert.ok(cost !== undefined && cost.written > 4096 * MiB && cost.space > 4096 * MiB && cost.seconds > 20);
});

test('an undo past a save is not saved over what others have written since', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, '0123456789');
  const platform = createPlatform(addon, join(diskFolder(t), 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  const step = await edited.edit({ offset: 3, length: 1, bytes: pathOf('x') });
  await edited.save(options);
  writeFileSync(path, '012!456789');
  await step.undo();
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  assert.deepEqual(edited.conflict, { kind: 'changed', ranges: [{ offset: 3, length: 1 }], isCut: false });
  assert.equal(readFileSync(path, 'latin1'), '012!456789');
  await edited.save({ ...options, overwrites: true });
  assert.equal(readFileSync(path, 'latin1'), '0123456789');
});

test('an insertion does not go among what others have written or appended since, until the user says so', async (t) => {
  const folder = diskFolder(t);
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  const content = '0123456789'.repeat(10);
  for (const [at, now, ranges] of [
    [50, '#'.repeat(100), [{ offset: 34, length: 32, seenBeside: pathOf(content.slice(34, 66)) }]],
    [50, `${content}appended`, undefined],
    [100, `${content}appended`, [{ offset: 100, length: 8, seenBeside: new Uint8Array(0) }]],
  ] as const) {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    const platform = createPlatform(addon, join(folder, 'storage'));
    const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
    const edited = platform.edit(watched);
    await edited.edit({ offset: at, length: 0, bytes: pathOf('++') });
    const backup = await edited.backup();
    writeFileSync(path, now);
    const wanted = `${now.slice(0, at)}++${now.slice(at)}`;
    if (ranges === undefined) await edited.save(options);
    else {
      const conflict = { kind: 'changed', ranges, isCut: false } as const;
      await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
      assert.deepEqual(edited.conflict, conflict);
      assert.equal(readFileSync(path, 'latin1'), now);
      // The same where the edits come back later.
      const later = await platform.watch({ kind: 'file', path: pathOf(path) });
      const restored = platform.edit(later);
      assert.equal(await restored.restore(backup), true);
      assert.deepEqual(restored.conflict, conflict);
      later.dispose();
      await edited.save({ ...options, overwrites: true });
    }
    assert.equal(readFileSync(path, 'latin1'), wanted);
    watched.dispose();
  }
});

test('what stands around an insertion is looked at by the save itself, right before it writes', async (t) => {
  const path = join(diskFolder(t), 'file');
  const content = '0123456789'.repeat(10);
  writeFileSync(path, content);
  const overlay = new Overlay(content.length);
  const surrounding = { before: pathOf('789'), after: pathOf('012') };
  overlay.edit({ offset: 50, length: 0, bytes: pathOf('++'), shown: new Uint8Array(0), surrounding });
  writeFileSync(path, `${content.slice(0, 51)}#${content.slice(52)}`);
  assert.deepEqual(await save(t, path, overlay), { kind: 'changed', ranges: [{ offset: 47, length: 6 }], deleted: [] });
  writeFileSync(path, content);
  assert.deepEqual(await save(t, path, overlay), { kind: 'saved', way: 'inPlace' });
});

test('where no journal can be written, what needs none is saved, and the rest says so', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'file');
  const content = '0123456789'.repeat(1000);
  writeFileSync(path, content);
  writeFileSync(join(folder, 'storage'), 'no folder');
  const watched = await createPlatform(addon, join(folder, 'storage')).watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = new EditedSource(watched);
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  await edited.edit({ offset: 0, length: 1, bytes: pathOf('#') });
  await edited.save(options);
  assert.equal(readFileSync(path, 'latin1'), `#${content.slice(1)}`);
  await edited.edit({ offset: 1, length: 1, bytes: pathOf('#') });
  await edited.edit({ offset: 9000, length: 1, bytes: pathOf('#') });
  await assert.rejects(edited.save(options), SourceError);
  assert.equal(readFileSync(path, 'latin1'), `#${content.slice(1)}`);
  assert.equal(edited.overlay.count, 2);
});
