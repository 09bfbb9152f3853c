// Edits that a window had written down when it ended, and that no tab shows: told at the start, listed, opened, thrown away.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { acceptRow, chooseRow, takeStep } from './choosing.ts';
import { content, hex, text, useEditScene } from './editScene.ts';
import { leaveEdits } from './leaveEdits.ts';
import { Notices } from './notices.ts';
import { startCommand, until, waitForQuickInput } from './scene.ts';

const { scene, press, typeByte, run, sample, openToType, untilDirty, untilKept, answer, crash } = useEditScene();
const notices = new Notices(scene);
const rows = () => scene.workbench.page.locator('.quick-input-widget:visible .monaco-list-row');

const leave = (path: string, put: string) => leaveEdits(scene, path, put);

async function list(): Promise<void> {
  startCommand(scene.workbench, 'memglass.leftEdits');
  await waitForQuickInput(scene.workbench, 'Edits Left by Ended Windows');
}

/** Presses the button of a row, which shows while the pointer is on it. */
async function askToThrowAway(row: Locator): Promise<void> {
  await takeStep(
    async (limits) => {
      await row.hover(limits);
      await row.getByRole('button', { name: 'Throw These Edits Away…' }).click(limits);
    },
    () => scene.workbench.dialog.isVisible(),
    'it is asked',
  );
}

test('what VS Code does not bring back after it was killed is told at the next start, and comes back from the list', async () => {
  const [first, second] = [sample(), sample()];
  for (const path of [first, second]) {
    const view = await openToType(path);
    await typeByte('A');
    await view.shows(0, hex('A123456789abcdef'));
  }
  await untilKept(2, 2);
  await crash(() => writeFileSync(first, `${content}!`));
  await run('memglass.openActive');
  await notices.waitFor('2 documents have edits that were not saved when other windows ended.');
  await notices.answer('Show');
  await waitForQuickInput(scene.workbench, 'Edits Left by Ended Windows');
  const texts = await until(
    async () => (await rows().allInnerTexts()).join('\n'),
    (found) => found.includes(first) && found.includes(second),
    'both are listed',
  );
  assert.match(texts, new RegExp(`${second} · Staged\\s+1 edit, 1 B · .* · the file is what it was`));
  assert.match(texts, new RegExp(`${first} · Staged\\s+1 edit, 1 B · .* · the file has changed since`));
  await chooseRow(scene.workbench, second);
  const view = scene.view();
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await notices.waitFor(`${second}: 1 edit that was not saved is back.`);
  await view.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(second), `A${content.slice(1)}`);
  await untilKept(1);
  await list();
  await acceptRow(scene.workbench, /./);
  await view.shows(0, hex('A123456789abcdef'));
  await view.shows(32, hex('!'));
  await notices.waitFor(`${first}: 1 edit that was not saved is back.`);
  await run('workbench.action.files.revert');
  await untilKept(0);
});

test('edits are thrown away from the list once that is confirmed, and then there is nothing to list', async () => {
  const path = join(scene.scratch.folder(), '$(trash) \u202Egnp.txt');
  writeFileSync(path, content);
  await leave(path, 'AB');
  await list();
  const row = rows().filter({ hasText: '$(trash) \\u{202e}gnp.txt' });
  await askToThrowAway(row);
  await answer('Throw the edits of', 'Cancel');
  await waitForQuickInput(scene.workbench, 'Edits Left by Ended Windows');
  await askToThrowAway(row);
  await answer('Throw the edits of', 'Throw Away');
  await untilKept(0);
  assert.equal(text(path), content);
  await run('memglass.leftEdits');
  await notices.waitFor('No window that has ended left edits behind.');
});

test('of two windows’ edits of one file those that are chosen come back, and the others stay', async () => {
  const path = sample();
  await leave(path, 'old');
  await leave(path, 'latest');
  await list();
  await until(
    () => rows().count(),
    (count) => count === 2,
    'both are listed',
  );
  await chooseRow(scene.workbench, '1 edit, 3 B');
  const view = scene.view();
  await view.shows(0, hex('old3456789abcdef'));
  await untilKept(2);
  await list();
  await acceptRow(scene.workbench, /./);
  await notices.waitFor('has other edits in this window');
  await view.shows(0, hex('old3456789abcdef'));
  await run('workbench.action.files.revert');
  await untilKept(1);
  await view.shows(0, hex(content.slice(0, 16)));
  // It is open, and takes them.
  await list();
  await acceptRow(scene.workbench, /./);
  await view.shows(0, hex('latest6789abcdef'));
  await untilDirty(true);
  await scene.workbench.closeAllEditors({ discard: true });
  await untilKept(0);
});

test('edits of what cannot be opened any more stay in the list, which says why', async () => {
  const folder = join(scene.scratch.folder(), 'gone');
  mkdirSync(folder);
  await leave(join(folder, 'file'), 'AB');
  await list();
  await acceptRow(scene.workbench, 'There is no file');
  await notices.waitFor('There is no file');
  await until(rows().count.bind(rows()), (count) => count === 0, 'the list is closed');
  await untilKept(1);
  await list();
  await askToThrowAway(rows());
  await answer('Throw the edits of', 'Throw Away');
  await untilKept(0);
});
