// Deletions whose bytes are too many to be kept: a save still looks whether they are what the user deleted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, linkSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceError } from '../../extension/core/sourceError.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import { addon, diskFolder, failureOf, pathOf } from './addon.ts';

const nothing = new Uint8Array(0);
const MiB = 2 ** 20;
const GiB = 2 ** 30;
const options = { overwrites: false, task: quietTask, approve: async () => true };

/** Longer deletions than this are long here. Bytes. */
const largestKept = 1000;

async function edit(t: TestContext, path: string, most: number | undefined = largestKept): Promise<EditedSource> {
  const watched = await createPlatform(addon, `${path}-storage`).watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  return new EditedSource(watched, undefined, false, most);
}

const remove = (edited: EditedSource, offset: number, length: number) =>
  edited.edit({ offset, length, bytes: nothing });

/** Until it is known what was deleted: what others change before that is not what was there. */
async function taken(edited: EditedSource): Promise<void> {
  while (edited.overlay.unkeptDeletions().some(({ bytes }) => bytes.digests === undefined)) await sleep(5);
}

/** By another process. */
function change(path: string, offset: number, text = '#'): void {
  const script = 'import os, sys; os.pwrite(os.open(sys.argv[1], os.O_WRONLY), sys.argv[3].encode(), int(sys.argv[2]))';
  assert.equal(failureOf('python3', '-c', script, path, String(offset), text), undefined);
}

/** Text that is nowhere the same. */
function textOf(length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += `${i},`;
  return text.slice(0, length);
}

function textFile(t: TestContext, length: number): { readonly path: string; readonly text: string } {
  const path = join(diskFolder(t), 'file');
  const text = textOf(length);
  writeFileSync(path, text);
  return { path, text };
}

test('what is still as it was is saved, in the file and beside it', async (t) => {
  for (const isLinked of [false, true]) {
    const path = join(diskFolder(t), 'file');
    const text = Buffer.from(textOf(200_000));
    // So much is written beside, where the file has one name only.
    writeFileSync(path, text);
    truncateSync(path, 80 * MiB);
    if (isLinked) linkSync(path, `${path}-too`);
    const edited = await edit(t, path);
    const { ino } = statSync(path);
    await remove(edited, 10, 100_000);
    await edited.save(options);
    assert.equal(statSync(path).ino === ino, isLinked);
    assert.equal(statSync(path).size, 80 * MiB - 100_000);
    const wanted = Buffer.concat([text.subarray(0, 10), text.subarray(100_010), Buffer.alloc(1000)]);
    assert.ok(readFileSync(path).subarray(0, wanted.length).equals(wanted));
    await remove(edited, 20 * MiB, edited.state.size - 20 * MiB);
    await edited.save(options);
    assert.equal(statSync(path).size, 20 * MiB);
  }
});

test('what another process has changed of it is not deleted unseen: the save names the place, and writes nothing', async (t) => {
  for (const [offset, length, at] of [
    [10, 100_000, 10],
    [10, 100_000, 100_009],
    // Up to the end, which is only cut off.
    [150_000, 50_000, 199_999],
    [0, 200_000, 70_000],
  ] as const) {
    const { path, text } = textFile(t, 200_000);
    const edited = await edit(t, path);
    await remove(edited, offset, length);
    await taken(edited);
    change(path, at);
    const now = `${text.slice(0, at)}#${text.slice(at + 1)}`;
    await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
    assert.deepEqual(edited.conflict, { kind: 'changed', ranges: [{ offset, length, isDeleted: true }], isCut: false });
    assert.equal(readFileSync(path, 'latin1'), now);
    assert.ok(edited.hasEdits);
    // As it was again.
    change(path, at, text[at]);
    await edited.save(options);
    assert.equal(readFileSync(path, 'latin1'), text.slice(0, offset) + text.slice(offset + length));
  }
});

test('over what others have changed of it a save goes only where the user has it go there', async (t) => {
  const { path, text } = textFile(t, 200_000);
  const edited = await edit(t, path);
  await remove(edited, 10, 100_000);
  await taken(edited);
  change(path, 500);
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  await edited.save({ ...options, overwrites: true });
  assert.equal(readFileSync(path, 'latin1'), text.slice(0, 10) + text.slice(100_010));
  assert.equal(edited.conflict, undefined);
});

