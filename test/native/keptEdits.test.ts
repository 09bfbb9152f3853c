// Edits that are written down by windows which are processes of their own, live side by side, and are killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { type BackupStamp, backupSteps, overlaySteps } from '../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { KeptDocuments } from '../../extension/platform/editing/keptDocuments.ts';
import { KeptEdits } from '../../extension/platform/editing/keptEdits.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { finished } from '../support/finished.ts';
import { addon, binary, diskFolder, pathOf, root } from './addon.ts';

/** A window in another process, with `text` staged over a document. */
async function otherWindow(t: TestContext, folder: string, key: string, text: string) {
  const script = join(root, 'test/support/keepEdits.ts');
  const child = spawn(process.execPath, [script, binary, folder, key, text], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kept = async () => String((await lines.next()).value).split(' ')[1] ?? '';
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(kill);
  const window = await kept();
  const stage = async (more: string) => {
    child.stdin.write(`${more}\n`);
    await kept();
  };
  return { window, stage, kill };
}

function keptIn(t: TestContext, folder: string): KeptEdits {
  const kept = new KeptEdits(addon, folder);
  t.after(() => kept.dispose());
  return kept;
}

function edits(text: string, stamp?: BackupStamp): Uint8Array {
  const bytes = Buffer.from(text);
  const overlay = new Overlay(1000);
  overlay.edit({ offset: 0, length: bytes.length, bytes, shown: new Uint8Array(bytes.length) });
  return finished(backupSteps(overlay, { key: 'x', size: 1000, version: '' }, stamp));
}

function textOf(backup: Uint8Array | undefined): string | undefined {
  if (backup === undefined) return undefined;
  const { overlay } = finished(overlaySteps(backup));
  const [change] = overlay.allChanges();
  const put = new Uint8Array(change?.length ?? 0);
  for (const piece of overlay.pieces(0, put.length)) {
    if (piece.kind === 'overwrite')
      overlay.readPut(piece.place, put.subarray(piece.offset, piece.offset + piece.length));
  }
  return Buffer.from(put).toString();
}

test('what a window wrote down is there until it removes it, for nobody else to read', async (t) => {
  const folder = join(diskFolder(t), 'edits');
  const kept = keptIn(t, folder);
  assert.equal(await kept.take('a'), undefined);
  await kept.write('a', edits('one'));
  await kept.write('a', edits('two'));
  await kept.write('b', edits('other'));
  assert.equal(textOf(await kept.take('a')), 'two');
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0);
  await kept.remove('a');
  await kept.remove('a');
  assert.equal(await kept.take('a'), undefined);
  assert.equal(textOf(await kept.take('b')), 'other');
});

test('a window that lives keeps its edits to itself; those of one that was killed come back', async (t) => {
  const folder = diskFolder(t);
  const other = await otherWindow(t, folder, 'a', 'theirs');
  const kept = keptIn(t, folder);
  assert.equal(await kept.isAlive(other.window), true);
  assert.equal(await kept.take('a'), undefined);
  await kept.write('a', edits('ours'));
  await other.stage('theirs, more');
  assert.equal(textOf(await kept.take('a')), 'ours');
  assert.deepEqual(await kept.left(), []);
  await kept.remove('a');
  await other.kill();
  assert.equal(await kept.isAlive(other.window), false);
  assert.deepEqual(
    (await kept.left()).map(({ summary }) => [summary?.stamp?.document, summary?.count]),
    [['a', 1]],
  );
  assert.equal(textOf(await kept.take('a')), 'theirs, more');
  // It is this window's now.
  assert.deepEqual(await kept.left(), []);
  await kept.remove('a');
  assert.equal(await kept.take('a'), undefined);
});

test('of many who open a document after a crash, one has its edits', async (t) => {
  const folder = diskFolder(t);
  const other = await otherWindow(t, folder, 'a', 'left');
  await other.kill();
  const windows = Array.from({ length: 8 }, () => keptIn(t, folder));
  const found = await Promise.all(windows.map((window) => window.take('a')));
  assert.deepEqual(found.filter((each) => each !== undefined).map(textOf), ['left']);
});

