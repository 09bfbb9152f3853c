// Modes of editing in URIs, as VS Code carries them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as vscode from 'vscode';
import { documentToUri, editModes, uriToDocument, usualMode } from '../../extension/core/editing/documentUri.ts';
import { fileRef, memoryRef } from '../support/refs.ts';
import { bytesUri, closeAllTabs, openEditor, useScratch } from './memglass.ts';

describe('The URI of a document', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);

  it('brings source and mode through VS Code’s own URIs, as text and as data', () => {
    fc.assert(
      fc.property(fc.oneof(fileRef, memoryRef), fc.constantFrom(...editModes), (ref, mode) => {
        const uri = vscode.Uri.from(documentToUri({ ref, mode }));
        for (const same of [uri, vscode.Uri.parse(uri.toString()), vscode.Uri.from(JSON.parse(JSON.stringify(uri)))]) {
          assert.deepEqual(uriToDocument(same), { ref, mode });
        }
        assert.equal(uri.authority, mode === usualMode(ref) ? '' : mode);
      }),
      { numRuns: 500 },
    );
  });

  it('opens the editor of Memglass in each mode, titled by the file', async () => {
    const path = join(scratch().folder(), 'modes.bin');
    writeFileSync(path, 'some bytes');
    for (const mode of ['live', 'scratch']) {
      const uri = bytesUri(Buffer.from(path)).with({ authority: mode });
      const tab = await openEditor(uri, 'memglass.memory');
      assert.ok(tab.input instanceof vscode.TabInputCustom);
      assert.equal(tab.input.viewType, 'memglass.memory');
      assert.equal(tab.label, 'name');
    }
    assert.equal(vscode.window.tabGroups.activeTabGroup.tabs.length, 2);
  });

  it('is read by workspace.fs as the source is, whatever the mode, and not under another authority', async () => {
    const path = join(scratch().folder(), 'modes.bin');
    writeFileSync(path, 'some bytes');
    const uri = bytesUri(Buffer.from(path)).with({ path });
    const live = await vscode.workspace.fs.readFile(uri.with({ authority: 'live' }));
    assert.equal(Buffer.from(live).toString(), 'some bytes');
    // The last is a second spelling, which would be a second document.
    for (const other of [uri.with({ authority: 'server' }), bytesUri(Buffer.from(path)).with({ authority: 'live' })]) {
      await assert.rejects(async () => vscode.workspace.fs.readFile(other), /EntryNotFound|FileNotFound/);
    }
  });
});
