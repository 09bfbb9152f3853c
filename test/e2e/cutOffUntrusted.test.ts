// A save that was cut off and edits that ended windows have left, met from a folder that is not trusted: they are told and shown,
// and files stay as they are until that is trusted.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Scene as Saving } from '../native/saveScene.ts';
import { content, hex, keptFolder, text } from './editScene.ts';
import { leaveEdits } from './leaveEdits.ts';
import { Notices } from './notices.ts';
import { startCommand, until, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene({
  workspaceTrust: true,
  settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
});

const notices = new Notices(scene);
const refused = 'Nothing is changed from an untrusted workspace.';

test('edits that were left can be opened and looked at, and neither be thrown away nor saved', async () => {
  const { workbench } = scene;
  const edited = join(scene.scratch.folder(), 'edited');
  const plain = join(scene.scratch.folder(), 'plain');
  for (const path of [edited, plain]) writeFileSync(path, content);
  const shown = await scene.open(plain);
  await shown.shows(0, hex(content.slice(0, 16)));
  await leaveEdits(scene, edited, 'AB');
  const kept = readdirSync(keptFolder(scene));
  startCommand(workbench, 'memglass.leftEdits');
  await waitForQuickInput(workbench, 'Edits Left by Ended Windows');
  const row = workbench.page.locator('.quick-input-widget:visible .monaco-list-row').first();
  await row.hover();
  await row.getByRole('button', { name: 'Throw These Edits Away…' }).click();
  await notices.waitFor(refused);
  assert.deepEqual(readdirSync(keptFolder(scene)), kept);
  await notices.clear();
  await (await scene.open(edited)).shows(0, hex(`AB${content.slice(2, 16)}`));
  await until(
    () => workbench.inHost((vscode) => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty),
    (isDirty) => isDirty === true,
    'the edits are staged',
  );
  await workbench.executeCommand('workbench.action.files.save');
  await notices.waitFor(refused);
  assert.equal(text(edited), content);
});

test('a save that was cut off is completed once the workspace is trusted, and not before', async () => {
  const { workbench } = scene;
  const journals = join(scene.server.controlFolder, '../data/User/globalStorage/memglass.memglass/journals');
  mkdirSync(journals, { recursive: true });
  const edits = [
    { offset: 3, length: 5, text: 'FIRST' },
    { offset: 9000, length: 6, text: 'SECOND' },
  ];
  const saving = new Saving(scene.scratch.folder(), { name: '', way: 'inPlace', size: 20_000, edits });
  const { dev, ino } = statSync(saving.path, { bigint: true });
  saving.journal = join(journals, `${dev.toString(16)}-${ino.toString(16)}.journal`);
  assert.equal(saving.save('-e', 'inject=pwrite64:signal=KILL:when=3').status, 137);
  const torn = text(saving.path);
  assert.notEqual(torn, saving.wanted);

  const view = await scene.open(saving.path);
  await view.banner.getByText('it is completed once you trust it').waitFor();
  assert.deepEqual(
    await view.banner
      .getByRole('button')
      .allInnerTexts()
      .then((labels) => labels.filter((label) => label !== '')),
    ['Show'],
  );
  assert.equal(text(saving.path), torn);

  await workbench.executeCommand('workbench.trust.manage');
  await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await until(
    () => workbench.inHost((vscode) => vscode.workspace.isTrusted),
    (isTrusted) => isTrusted,
    'the workspace is trusted',
  );
  await until(
    () => text(saving.path),
    (found) => found === saving.wanted,
    'the save is complete',
  );
  await until(
    () => readdirSync(journals).filter((name) => name.endsWith('.journal')),
    (names) => names.length === 0,
    'no journal is left',
  );
});