test('of two windows that were killed, the latest comes first, and the other is not lost', async (t) => {
  const folder = diskFolder(t);
  const first = await otherWindow(t, folder, 'a', 'first');
  const second = await otherWindow(t, folder, 'a', 'second');
  await first.stage('first, later');
  await first.kill();
  await second.kill();
  const kept = keptIn(t, folder);
  assert.equal(textOf(await kept.take('a')), 'first, later');
  assert.equal(textOf(await kept.take('a')), 'first, later');
  await kept.remove('a');
  assert.equal(textOf(await kept.take('a')), 'second');
});

test('a window takes the edits of one that lives where that one hands the document over', async (t) => {
  const folder = diskFolder(t);
  const other = await otherWindow(t, folder, 'a', 'handed');
  const kept = keptIn(t, folder);
  assert.equal(textOf(await kept.takeFrom('b', other.window, 'a')), 'handed');
  assert.equal(textOf(await kept.take('b')), 'handed');
  assert.equal(await kept.takeFrom('b', other.window, 'a'), undefined);
});

test('what a kill has cut off goes, what lives and what nobody can read stays', async (t) => {
  const folder = diskFolder(t);
  const gone = await otherWindow(t, folder, 'a', 'left');
  await gone.kill();
  const living = await otherWindow(t, folder, 'a', 'live');
  const digest = (readdirSync(folder).find((name) => name.endsWith('.edits')) ?? '').split('.')[0];
  writeFileSync(join(folder, `${digest}.${gone.window}.part`), 'half');
  writeFileSync(join(folder, `${digest}.${living.window}.part`), 'half');
  writeFileSync(join(folder, 'of another program'), '');
  const kept = keptIn(t, folder);
  await kept.tidy();
  const names = readdirSync(folder);
  assert.deepEqual(
    names.filter((name) => name.endsWith('.part')),
    [`${digest}.${living.window}.part`],
  );
  assert.deepEqual(
    names.filter((name) => name.endsWith('.window')),
    [`${living.window}.window`],
  );
  assert.ok(names.includes('of another program'));
  assert.equal(names.filter((name) => name.endsWith('.edits')).length, 2);
});

test('damaged edits are put aside, never deleted', async (t) => {
  const folder = diskFolder(t);
  const kept = keptIn(t, folder);
  await kept.write('a', Buffer.from('no backup'));
  await kept.putAside('a');
  assert.equal(await kept.take('a'), undefined);
  assert.ok(readdirSync(folder).some((name) => name.includes('.edits.unreadable-')));
});

test('a disk that takes nothing says so, and what was written before stays', async (t) => {
  const folder = join(diskFolder(t), 'edits');
  const kept = keptIn(t, folder);
  await kept.write('a', edits('one'));
  // A folder stands where the new edits would be written first.
  const own = readdirSync(folder).find((name) => name.endsWith('.edits')) ?? '';
  mkdirSync(join(folder, own.replace(/edits$/, 'part')));
  await assert.rejects(kept.write('a', edits('two')), { code: 'EISDIR' });
  assert.equal(textOf(await kept.take('a')), 'one');
});

test('a window has not ended because it cannot be looked at', async (t) => {
  const folder = join(diskFolder(t), 'edits');
  const living = keptIn(t, folder);
  await living.write('a', edits('one'));
  const full = Object.assign(new Error('EMFILE'), { code: 'EMFILE', errno: 24, syscall: 'openat' });
  const other = new KeptEdits({ ...addon, openFile: async () => Promise.reject(full) }, folder);
  assert.equal(await other.isAlive(living.window), true);
  await other.tidy();
  assert.deepEqual(await other.left(), []);
  assert.equal(await keptIn(t, folder).isAlive(living.window), true);
});

test('a disk that took nothing at first takes edits once it does', async (t) => {
  const folder = join(diskFolder(t), 'edits');
  const kept = keptIn(t, folder);
  writeFileSync(folder, 'no folder');
  await assert.rejects(kept.write('a', edits('one')), { code: 'EEXIST' });
  rmSync(folder);
  await kept.write('a', edits('two'));
  assert.equal(textOf(await kept.take('a')), 'two');
});

const id = { key: 'document', uri: 'file:///document' };
const failed = (error: unknown) => assert.fail(String(error));

