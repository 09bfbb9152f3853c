// Edits of shared memory of which only some could be applied: none is, and what is told is true.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LiveStores } from '../../extension/core/live/liveStores.ts';
import { refOfPath } from '../../extension/core/sourceRef.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { addon, diskFolder, mountTmpfs, pathOf, shmFolder } from './addon.ts';

const size = 65536;
const bytes = (text: string) => new TextEncoder().encode(text);
const asked = {
  overwrites: false,
  task: { report: () => {}, isCancelled: () => false },
  approve: async () => true,
};

/** Two edits staged over shared memory; `before` is called before each store, with its offset. */
async function staged(t: TestContext, before: (offset: number) => void) {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, Buffer.alloc(size, 'a'));
  const watched = await createPlatform(addon, join(diskFolder(t), 'storage')).watch(refOfPath(pathOf(path)));
  t.after(() => watched.dispose());
  const { stores } = watched.source;
  assert.ok(stores);
  const store = stores.store.bind(stores);
  const meddled: LiveStores['store'] = async (offset, expected, put) => {
    before(offset);
    return await store(offset, expected, put);
  };
  Object.assign(stores, { store: meddled });
  const edited = new EditedSource(watched, undefined, true);
  for (const [offset, text] of [
    [0, 'FIRST'],
    [40_000, 'LAST'],
  ] as const) {
    await edited.edit({ offset, length: text.length, bytes: bytes(text) });
  }
  return {
    edited,
    text: (offset: number, length: number) =>
      readFileSync(path)
        .subarray(offset, offset + length)
        .toString('latin1'),
    path,
  };
}

test('bytes that others change while edits are applied: none is applied, and theirs stay', async (t) => {
  const { edited, text, path } = await staged(t, (offset) => {
    if (offset === 0) {
      const content = readFileSync(path);
      content.set(bytes('THEM'), 40_000);
      writeFileSync(path, content, { flag: 'r+' });
    }
  });
  await assert.rejects(edited.save(asked), { code: 'changedMeanwhile' });
  await edited.revert();
  assert.deepEqual([text(0, 5), text(40_000, 4)], ['aaaaa', 'THEM']);
});

test('a cancelled apply has applied nothing', async (t) => {
  let stores = 0;
  const { edited, text } = await staged(t, () => stores++);
  const task = { report: () => {}, isCancelled: () => stores === 1 };
  await assert.rejects(edited.save({ ...asked, task }), { code: 'cancelled' });
  assert.equal(text(0, 5), 'aaaaa');
  assert.equal(edited.overlay.count, 2);
});

test('where there is no room for one of the edits, none is applied', async (t) => {
  const folder = mountTmpfs(t, 'size=64k');
  if (folder === undefined) return;
  const path = join(folder, 'object');
  writeFileSync(path, 'first page');
  truncateSync(path, size);
  for (let isFull = false; !isFull; ) {
    try {
      appendFileSync(join(folder, 'filler'), Buffer.alloc(4096));
    } catch {
      isFull = true;
    }
  }
  const watched = await createPlatform(addon, join(diskFolder(t), 'storage')).watch({
    kind: 'file',
    path: pathOf(path),
  });
  t.after(() => watched.dispose());
  const edited = new EditedSource(watched, undefined, true);
  await edited.edit({ offset: 0, length: 5, bytes: bytes('FIRST') });
  await edited.edit({ offset: 40_000, length: 4, bytes: bytes('LAST') });
  await assert.rejects(edited.save(asked), { code: 'noSpace' });
  assert.equal(readFileSync(path).subarray(0, 10).toString('latin1'), 'first page');
  assert.equal(edited.overlay.count, 2);
  rmSync(join(folder, 'filler'));
  await edited.save(asked);
  assert.equal(readFileSync(path).subarray(0, 10).toString('latin1'), 'FIRST page');
});
