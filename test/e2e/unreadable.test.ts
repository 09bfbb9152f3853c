// Memory that nobody may read, in the view of a region: why is said beside it, under the pointer and to who hears it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { refToUri } from '../../extension/core/sourceRef.ts';
import { startSpace, startTimeOf } from '../support/programs.ts';
import { until, useScene, type View, waitForStatus } from './scene.ts';

const scene = useScene();
const { owner } = scene;
const page = 4096;
const rowBytes = 16;

async function open(pid: number, start: bigint, end: bigint): Promise<View> {
  const { scheme, path } = refToUri({
    ...{ kind: 'processRegion', pid, startTime: startTimeOf(pid) },
    ...{ start, end, name: new Uint8Array() },
  });
  await scene.workbench.openWith({ $uri: `${scheme}:${path}` }, 'memglass.memory');
  const view = scene.view();
  await view.grid.waitFor();
  await view.rows.first().waitFor();
  return view;
}

async function goTo(expression: string, address: bigint): Promise<void> {
  await scene.workbench.executeCommand('memglass.goToOffset', expression);
  const words = `0x${address.toString(16).toUpperCase()}`;
  await waitForStatus(scene.workbench, (text) => text.includes(words), words);
}

/** The row at `offset` is a hole, and says why in all the ways there are. */
async function tellsWhy(view: View, offset: number, words: RegExp): Promise<void> {
  await view.shows(offset, '??'.repeat(rowBytes));
  await until(
    async () => (await view.row(offset).locator('[data-cell="text"]').textContent()) ?? '',
    (beside) => words.test(beside) && beside.startsWith('← '),
    `beside it stands ${words}`,
  );
  const cell = await view.row(offset).locator('[data-cell="hex"]').boundingBox();
  assert.ok(cell !== null);
  // From elsewhere: the pointer may stand there already, and says nothing new then.
  await scene.workbench.page.mouse.move(5, 5);
  await scene.workbench.page.mouse.move(cell.x + 5, cell.y + cell.height / 2);
  await view.frame.locator('.hover').filter({ hasText: words }).waitFor();
  await until(
    () => view.live.allTextContents(),
    (said) => said.some((text) => words.test(text)),
    `it is said: ${words}`,
  );
}

const reasons: Readonly<Record<string, RegExp>> = {
  hole: /not mapped/,
  guard: /guard page: an access raises SIGSEGV/,
  secret: /secret memory \(memfd_secret\): read by its own processes alone/,
  supplied: /not there yet: userfaultfd supplies it when the process asks/,
  shrunk: /past the end: the file was cut short/,
  device: /memory of a device: the kernel reads it for nobody/,
};

for (const [kind, words] of Object.entries(reasons)) {
  test(`why a page cannot be read is said: ${kind}`, async (t) => {
    const program = await startSpace(owner, 'unreadable', kind);
    if (program.count === 0) return t.skip('the kernel gives none of it');
    const view = await open(program.pid, program.address, program.address + BigInt(4 * page));
    await goTo('+0x1000', program.address + BigInt(page));
    await tellsWhy(view, page, words);
    // What lies around it is there, and the view goes on.
    await view.shows(page - rowBytes, '61'.repeat(rowBytes));
    await goTo('end-1', program.address + BigInt(4 * page - 1));
    await view.shows(4 * page - rowBytes, '61'.repeat(rowBytes));
  });
}

for (const kind of ['none', 'execute']) {
  test(`what its process may not read itself is read, or the rule that forbids it is said: ${kind}`, async () => {
    const program = await startSpace(owner, 'unreadable', kind);
    const view = await open(program.pid, program.address, program.address + BigInt(4 * page));
    await goTo('+0x1000', program.address + BigInt(page));
    const found = await until(
      () => view.hex(page),
      (hex) => /^(61|\?\?)+$/.test(hex),
      'a row',
    );
    if (found.startsWith('?')) await tellsWhy(view, page, /no right to read.*proc_mem\.force_override/);
  });
}

test("the kernel's own pages say what they are, at their addresses, also above 2^63", async (t) => {
  const { pid } = await startSpace(owner, 'pointers');
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n');
  let found = 0;
  for (const name of ['[vvar]', '[vsyscall]']) {
    const line = lines.find((each) => each.endsWith(name));
    if (line === undefined) {
      t.diagnostic(`this kernel has no ${name}`);
      continue;
    }
    found++;
    const [start = 0n, end = 0n] = (line.split(' ')[0] ?? '').split('-').map((digits) => BigInt(`0x${digits}`));
    const view = await open(pid, start, end);
    const address = await view.row(0).locator('[data-cell="address"]').textContent();
    assert.equal(BigInt(`0x${address?.replace(/\s/g, '')}`), start);
    await view.focus();
    await scene.workbench.page.keyboard.press('ArrowRight');
    await tellsWhy(view, 0, /a page of the kernel, read by its process alone/);
  }
  if (found === 0) t.skip('this kernel has none of them');
});
