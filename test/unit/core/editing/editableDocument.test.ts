import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteSource } from '../../../../extension/core/byteSource.ts';
import { EditableDocument } from '../../../../extension/core/editing/editableDocument.ts';
import type { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { readView } from '../../../../extension/core/overlay/readView.ts';
import type { Saved } from '../../../../extension/core/saving/saved.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A file in memory; `?` is a byte that cannot be read. */
class File {
  text: string;
  opened = 0;
  /** What a save waits for. */
  pending: Promise<void> = Promise.resolve();
  way: 'inPlace' | 'beside' | 'changed' = 'inPlace';
  name = '/file';

  constructor(text: string) {
    this.text = text;
  }

  open = async (): Promise<ByteSource> => {
    this.opened++;
    const read = async (offset: number, into: Uint8Array) => {
      const part = bytesOf(this.text).subarray(offset, offset + into.length);
      into.set(part);
      const at = part.indexOf(0x3f);
      const holes = at < 0 ? [] : [{ offset: offset + at, length: 1, reason: 'ioError' as const, errno: 'EIO' }];
      return { length: part.length, holes };
    };
    const size = async () => this.text.length;
    const probe = async () => ({ size: this.text.length, version: this.text, fate: { kind: 'same' } });
    const ref = { kind: 'file', path: bytesOf(this.name) };
    return { ref, read, size, probe, dispose: () => this.opened-- } as unknown as ByteSource;
  };

  save = async (overlay: Overlay, source: ByteSource): Promise<Saved> => {
    if (this.way === 'changed') return { kind: 'changed', ranges: [{ offset: 0, length: 1 }] };
    const into = new Uint8Array(overlay.size);
    await readView(overlay, source, 0, into);
    await this.pending;
    this.text = textOf(into);
    return { kind: 'saved', way: this.way };
  };
}

async function shown(document: EditableDocument): Promise<string> {
  const into = new Uint8Array(document.size);
  await document.read(0, into);
  return textOf(into);
}

test('edits are read, undone, saved in both ways, undone beyond that, and given up', async () => {
  const file = new File('0123456789');
  const document = await EditableDocument.open(file);
  await document.edit(2, 3, bytesOf('abc'));
  await document.edit(5, 0, bytesOf('+'));
  assert.deepEqual([await shown(document), file.text], ['01abc+56789', '0123456789']);
  await document.save();
  assert.deepEqual([file.text, document.edits.isEmpty], ['01abc+56789', true]);
  await document.undo();
  assert.equal(await shown(document), '01abc56789');
  file.way = 'beside';
  await document.save();
  await document.undo();
  assert.deepEqual([file.text, await shown(document), file.opened], ['01abc56789', '0123456789', 1]);
  await document.revert();
  assert.deepEqual([await shown(document), await document.undo()], ['01abc56789', undefined]);
  document.dispose();
  assert.equal(file.opened, 0);
});

test('what is typed while a save runs comes after it, and what was not saved stays staged', async () => {
  const file = new File('0123');
  const document = await EditableDocument.open(file);
  let finish = () => {};
  file.pending = new Promise((resolve) => {
    finish = resolve;
  });
  await document.edit(0, 1, bytesOf('a'));
  const [saving, typing] = [document.save(), document.edit(1, 1, bytesOf('b'))];
  finish();
  await Promise.all([saving, typing]);
  assert.deepEqual([file.text, await shown(document), document.edits.count], ['a123', 'ab23', 1]);
  file.way = 'changed';
  assert.equal((await document.save()).kind, 'changed');
  assert.deepEqual([file.text, document.edits.count], ['a123', 1]);
});

test('a backup brings the edits back, and what was changed under them since is told', async () => {
  const file = new File('0123456789');
  const before = await EditableDocument.open(file);
  await before.edit(2, 2, bytesOf('ab'));
  await before.edit(6, 2, new Uint8Array(0));
  await before.edit(6, 0, bytesOf('++'));
  await before.edit(0, 0, bytesOf('>'));
  const [view, backup] = [await shown(before), before.backup()];
  const after = await EditableDocument.restore(file, backup);
  assert.equal(await shown(after), view);
  assert.deepEqual(
    [...after.edits.allChanges()].map(({ kind, offset, length }) => `${kind} ${offset} ${length}`),
    [...before.edits.allChanges()].map(({ kind, offset, length }) => `${kind} ${offset} ${length}`),
  );
  assert.deepEqual(await after.changedUnder(), { ranges: [], isResized: false });
  file.text = '01234#6#8';
  assert.deepEqual(await after.changedUnder(), { ranges: [{ offset: 6, length: 2 }], isResized: true });
  for (const torn of [new Uint8Array(0), backup.subarray(0, 30), backup.subarray(0, -1), bytesOf('MGEDITS1....')]) {
    await assert.rejects(EditableDocument.restore(file, torn), { code: 'badArgument' });
  }
  file.name = '/other';
  await assert.rejects(EditableDocument.restore(file, backup), { code: 'badArgument' });
});

test('what cannot be read is not overwritten, and nothing beyond the end', async () => {
  const document = await EditableDocument.open(new File('01?3'));
  await assert.rejects(document.edit(1, 2, bytesOf('ab')), { code: 'ioError' });
  await assert.rejects(document.edit(4, 1, bytesOf('a')), { code: 'pastEnd' });
  await document.edit(4, 0, bytesOf('4'));
  assert.equal(document.edits.count, 1);
});
