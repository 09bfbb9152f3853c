// Edits that ended windows have left: which are listed, and whose they are once a document has claimed them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backupSteps } from '../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { KeptEdits } from '../../extension/platform/editing/keptEdits.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { finished } from '../support/finished.ts';
import { addon, diskFolder, pathOf } from './addon.ts';

const id = { key: 'document', uri: 'file:///document' };
const failed = (error: unknown) => assert.fail(String(error));

/** A document, open and clean, of which two windows have left edits that were put aside meanwhile. */
async function openDocument(t: TestContext) {
  const folder = diskFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, '0123456789');
  const platform = createPlatform(addon, folder);
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  const { keeper } = await platform.keptDocuments.begin(edited, id, { dropsDone: true, failed });
  t.after(() => platform.keptDocuments.dispose());
  const names = () => readdirSync(join(folder, 'edits')).filter((name) => name.endsWith('.edits'));
  const leave = async (text: string) => {
    const kept = new KeptEdits(addon, join(folder, 'edits'));
    const overlay = new Overlay(10);
    overlay.edit({
      offset: 0,
      length: text.length,
      bytes: pathOf(text),
      shown: pathOf('0123456789'.slice(0, text.length)),
    });
    await kept.write(id.key, finished(backupSteps(overlay, { key: 'x', size: 10, version: '' }, kept.stamp(id))));
    await kept.dispose();
  };
  const shown = async () => Buffer.from((await edited.read(0, 10)).bytes).toString();
  return { documents: platform.keptDocuments, edited, keeper, names, leave, shown, folder };
}

test('edits that are left are claimed by one document, which gives them up as its own', async (t) => {
  const { documents, edited, keeper, names, leave, shown } = await openDocument(t);
  await leave('old');
  await leave('latest');
  const [latest, old] = await documents.left();
  assert.ok(latest !== undefined && old !== undefined);
  assert.deepEqual([latest.summary?.bytes, latest.summary?.count, old.summary?.bytes], [6, 1, 3]);
  assert.equal(await documents.claim(old), 'claimed');
  assert.equal(await documents.claim(old), 'edited');
  assert.equal(await documents.bringBack(edited, id), true);
  assert.equal(await shown(), 'old3456789');
  assert.equal(await documents.claim(latest), 'edited');
  await edited.revert();
  await keeper.settle();
  assert.equal(await documents.claim(old), 'gone');
  assert.equal(await documents.claim(latest), 'claimed');
  assert.equal(await documents.bringBack(edited, id), true);
  assert.equal(await shown(), 'latest6789');
  assert.deepEqual(await documents.left(), []);
  await edited.revert();
  documents.end(id);
  await documents.dispose();
  assert.deepEqual(names(), []);
});

test('edits that are claimed while their document is being opened come back once', async (t) => {
  for (const isClaimedFirst of [false, true]) {
    const { documents, edited, leave, shown, names } = await openDocument(t);
    await documents.end(id);
    await leave('old');
    const [left] = await documents.left();
    assert.ok(left !== undefined);
    const claim = isClaimedFirst ? documents.claim(left) : undefined;
    const begin = documents.begin(edited, id, { dropsDone: true, failed });
    const [claimed, begun] = await Promise.all([claim ?? documents.claim(left), begin]);
    assert.ok(claimed !== 'gone');
    assert.deepEqual([begun.from, await shown()], ['kept', 'old3456789']);
    await edited.edit({ offset: 9, length: 1, bytes: pathOf('!') });
    await begun.keeper.settle();
    assert.deepEqual([await documents.left(), names().length], [[], 1]);
    await documents.dispose();
  }
});

test('claimed edits do not take the place of what is typed before they are back, nor that of theirs', async (t) => {
  const { documents, edited, keeper, leave, shown } = await openDocument(t);
  await leave('old');
  const [left] = await documents.left();
  assert.ok(left !== undefined);
  assert.equal(await documents.claim(left), 'claimed');
  const typed = edited.edit({ offset: 9, length: 1, bytes: pathOf('!') });
  assert.equal(await documents.bringBack(edited, id), false);
  await typed;
  assert.equal(await shown(), '012345678!');
  await keeper.settle();
  assert.deepEqual(
    (await documents.left()).map(({ summary }) => summary?.bytes),
    [3],
  );
  await documents.dispose();
});

test('left edits that are damaged are put aside where a document would take them, and nothing goes over them', async (t) => {
  const { documents, edited, keeper, names, leave, folder } = await openDocument(t);
  await leave('old');
  const [name = ''] = names();
  const path = join(folder, 'edits', name);
  const damaged = readFileSync(path);
  // Zeros, as a power loss leaves them where nobody flushed.
  damaged.fill(0, damaged.length - 12, damaged.length - 4);
  writeFileSync(path, damaged);
  const [left] = await documents.left();
  assert.ok(left !== undefined);
  assert.equal(await documents.claim(left), 'claimed');
  assert.equal(await documents.bringBack(edited, id), false);
  await edited.edit({ offset: 0, length: 1, bytes: pathOf('x') });
  await keeper.settle();
  const [aside = ''] = readdirSync(join(folder, 'edits')).filter((each) => each.includes('.unreadable-'));
  assert.ok(readFileSync(join(folder, 'edits', aside)).equals(damaged));
});

test('left edits that are claimed are left again where somebody edits before they are back', async (t) => {
  const { documents, edited, keeper, leave, shown } = await openDocument(t);
  await leave('old');
  const [left] = await documents.left();
  assert.ok(left !== undefined);
  assert.equal(await documents.claim(left), 'claimed');
  // Nothing is staged, which is no reason to remove them.
  edited.refresh();
  await keeper.settle();
  const step = await edited.edit({ offset: 9, length: 1, bytes: pathOf('x') });
  await keeper.settle();
  const [again] = await documents.left();
  assert.ok(again !== undefined);
  assert.equal(again.summary?.bytes, 3);
  await step.undo();
  await keeper.settle();
  assert.equal(await documents.claim(again), 'claimed');
  assert.equal(await documents.bringBack(edited, id), true);
  assert.equal(await shown(), 'old3456789');
  await edited.revert();
  await keeper.settle();
});
