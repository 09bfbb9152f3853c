// Shared memory saved to a file, and duplicated: all of it, and in the place of nothing that was not meant.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SourceError } from '../../extension/core/sourceError.ts';
import { addon, diskFolder, pathOf, shmFolder } from './addon.ts';
import { cancelledAfter, failsWith, MiB, make, operations, pattern } from './operationScene.ts';

test('saved and duplicated, sparse stays sparse', async (t) => {
  const folder = shmFolder(t);
  const size = 3 * 2 ** 30;
  const target = await make(folder, 'sparse', size, { reserve: false });
  await operations.write(target, 2 ** 30 + 17, { kind: 'bytes', bytes: pathOf('in the middle') }, 13);
  await operations.write(target, size - 4, { kind: 'bytes', bytes: pathOf('last') }, 4);
  const disk = diskFolder(t);
  const saved = join(disk, 'saved.bin');
  await operations.save(target, pathOf(saved), false);
  const facts = statSync(saved);
  assert.equal(facts.size, size);
  assert.ok(facts.blocks * 512 < MiB, `${facts.blocks} blocks`);
  const copy = await operations.duplicateAsPosix(target, {
    name: pathOf('copy'),
    reserve: false,
    mode: 0o640,
    folder: pathOf(folder),
  });
  assert.equal(copy.size, BigInt(size));
  for (const path of [saved, join(folder, 'copy')]) {
    const file = await addon.openFile(pathOf(path));
    const bytes = new Uint8Array(32);
    await file.read(2 ** 30 + 16, bytes);
    assert.equal(Buffer.from(bytes).toString('latin1', 0, 15), '\0in the middle\0');
    await file.read(size - 8, bytes.subarray(0, 8));
    assert.equal(Buffer.from(bytes).toString('latin1', 0, 8), '\0\0\0\0last');
    file.close();
  }
  const { blocks, mode } = statSync(join(folder, 'copy'));
  assert.ok(blocks * 512 < MiB);
  assert.equal(mode & 0o777, 0o640);
});

test('what has grown since it was looked at is copied as long as it is', async (t) => {
  const [folder, disk] = [shmFolder(t), diskFolder(t)];
  const target = await make(folder, 'object', 5, { contents: { kind: 'bytes', bytes: pathOf('bytes') } });
  appendFileSync(join(folder, 'object'), ', and more');
  await operations.save(target, pathOf(join(disk, 'saved')), false);
  assert.equal(readFileSync(join(disk, 'saved'), 'latin1'), 'bytes, and more');
  const name = pathOf('copy');
  const copy = await operations.duplicateAsPosix(target, { name, reserve: false, mode: 0o600, folder: pathOf(folder) });
  assert.deepEqual([copy.size, readFileSync(join(folder, 'copy'), 'latin1')], [15n, 'bytes, and more']);
});

test('a file has its name once it is whole, and nothing goes that takes the name meanwhile', async (t) => {
  const target = await make(shmFolder(t), 'object', 32 * MiB, { contents: pattern([5]) });
  const disk = diskFolder(t);
  const path = join(disk, 'file');
  const seen: boolean[] = [];
  const watch = { isCancelled: () => false, report: () => void seen.push(existsSync(path)) };
  await operations.save(target, pathOf(path), false, watch);
  assert.deepEqual(
    [new Set(seen), statSync(path).size, statSync(path).mode & 0o777],
    [new Set([false]), 32 * MiB, 0o600],
  );
  for (const overwrite of [false, true]) {
    rmSync(path);
    const take = { isCancelled: () => false, report: () => writeFileSync(path, 'theirs') };
    await assert.rejects(operations.save(target, pathOf(path), overwrite, take), failsWith('nameTaken'));
    assert.deepEqual([readdirSync(disk), readFileSync(path, 'utf8')], [['file'], 'theirs']);
  }
  const nowhere = join(disk, 'none', 'file');
  const isOfFile = ({ detail }: SourceError) => detail.path === nowhere;
  await assert.rejects(operations.save(target, pathOf(nowhere), false), isOfFile);
});

test('a save replaces nothing unasked, and what is cancelled leaves the old file and no part of a new one', async (t) => {
  const folder = shmFolder(t);
  const target = await make(folder, 'object', 32 * MiB, { contents: pattern([5]) });
  const disk = diskFolder(t);
  const path = join(disk, 'file');
  await assert.rejects(operations.save(target, pathOf(path), false, cancelledAfter(MiB)), failsWith('cancelled'));
  assert.deepEqual(readdirSync(disk), []);
  writeFileSync(path, 'precious');
  await assert.rejects(operations.save(target, pathOf(path), false), failsWith('nameTaken'));
  await assert.rejects(operations.save(target, pathOf(path), true, cancelledAfter(MiB)), failsWith('cancelled'));
  assert.deepEqual([readdirSync(disk), readFileSync(path, 'utf8')], [['file'], 'precious']);
  await operations.save(target, pathOf(path), true);
  assert.deepEqual(readdirSync(disk), ['file']);
  assert.ok(readFileSync(path).equals(readFileSync(join(folder, 'object'))));
});

test('a save takes the place of no pipe, no folder and no shared memory, not its own either, and goes where a link leads', async (t) => {
  const [shm, disk] = [shmFolder(t), diskFolder(t)];
  const from = await make(shm, 'from', 5, { contents: { kind: 'bytes', bytes: pathOf('bytes') } });
  const [pipe, folder, file, link] = ['pipe', 'folder', 'file', 'link'].map((name) => join(disk, name)) as [
    string,
    string,
    string,
    string,
  ];
  execFileSync('mkfifo', [pipe]);
  mkdirSync(folder);
  await assert.rejects(operations.save(from, pathOf(pipe), true), failsWith('notAFile'));
  assert.ok(lstatSync(pipe).isFIFO());
  await assert.rejects(operations.save(from, pathOf(folder), true), failsWith('notAFile'));
  for (const name of ['from', 'other']) {
    const path = join(shm, name);
    if (name === 'other') writeFileSync(path, 'other');
    const { ino } = statSync(path);
    await assert.rejects(operations.save(from, pathOf(path), true), failsWith('nameTaken'));
    assert.equal(statSync(path).ino, ino);
  }
  writeFileSync(file, 'old');
  symlinkSync(file, link);
  await operations.save(from, pathOf(link), true);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(file, 'latin1'), 'bytes');
  assert.deepEqual(readdirSync(disk).sort(), ['file', 'folder', 'link', 'pipe']);
});
