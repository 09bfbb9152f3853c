// Saving into a file and beside it: what is written, what stays, and what is refused.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { editsOf, requestFor, type TextEdit } from '../support/savesOf.ts';
import { addon, diskFolder, failureOf, mountTmpfs, open, pathOf, read, shmFolder } from './addon.ts';
import { makePeculiar, peculiaritiesOf } from './likeness.ts';

const MiB = 2 ** 20;
const text = 'The quick brown fox jumps over the lazy dog. ';
const shownAt = (offset: number) => text.charCodeAt(offset % text.length);

/** A file of repeated text. */
function textFile(folder: string, size: number, name = 'file'): string {
  const path = join(folder, name);
  writeFileSync(path, text.repeat(Math.ceil(size / text.length)).slice(0, size));
  return path;
}

function edited(path: string, ...edits: readonly TextEdit[]): string {
  let view = readFileSync(path, 'latin1');
  for (const { offset, length = 0, text: put } of edits)
    view = view.slice(0, offset) + put + view.slice(offset + length);
  return view;
}

async function saveInPlace(t: TestContext, path: string, journal: string | undefined, ...edits: readonly TextEdit[]) {
  const file = await open(t, path);
  const request = requestFor(path, editsOf(Number(file.facts.size), shownAt, ...edits), 'changes');
  const { changed } = await file.saveInPlace(request, journal === undefined ? undefined : pathOf(journal)).result;
  return [...changed];
}

async function saveBeside(t: TestContext, path: string, ...edits: readonly TextEdit[]) {
  const file = await open(t, path);
  const request = requestFor(path, editsOf(Number(file.facts.size), shownAt, ...edits), 'whole');
  const task = file.saveBeside(request);
  const { changed } = await task.result;
  const { done, total } = task.progress();
  assert.ok(changed.length > 0 || done === total, `${done} of ${total} bytes`);
  return [...changed];
}

test('a save in place changes what was edited and nothing else, with and without a journal', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 20_000);
  const journal = join(folder, 'journal');
  const { ino } = statSync(path);
  const one: TextEdit = { offset: 5000, length: 3, text: 'ABC' };
  let wanted = edited(path, one);
  assert.deepEqual(await saveInPlace(t, path, undefined, one), []);
  assert.equal(readFileSync(path, 'latin1'), wanted);
  writeFileSync(path, textOfSize(20_000));
  for (const edits of [
    [
      { offset: 4090, length: 12, text: 'twelve bytes' },
      { offset: 19_999, length: 1, text: '!' },
    ],
    [{ offset: 3, text: '<inserted>' }],
    [
      { offset: 10, length: 5000, text: '' },
      { offset: 100, text: '+' },
    ],
    [{ offset: 20_000, text: 'appended '.repeat(1000) }],
    [{ offset: 19_000, length: 1000, text: '' }],
    [{ offset: 0, length: 20_000, text: '' }],
  ] satisfies TextEdit[][]) {
    writeFileSync(path, textOfSize(20_000));
    wanted = edited(path, ...edits);
    assert.deepEqual(await saveInPlace(t, path, journal, ...edits), []);
    assert.equal(readFileSync(path, 'latin1'), wanted);
    assert.deepEqual([statSync(path).ino, readdirSync(folder)], [ino, ['file']]);
  }
});

function textOfSize(size: number): string {
  return text.repeat(Math.ceil(size / text.length)).slice(0, size);
}

test('a save in place keeps set-user-ID, set-group-ID and capabilities, which a write takes away', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 20_000);
  const failure = makePeculiar(path) ?? failureOf('setcap', 'cap_net_raw+ep', path);
  if (failure !== undefined) return t.skip(failure);
  const before = peculiaritiesOf(path);
  assert.match(String(before), /security\.capability/);
  assert.deepEqual(await saveInPlace(t, path, undefined, { offset: 5000, length: 3, text: 'ABC' }), []);
  assert.deepEqual(peculiaritiesOf(path), before);
  writeFileSync(path, textOfSize(20_000));
  assert.equal(failureOf('setcap', 'cap_net_raw+ep', path), undefined);
  assert.deepEqual(await saveInPlace(t, path, join(folder, 'journal'), { offset: 3, text: '<inserted>' }), []);
  assert.deepEqual(peculiaritiesOf(path), before);
});

test('an owner who is not root has set-user-ID back, too', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 20_000);
  if (process.getuid?.() !== 0) return t.skip('needs root to become another user');
  chmodSync(folder, 0o755);
  chownSync(path, 65_534, 65_534);
  chmodSync(path, 0o6755);
  const file = await open(t, path);
  const request = requestFor(path, editsOf(20_000, shownAt, { offset: 5000, length: 3, text: 'ABC' }), 'changes');
  process.setegid?.(65_534);
  process.seteuid?.(65_534);
  try {
    await file.saveInPlace(request, undefined).result;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
  assert.equal(readFileSync(path, 'latin1').slice(5000, 5003), 'ABC');
  assert.equal(statSync(path).mode & 0o7777, 0o6755);
});