/** A document of the file `file` of a folder, in a window that writes its edits down beside it. */
async function openedIn(t: TestContext, folder: string) {
  const platform = createPlatform(addon, join(folder, 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(join(folder, 'file')) });
  t.after(() => watched.dispose());
  return { platform, edited: platform.edit(watched) };
}

test('where the backup that VS Code gives is damaged, what was written down here comes back', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, 'content');
  const { platform, edited } = await openedIn(t, folder);
  const { keeper } = await platform.keptDocuments.begin(edited, id, { dropsDone: true, failed });
  await edited.edit({ offset: 0, length: 3, bytes: pathOf('CON') });
  await keeper.settle();
  const given = await edited.backup(keeper.stamp());
  // Zeros, as a power loss leaves them where nobody flushed.
  given.fill(0, given.length - 12, given.length - 4);
  await platform.keptDocuments.dispose();
  const later = await openedIn(t, folder);
  const begun = await later.platform.keptDocuments.begin(later.edited, id, { given, dropsDone: true, failed });
  assert.deepEqual([begun.from, begun.isGivenUnreadable], ['kept', true]);
  assert.equal(Buffer.from((await later.edited.read(0, 7)).bytes).toString(), 'CONtent');
  await later.platform.keptDocuments.dispose();
});

test('where VS Code gives edits back, those that another window has left of the document stay for whoever asks for them', async (t) => {
  const folder = diskFolder(t);
  writeFileSync(join(folder, 'file'), Buffer.alloc(1000));
  const other = await otherWindow(t, join(folder, 'storage', 'edits'), id.key, 'theirs');
  await other.kill();
  const { platform, edited } = await openedIn(t, folder);
  const { keptDocuments } = platform;
  const given = edits('ours', { document: id.key, uri: id.uri, window: 'f'.repeat(16), at: Date.now() + 60_000 });
  const { keeper, from } = await keptDocuments.begin(edited, id, { given, dropsDone: true, failed });
  await edited.edit({ offset: 10, length: 1, bytes: pathOf('!') });
  await keeper.settle();
  assert.deepEqual([from, Buffer.from((await edited.read(0, 4)).bytes).toString()], ['given', 'ours']);
  assert.deepEqual(
    (await keptDocuments.left()).map(({ window, summary }) => [window, summary?.bytes]),
    [[other.window, 'theirs'.length]],
  );
  await keptDocuments.dispose();
});

test('edits that were never saved come back, also where others have made the file as it looks after their save', async (t) => {
  const edits = [
    { before: '0'.repeat(100), edit: { offset: 50, length: 0, bytes: pathOf('0') }, after: `${'0'.repeat(100)}7` },
    { before: 'a line\nanother', edit: { offset: 0, length: 1, bytes: pathOf('') }, after: 'a line\nanothe' },
  ];
  for (const { before, edit, after } of edits) {
    const folder = diskFolder(t);
    const path = join(folder, 'file');
    writeFileSync(path, before);
    const { platform, edited } = await openedIn(t, folder);
    await platform.keptDocuments.begin(edited, id, { dropsDone: true, failed });
    await edited.edit(edit);
    await platform.keptDocuments.dispose();
    writeFileSync(path, after);
    const later = await openedIn(t, folder);
    const begun = await later.platform.keptDocuments.begin(later.edited, id, { dropsDone: true, failed });
    assert.deepEqual([begun.from, later.edited.overlay.count, later.edited.conflict?.kind], ['kept', 1, 'size']);
    await later.platform.keptDocuments.dispose();
  }
});

test('edits that cannot be written down come back while the window lives, and are written down when it ends', async (t) => {
  const folder = diskFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  // A file stands where the folder of edits would be made.
  const storage = join(folder, 'storage');
  writeFileSync(storage, '');
  const { platform, edited } = await openedIn(t, folder);
  const { keptDocuments } = platform;
  const failures: unknown[] = [];
  const beginning = { dropsDone: true, failed: (error: unknown) => void failures.push(error) };
  await keptDocuments.begin(edited, id, beginning);
  await edited.edit({ offset: 0, length: 3, bytes: pathOf('CON') });
  keptDocuments.end(id);
  const again = await openedIn(t, folder);
  const begun = await keptDocuments.begin(again.edited, id, beginning);
  assert.deepEqual([begun.from, failures.length > 0], ['kept', true]);
  assert.equal(Buffer.from((await again.edited.read(0, 7)).bytes).toString(), 'CONtent');
  keptDocuments.end(id);
  rmSync(storage);
  await keptDocuments.dispose();
  const later = await openedIn(t, folder);
  const found = await later.platform.keptDocuments.begin(later.edited, id, { dropsDone: true, failed });
  assert.equal(found.from, 'kept');
  await later.platform.keptDocuments.dispose();
});