test('a store through a mapping is seen, too, and so is a change of one block among many', async (t) => {
  const path = join(diskFolder(t), 'file');
  const block = Buffer.from(textOf(MiB));
  const fd = openSync(path, 'w');
  for (let i = 0; i < 24; i++) writeSync(fd, block);
  closeSync(fd);
  const script = `
import mmap, os, sys
fd = os.open(sys.argv[1], os.O_RDWR)
map = mmap.mmap(fd, 0)
os.close(fd)
def store(at):
    map[at:at + 1] = bytes([map[at] ^ 1])
    print('stored', flush=True)
store(0)
for line in sys.stdin:
    store(int(line))
`;
  const mapper = spawn('python3', ['-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => mapper.kill());
  await once(mapper.stdout, 'data');
  // What is deleted is more than is kept of a real document.
  const edited = await edit(t, path, undefined);
  await remove(edited, 2 * MiB + 5, 20 * MiB);
  await taken(edited);
  mapper.stdin.write(`${7 * MiB}\n`);
  await once(mapper.stdout, 'data');
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  const ranges = [{ offset: 6 * MiB + 5, length: MiB, isDeleted: true }];
  assert.deepEqual(edited.conflict, { kind: 'changed', ranges, isCut: false });
  assert.equal(statSync(path).size, 24 * MiB);
  mapper.stdin.write(`${7 * MiB}\n`);
  await once(mapper.stdout, 'data');
  // Whoever has it mapped keeps the file.
  const { ino } = statSync(path);
  await edited.save(options);
  assert.deepEqual([statSync(path).size, statSync(path).ino], [4 * MiB, ino]);
});

test('an undo makes it what it was, and a redo a deletion that is looked at; each part is looked at by itself', async (t) => {
  const { path, text } = textFile(t, 200_000);
  const edited = await edit(t, path);
  const short = await remove(edited, 50_000, 500);
  // It was another when this was deleted than when what is around it was.
  change(path, 50_100);
  const long = await remove(edited, 10_000, 100_000);
  await taken(edited);
  await long.undo();
  change(path, 20_000);
  await long.redo();
  await taken(edited);
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  const { conflict } = edited;
  assert.deepEqual(conflict?.kind === 'changed' && conflict.ranges.map(({ offset }) => offset), [10_000, 50_100]);
  change(path, 50_100, text[50_100]);
  change(path, 20_000, text[20_000]);
  await edited.save(options);
  assert.equal(readFileSync(path, 'latin1'), text.slice(0, 10_000) + text.slice(110_500));
  await assert.rejects(long.undo(), { code: 'notKept' });
  // The one after it has to be undone first, and cannot be.
  await assert.rejects(short.undo(), { code: 'notStagedAnyMore' });
  assert.equal(edited.hasEdits, false);
});

test('given up in part, what stays is looked at, and what is back need not be as it was', async (t) => {
  const { path, text } = textFile(t, 200_000);
  const edited = await edit(t, path);
  await remove(edited, 10, 50_000);
  await remove(edited, 60_000, 50_000);
  await taken(edited);
  change(path, 100);
  await edited.discard({ offset: 0, length: 100 });
  await edited.save(options);
  assert.equal(readFileSync(path, 'latin1'), `${text.slice(0, 100)}#${text.slice(101, 110_000)}${text.slice(160_000)}`);
});

test('edits that come back from a backup have it looked at: by what was known then', async (t) => {
  for (const [isTaken, isChanged, isSaved] of [
    [true, false, true],
    [true, true, false],
    // Nothing was known yet; but the file is the same, and so it can be known now.
    [false, false, true],
    [false, true, false],
  ]) {
    const { path, text } = textFile(t, 200_000);
    const first = await edit(t, path);
    await remove(first, 10, 100_000);
    if (isTaken) await taken(first);
    else for (const { bytes } of first.overlay.unkeptDeletions()) bytes.digests = undefined;
    const backup = await first.backup();
    first.watched.dispose();
    if (isChanged) change(path, 500);
    const later = await edit(t, path);
    assert.equal(await later.restore(backup), true);
    const saving = later.save(options);
    if (isSaved) await saving;
    else {
      await assert.rejects(saving, { code: 'changedMeanwhile' });
      assert.deepEqual(later.conflict?.kind === 'changed' && later.conflict.ranges, [
        { offset: 10, length: 100_000, isDeleted: true },
      ]);
    }
    const wanted = isSaved ? text.slice(0, 10) + text.slice(100_010) : `${text.slice(0, 500)}#${text.slice(501)}`;
    assert.equal(readFileSync(path, 'latin1'), wanted, `${isTaken} ${isChanged}`);
  }
});

test('of a file that others have cut, nobody knows the block at the end: the user is asked', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, textOf(6 * MiB));
  const edited = await edit(t, path);
  await remove(edited, 10, 5 * MiB);
  await taken(edited);
  truncateSync(path, 3 * MiB);
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  assert.equal(edited.conflict?.kind, 'size');
  await edited.keepInside();
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  const ranges = [{ offset: 2 * MiB + 10, length: MiB - 10, isDeleted: true }];
  assert.deepEqual(edited.conflict, { kind: 'changed', ranges, isCut: false });
  await edited.save({ ...options, overwrites: true });
  assert.equal(readFileSync(path, 'latin1'), textOf(10));
});

test('20 GiB of a sparse file of 100 GiB are deleted and saved at once, unless somebody has written there', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'head');
  truncateSync(path, 100 * GiB);
  const edited = await edit(t, path, undefined);
  const reports: (string | undefined)[] = [];
  const task = { report: (_: number, __: number, what?: string) => reports.push(what), isCancelled: () => false };
  await remove(edited, 30 * GiB + 1, 20 * GiB);
  await taken(edited);
  change(path, 40 * GiB);
  await assert.rejects(edited.save({ ...options, task }), { code: 'changedMeanwhile' });
  const { conflict } = edited;
  const [place] = conflict?.kind === 'changed' ? conflict.ranges : [];
  assert.ok(place !== undefined && place.offset <= 40 * GiB && place.offset + place.length > 40 * GiB);
  assert.ok(place.length <= 2 * MiB);
  const fd = openSync(path, 'r+');
  writeSync(fd, new Uint8Array(1), 0, 1, 40 * GiB);
  closeSync(fd);
  await edited.save({ ...options, task });
  assert.equal(statSync(path).size, 80 * GiB);
  assert.ok(statSync(path).blocks * 512 < MiB);
});

test('a save that need not wait for it any more is cancelled, and what is closed is not read on', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, textOf(2 * MiB));
  const edited = await edit(t, path);
  await remove(edited, 0, MiB);
  const isCancelled = () => true;
  await assert.rejects(edited.save({ ...options, task: { report: () => {}, isCancelled } }), (error) => {
    return error instanceof SourceError && error.code === 'cancelled';
  });
  assert.ok(edited.hasEdits);
  assert.equal(statSync(path).size, 2 * MiB);
  await edited.save(options);
  assert.equal(statSync(path).size, MiB);
});