test('short writes of the kernel are gone on from', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 30_000);
  t.after(() => addon.limitWrites(0));
  addon.limitWrites(1000);
  const edits = [
    { offset: 100, text: 'x'.repeat(5000) },
    { offset: 20_000, length: 3000, text: '' },
  ];
  const wanted = edited(path, ...edits);
  await saveInPlace(t, path, join(folder, 'journal'), ...edits);
  assert.equal(readFileSync(path, 'latin1'), wanted);
  const other = textFile(folder, 30_000, 'other');
  await saveBeside(t, other, ...edits);
  assert.equal(readFileSync(other, 'latin1'), wanted);
  const file = await open(t, path);
  await file.write(0, new Uint8Array(2500).fill(0x2e), { ...file.facts });
  assert.equal(readFileSync(path, 'latin1').slice(0, 2501), `${'.'.repeat(2500)}${wanted[2500]}`);
});

test('a save beside keeps owner, mode, ACL and attributes, whatever the umask, and leaves nothing else', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 9000);
  const failure = makePeculiar(path);
  if (failure !== undefined) return t.skip(failure);
  const [before, { ino }] = [peculiaritiesOf(path), statSync(path)];
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const edits = [
    { offset: 1, text: 'inserted' },
    { offset: 5000, length: 7, text: '' },
  ];
  const wanted = edited(path, ...edits);
  assert.deepEqual(await saveBeside(t, path, ...edits), []);
  assert.equal(readFileSync(path, 'latin1'), wanted);
  assert.deepEqual(peculiaritiesOf(path), before);
  assert.notEqual(statSync(path).ino, ino);
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('a symlink stays one, and a file with other hard links is not replaced', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 5000);
  symlinkSync('file', join(folder, 'link'));
  const edit = { offset: 7, text: '++' };
  const wanted = edited(path, edit);
  await saveBeside(t, join(folder, 'link'), edit);
  assert.equal(readFileSync(path, 'latin1'), wanted);
  assert.deepEqual(
    readdirSync(folder, { withFileTypes: true }).map((each) => each.isSymbolicLink()),
    [false, true],
  );
  writeFileSync(path, textOfSize(5000));
  linkSync(path, join(folder, 'other'));
  await assert.rejects(saveBeside(t, path, edit), { code: 'EMLINK' });
  assert.equal(readFileSync(join(folder, 'other'), 'latin1'), textOfSize(5000));
  await saveInPlace(t, path, join(folder, 'journal'), edit);
  assert.equal(readFileSync(join(folder, 'other'), 'latin1'), wanted);
});

test('a sparse file stays sparse, wherever its holes are moved to', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 100_000);
  truncateSync(path, 100 * 2 ** 30);
  const file = await open(t, path);
  const overlay = editsOf(100 * 2 ** 30, shownAt, { offset: 10, text: 'x' });
  await file.saveBeside(requestFor(path, overlay, 'whole')).result;
  const { size, blocks } = statSync(path);
  assert.deepEqual([size, blocks < 300], [100 * 2 ** 30 + 1, true]);
  const moved = await open(t, path);
  const { bytes } = await read(moved, 0, 100_002);
  assert.equal(Buffer.from(bytes).toString('latin1'), `${textOfSize(10)}x${textOfSize(100_000).slice(10)}\0`);
});

test('nothing is written where bytes under an edit, the size or the file are others now', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 9000);
  const edits = [
    { offset: 10, length: 4, text: 'four' },
    { offset: 8000, length: 1, text: '1' },
  ];
  const file = await open(t, path);
  const request = requestFor(path, editsOf(9000, shownAt, ...edits), 'changes');
  const other = `${textOfSize(8000)}#${textOfSize(9000).slice(8001)}`;
  writeFileSync(path, other);
  const journal = pathOf(join(folder, 'journal'));
  assert.deepEqual([...(await file.saveInPlace(request, journal).result).changed], [1]);
  assert.equal(readFileSync(path, 'latin1'), other);
  truncateSync(path, 8999);
  await assert.rejects(file.saveInPlace(request, journal).result, { code: 'ESTALE' });
  renameSync(textFile(folder, 9000, 'new'), path);
  await assert.rejects(file.saveInPlace(request, journal).result, { code: 'ESTALE' });
  assert.equal(readFileSync(path, 'latin1'), textOfSize(9000));
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('a hole that was filled since is noticed', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, '');
  truncateSync(path, 1 << 20);
  const file = await open(t, path);
  const overlay = editsOf(1 << 20, () => 0, { offset: 70_000, length: 1, text: 'x' });
  const request = requestFor(path, overlay, 'changes');
  await file.write(70_000, pathOf('y'), { ...file.facts });
  assert.deepEqual([...(await file.saveInPlace(request).result).changed], [0]);
});

