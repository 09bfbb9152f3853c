// Commands that edit: each begins with what the one before has left, and acts on what is selected, staged edits included.
import assert from 'node:assert/strict';
import { statSync, truncateSync } from 'node:fs';
import * as vscode from 'vscode';
import { openEditor, until, useScratch } from './memglass.ts';
import { activeTab, fileWith, openAndStage, run, stage, text, untilDirty, useStaging } from './staging.ts';

describe('Edits by commands', () => {
  useStaging();
  const scratch = useScratch();
  const file = (content: string) => fileWith(scratch(), content);

  it('are no bytes that were to be cut and are not in the clipboard', async () => {
    const uri = file('');
    truncateSync(uri.fsPath, 1_100_000);
    await openEditor(uri);
    const settings = vscode.workspace.getConfiguration('memglass');
    scratch().defer(() => void settings.update('copy.limit', undefined, vscode.ConfigurationTarget.Global));
    // A view that is not there yet takes no key, and says a moment later that it inserts.
    const isCut = async () => {
      await run('memglass.toggleInsertMode');
      for (let tries = 0; tries < 20 && !activeTab().isDirty; tries++) {
        await run('memglass.cut');
        await new Promise((done) => setTimeout(done, 50));
      }
      return activeTab().isDirty;
    };
    await until(isCut, (isDone) => isDone, 'a byte is cut');
    await vscode.workspace.save(uri);
    await untilDirty(false);
    const { size } = statSync(uri.fsPath);
    await run('memglass.selectRange', `0..${size - 1}`);
    const copied = async () => {
      await run('memglass.copyAsHex');
      return (await vscode.env.clipboard.readText()).replaceAll(' ', '').length / 2;
    };
    await until(copied, (count) => count === size, 'all is selected');
    await settings.update('copy.limit', 1, vscode.ConfigurationTarget.Global);
    await run('memglass.cut');
    await vscode.workspace.save(uri);
    assert.equal(statSync(uri.fsPath).size, size);
  });

  it('are computed from what is selected: inverted, and a number that is more or less', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 0, '\xff\xff\x00\x00');
    const staged = async (wanted: string) => {
      await vscode.workspace.save(uri);
      return text(uri.fsPath).startsWith(wanted);
    };
    await run('memglass.selectRange', '0..3');
    await run('memglass.edit.increment');
    assert.ok(await staged('\x00\x00\x01\x004'));
    await run('memglass.edit.decrement', { by: 1, order: 'big' });
    assert.ok(await staged('\x00\x00\x00\xff4'));
    await run('memglass.selectRange', '4..6');
    // No number has three bytes.
    await run('memglass.edit.increment');
    assert.ok(await staged('\x00\x00\x00\xff456'));
    await run('memglass.edit.invert');
    assert.ok(await staged('\x00\x00\x00\xff\xcb\xca\xc9789'));
  });

  it('are copied as they are selected by the command before, and an offset is counted from where that has gone', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 2, 'xyz');
    const copied = async () => {
      await run('memglass.copyAsHex');
      return Buffer.from((await vscode.env.clipboard.readText()).replaceAll(' ', ''), 'hex').toString('latin1');
    };
    for (const [range, wanted] of [
      ['1..6', '1xyz56'],
      ['0', '0'],
      ['4 +5', 'z5678'],
    ] as const) {
      await run('memglass.selectRange', range);
      assert.equal(await copied(), wanted);
    }
    for (const [offset, wanted] of [
      ['2', 'x'],
      ['+5', '7'],
      ['-6', '1'],
    ] as const) {
      await run('memglass.goToOffset', offset);
      assert.equal(await copied(), wanted);
    }
  });

  it('that follow one another at once each begin with what the one before has left', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 8, 'xy');
    await run('memglass.goToOffset', 0);
    const thrice = (command: string, argument?: unknown) => Promise.all([1, 2, 3].map(() => run(command, argument)));
    await thrice('memglass.edit.increment');
    await vscode.workspace.save(uri);
    assert.equal(text(uri.fsPath), '31234567xy');
    await thrice('memglass.edit.increment', { by: 2 });
    await run('memglass.selectRange', '2..3');
    await thrice('memglass.edit.invert');
    await vscode.workspace.save(uri);
    assert.equal(text(uri.fsPath), '91\xcd\xcc4567xy');
    await stage(1, 'a');
    await stage(4, 'bc');
    await run('memglass.goToOffset', 0);
    await Promise.all([run('memglass.nextEdit'), run('memglass.nextEdit')]);
    await run('memglass.copyAsHex');
    assert.equal(await vscode.env.clipboard.readText(), '62 63');
    await run('memglass.discardEdits');
    await vscode.workspace.save(uri);
    assert.equal(text(uri.fsPath), '9a\xcd\xcc4567xy');
  });

  it('are in a segment made from the selection, though no file has them', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 2, 'xyz');
    await run('memglass.selectRange', '1..6');
    const name = `memglass-test-${process.pid}-staged`;
    await run('memglass.sharedMemory.create', { name, size: 6, fill: { selection: true } });
    assert.equal(text(`/dev/shm/${name}`), '1xyz56');
    await run('memglass.sharedMemory.unlink', { name });
    assert.equal(text(uri.fsPath), '0123456789');
  });
});
