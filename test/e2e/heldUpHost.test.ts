// An extension host that answers nothing: for a while, as one that another extension keeps busy, or ever again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { content, hex, text, useEditScene } from './editScene.ts';

const { scene, press, type, run, sample, openToType, untilDirty, untilKept } = useEditScene();

test('what is typed meanwhile is said to be in the view only, and is staged once the host goes on', async () => {
  const path = sample();
  const view = await openToType(path);
  const host = await scene.workbench.inHost(() => process.pid);
  process.kill(host, 'SIGSTOP');
  try {
    await type('4142');
    await view.shows(0, hex('AB23456789abcdef'));
    await view.banner.getByText('What you typed last is shown here only').waitFor();
    assert.equal(text(path), content);
  } finally {
    process.kill(host, 'SIGCONT');
  }
  await view.banner.waitFor({ state: 'hidden' });
  await view.shows(0, hex('AB23456789abcdef'));
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `AB${content.slice(2)}`);
});

test('what was typed before its tab was closed is kept, also where the host hears of both at once', async () => {
  const path = sample();
  const view = await openToType(path);
  const host = await scene.workbench.inHost(() => process.pid);
  process.kill(host, 'SIGSTOP');
  try {
    await type('4142');
    await view.banner.getByText('What you typed last is shown here only').waitFor();
    // By the mouse: VS Code asks the host before it runs a command that it runs for the first time.
    await scene.workbench.page.locator('.tab.active .tab-actions a').click();
    await scene.workbench.page.locator('.tab').waitFor({ state: 'detached' });
  } finally {
    process.kill(host, 'SIGCONT');
  }
  await untilKept(1, 2);
  const again = await scene.open(path);
  await again.shows(0, hex('AB23456789abcdef'));
  await untilDirty(true);
  await again.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `AB${content.slice(2)}`);
  await untilKept(0);
});

test('what is typed after the host was killed is said to be in the view only, and what came before is back after a reload', async () => {
  const path = sample();
  const view = await openToType(path);
  // As one edit: of a byte that is typed the first digit may be written down alone.
  await run('memglass.fillSelection', { offset: 0, length: 1, bytes: '41' });
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await untilKept(1, 1);
  process.kill(await scene.workbench.inHost(() => process.pid), 'SIGKILL');
  await type('42');
  await view.banner.getByText('What you typed last is shown here only').waitFor();
  await scene.workbench.reload();
  const again = await scene.open(path);
  await again.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await again.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `A${content.slice(1)}`);
});