test('what is typed before a document is closed is written down, also where it is staged a moment later', async (t) => {
  const folder = diskFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const { platform, edited } = await openedIn(t, folder);
  await platform.keptDocuments.begin(edited, id, { dropsDone: true, failed });
  const typed = new Promise((done) => setTimeout(done, 20)).then(() =>
    edited.edit({ offset: 0, length: 3, bytes: pathOf('CON') }),
  );
  const ended = platform.keptDocuments.end(id, typed);
  // Who opens it again has it.
  assert.equal(await platform.keptDocuments.reserve(id.key), id.key);
  const again = await openedIn(t, folder);
  const begun = await platform.keptDocuments.begin(again.edited, id, { dropsDone: true, failed });
  assert.equal(begun.from, 'kept');
  assert.equal(Buffer.from((await again.edited.read(0, 7)).bytes).toString(), 'CONtent');
  await ended;
  await platform.keptDocuments.dispose();
});

test('two documents of one source are written down apart, and each is brought back where it is asked for', async (t) => {
  const folder = diskFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const first = await openedIn(t, folder);
  const { keptDocuments } = first.platform;
  const second = await openedIn(t, folder);
  const edits = [
    { edited: first.edited, offset: 0, bytes: 'C' },
    { edited: second.edited, offset: 1, bytes: 'ONTE' },
  ];
  const keys: string[] = [];
  for (const { edited, offset, bytes } of edits) {
    const key = await keptDocuments.reserve(id.key);
    keys.push(key);
    const { keeper } = await keptDocuments.begin(edited, { ...id, key }, { dropsDone: true, failed });
    await edited.edit({ offset, length: bytes.length, bytes: pathOf(bytes) });
    await keeper.settle();
  }
  assert.deepEqual(keys, [id.key, `${id.key} #2`]);
  await keptDocuments.dispose();
  const later = await openedIn(t, folder);
  const begun = await later.platform.keptDocuments.begin(later.edited, id, { dropsDone: true, failed });
  assert.deepEqual([begun.from, later.edited.overlay.count], ['kept', 1]);
  assert.equal(Buffer.from((await later.edited.read(0, 7)).bytes).toString(), 'Content');
  const [left, ...others] = await later.platform.keptDocuments.left();
  assert.ok(left !== undefined);
  assert.deepEqual([left.summary?.bytes, others.length], [4, 0]);
  assert.equal(await later.platform.keptDocuments.claim(left), 'edited');
  await later.edited.revert();
  assert.equal(await later.platform.keptDocuments.claim(left), 'claimed');
  assert.equal(await later.platform.keptDocuments.bringBack(later.edited, id), true);
  assert.equal(Buffer.from((await later.edited.read(0, 7)).bytes).toString(), 'cONTEnt');
  await later.platform.keptDocuments.dispose();
});

test('edits that cannot be read as a document is opened are not gone over by what is edited in it then', async (t) => {
  const folder = diskFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const kept = keptIn(t, join(folder, 'edits'));
  await kept.write(id.key, edits('one', kept.stamp(id)));
  const documents = new KeptDocuments(kept);
  const { edited } = await openedIn(t, folder);
  kept.take = () => Promise.reject(Object.assign(new Error('EMFILE'), { code: 'EMFILE' }));
  const { keeper, from } = await documents.begin(edited, id, { dropsDone: true, failed });
  assert.equal(from, 'nowhere');
  await edited.edit({ offset: 0, length: 3, bytes: pathOf('two') });
  await keeper.settle();
  const left = await keptIn(t, join(folder, 'edits')).left();
  assert.deepEqual(
    left.map(({ summary }) => summary?.bytes),
    [3],
  );
  assert.equal(textOf(await keptIn(t, join(folder, 'edits')).take(id.key)), 'one');
  await documents.dispose();
});