test('a full file system leaves the file as it was, and no journal', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const path = textFile(folder, 100_000);
  const elsewhere = join(diskFolder(t), 'journal');
  const grow = { offset: 100_000, text: 'z'.repeat(2 << 20) };
  await assert.rejects(saveInPlace(t, path, elsewhere, grow), { code: 'ENOSPC', syscall: 'fallocate' });
  await assert.rejects(saveBeside(t, path, grow), { code: 'ENOSPC' });
  const small = { offset: 5, length: 1, text: '!' };
  writeFileSync(join(folder, 'filler'), 'f'.repeat((1 << 20) - 100_000 - 30_000));
  const across = { offset: 0, length: 90_000, text: 'y'.repeat(90_000) };
  await assert.rejects(saveInPlace(t, path, join(folder, 'journal'), across), { code: 'ENOSPC' });
  assert.equal(readFileSync(path, 'latin1'), textOfSize(100_000));
  assert.deepEqual(readdirSync(folder).sort(), ['file', 'filler']);
  assert.deepEqual(readdirSync(dirname(elsewhere)), []);
  assert.deepEqual(await saveInPlace(t, path, undefined, small), []);
});

test('a long file is copied right from wherever to wherever, around its holes', async (t) => {
  const folder = diskFolder(t);
  const size = 40 * MiB + 12_345;
  for (const edits of [
    [{ offset: 0, text: 'x' }],
    [{ offset: 4097, length: 4096 * 3 + 1, text: '' }],
    [
      { offset: 100, text: 'y'.repeat(5000) },
      { offset: size + 5000, text: 'the end' },
    ],
  ]) {
    const path = textFile(folder, size);
    const wanted = edited(path, ...edits);
    await saveBeside(t, path, ...edits);
    assert.ok(readFileSync(path).equals(Buffer.from(wanted, 'latin1')));
  }
  const path = textFile(folder, size);
  truncateSync(path, 400 * MiB);
  const { blocks } = statSync(path);
  await saveBeside(t, path, { offset: 1, text: 'z' });
  assert.equal(statSync(path).size, 400 * MiB + 1);
  assert.ok(statSync(path).blocks <= blocks + 64, `${statSync(path).blocks} blocks, once ${blocks}`);
  const { bytes } = await read(await open(t, path), size - 5, 20);
  const tail = Buffer.from(bytes).toString('latin1');
  const last = Array.from({ length: 6 }, (_, i) => String.fromCharCode(shownAt(size - 6 + i))).join('');
  assert.equal(tail, `${last}${'\0'.repeat(14)}`);
});

test('a save that is canceled in time leaves nothing', async (t) => {
  const folder = diskFolder(t);
  const path = textFile(folder, 5000);
  const file = await open(t, path);
  const overlay = editsOf(5000, shownAt, { offset: 1, text: 'x' });
  const [inPlace, beside] = [
    file.saveInPlace(requestFor(path, overlay, 'changes'), pathOf(join(folder, 'journal'))),
    file.saveBeside(requestFor(path, overlay, 'whole')),
  ];
  beside.cancel();
  inPlace.cancel();
  for (const result of await Promise.allSettled([inPlace.result, beside.result])) {
    assert.equal(result.status === 'rejected' && result.reason.code, 'ECANCELED');
  }
  assert.equal(readFileSync(path, 'latin1'), textOfSize(5000));
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('what cannot be meant is refused before any file is touched', async (t) => {
  const path = textFile(diskFolder(t), 100);
  const file = await open(t, path);
  const good = requestFor(path, editsOf(100, shownAt, { offset: 1, length: 1, text: 'x' }), 'changes');
  const column = (...values: number[]) => Float64Array.from(values);
  const pieces = (offsets: number[], lengths: number[], sources: number[]) => ({
    pieces: { offsets: column(...offsets), lengths: column(...lengths), sources: column(...sources) },
  });
  for (const wrong of [
    pieces([2 ** 53], [1], [-1]),
    pieces([100], [1], [-1]),
    pieces([1], [1], [100]),
    pieces([5, 4], [1, 1], [-1, 0]),
    pieces([0.5], [1], [-1]),
    pieces([1], [2], [-1]),
    pieces([1, 2], [1], [-1]),
    { newSize: 200n },
    { newSize: 2n ** 63n },
    { originals: new Uint8Array(9) },
  ]) {
    await assert.rejects(async () => file.saveInPlace({ ...good, ...wrong }).result, RangeError);
  }
  const wild = file as unknown as { saveInPlace(request: unknown): unknown; saveBeside(request: unknown): unknown };
  for (const wrong of [undefined, {}, { ...good, pieces: {} }, { ...good, bytes: 'x' }, { ...good, expected: 1 }]) {
    await assert.rejects(async () => wild.saveInPlace(wrong), TypeError);
  }
  await assert.rejects(async () => wild.saveBeside(good), RangeError);
  assert.equal(readFileSync(path, 'latin1'), textOfSize(100));
  assert.ok(!existsSync(`${path}.part`));
});
