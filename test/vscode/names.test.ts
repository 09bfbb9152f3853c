// Names that are no text, lie about themselves, or are as long as they may be.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { bytesUri, closeAllTabs, memglass, open, openEditor, read, useScratch } from './memglass.ts';

const hostile: Record<string, string> = {
  'a newline': 'two\nlines',
  'a literal escape': 'two\\012lines',
  'an element': '<img src=x onerror=alert(1)>',
  'a bidi override': 'photo_\u202Egpj.exe',
  'right to left letters': 'שלום.bin',
  'an escape for terminals': '\u001b[31mred',
  'percent signs': '..%2f%00',
  'spaces at both ends': ' spaced ',
  'an end like that of a deleted file': 'fake (deleted)',
  '255 bytes': `${'ü'.repeat(127)}x`,
  'a question mark and a hash': 'a?b#c',
  'a backslash at the end': 'ends\\',
};

describe('A name', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);

  for (const [kind, name] of Object.entries(hostile)) {
    it(`with ${kind} opens as a source and as an editor`, async () => {
      const path = join(scratch().folder(), name);
      writeFileSync(path, `content of ${kind}`);
      const source = await open(scratch(), path);
      assert.equal(Buffer.from((await read(source, 0, 100)).bytes).toString(), `content of ${kind}`);
      const tab = await openEditor(vscode.Uri.file(path));
      assert.ok(tab.input instanceof vscode.TabInputCustom);
      assert.equal(tab.input.uri.path, path);
    });
  }

  /** A name that is not UTF-8, as bytes and as VS Code shows it. */
  const notUtf8 = (folder: string, ...bytes: number[]) =>
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]);

  const activeUri = () => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    return input.uri;
  };

  it('that is not UTF-8 opens from the one that VS Code shows, where only one file is shown so', async () => {
    const folder = scratch().folder();
    const path = notUtf8(folder, 0x6e, 0xff, 0x6d);
    writeFileSync(path, 'one match');
    await (await memglass()).open(vscode.Uri.file(`${folder}/n\uFFFDm`));
    const uri = activeUri();
    assert.equal(uri.scheme, 'memglass-file');
    assert.ok(uri.path.startsWith(`/${path.toString('hex')}/`), uri.path);
    const source = await open(scratch(), uri);
    assert.equal(Buffer.from((await read(source, 0, 100)).bytes).toString(), 'one match');
  });

  it('that is not UTF-8 is found in a folder whose name is not UTF-8 either', async () => {
    const folder = notUtf8(scratch().folder(), 0xfe);
    mkdirSync(folder);
    const path = Buffer.concat([folder, Buffer.from('/'), Buffer.from([0xfd])]);
    writeFileSync(path, '');
    await (await memglass()).open(vscode.Uri.file(`${folder.toString()}/\uFFFD`));
    assert.ok(activeUri().path.startsWith(`/${path.toString('hex')}/`));
  });

  it('shown for several files is asked about, and the answer opens', async () => {
    const folder = scratch().folder();
    for (const byte of [0xff, 0xfe]) writeFileSync(notUtf8(folder, byte), String(byte));
    const opened = (await memglass()).open(vscode.Uri.file(`${folder}/\uFFFD`));
    // The quick pick is up when its first item can be chosen; until then accepting does nothing.
    const accepting = setInterval(
      () => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'),
      50,
    );
    await opened;
    clearInterval(accepting);
    const source = await open(scratch(), activeUri());
    assert.match(Buffer.from((await read(source, 0, 100)).bytes).toString(), /^25[45]$/);
  });

  it('shown for no file is refused as not found', async () => {
    const missing = vscode.Uri.file(`${scratch().folder()}/\uFFFD`);
    await assert.rejects(async () => (await memglass()).open(missing), { code: 'notFound' });
  });

  it('that is not UTF-8 opens as an editor under memglass-file:', async () => {
    const path = notUtf8(scratch().folder(), 0xc3, 0x28);
    writeFileSync(path, 'bytes');
    const tab = await openEditor(bytesUri(path), 'memglass.memory');
    assert.ok(tab.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'memglass.memory');
  });

  it('that is no full path is refused', async () => {
    await assert.rejects(async () => (await memglass()).open('relative/path'), { code: 'notAbsolute' });
  });
});
