// A number written as one into memory that a second process has mapped, and a lock of that process on it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Program, start } from '../support/programs.ts';
import { acceptRow } from './choosing.ts';
import { useEditScene } from './editScene.ts';
import { Notices } from './notices.ts';
import { startCommand, until, type View, waitForQuickInput } from './scene.ts';

const { scene, press, type, run, untilNoneDirty } = useEditScene();
const notices = new Notices(scene);
const input = () => scene.workbench.page.locator('.quick-input-widget:visible');
const says = (words: RegExp) => input().getByText(words).first().waitFor();

/** The box for the value is there, with what stands there in it. */
async function valueAsked(): Promise<void> {
  await until(
    () =>
      input()
        .locator('input:focus')
        .inputValue()
        .catch(() => ''),
    (value) => value === '7',
    'the value that stands there',
  );
}

let count = 0;

async function object(): Promise<{ view: View; program: Program }> {
  const name = `memglass-number-${process.pid}-${++count}`;
  const program = await start(scene.owner, 'create', name, 4096);
  await program.ask('poke 16 7');
  const view = await scene.open(`/dev/shm/${name}`);
  await run('memglass.edit.unlock', {});
  await view.focus();
  await run('memglass.goToOffset', '16');
  await view.waitForCursor(16);
  return { view, program };
}

async function bytesAt(program: Program, offset: number, length: number): Promise<number[]> {
  const bytes: number[] = [];
  for (let at = offset; at < offset + length; at++) bytes.push(Number(await program.ask(`peek ${at}`)));
  return bytes;
}

const reads = (program: Program, offset: number, wanted: readonly number[]) =>
  until(
    () => bytesAt(program, offset, wanted.length),
    (found) => found.join() === wanted.join(),
    `the program reads ${wanted.join(' ')}`,
  );

test('a number is chosen, typed with its bytes shown, and read by the program as it was meant', async () => {
  const { view, program } = await object();
  startCommand(scene.workbench, 'memglass.edit.writeNumber');
  await waitForQuickInput(scene.workbench, 'Write Number at 0x10 (16)');
  await type('i32');
  await says(/^7, big-endian 117440512$/);
  await acceptRow(scene.workbench, /^i32/);
  await says(/^Big-endian$/);
  await press('Enter');
  await valueAsked();
  await press('Control+A');
  await type('4294967296');
  await says(/It goes from -2147483648 to 2147483647/);
  await press('Control+A');
  await type('-2');
  await says(/FE FF FF FF over 07 00 00 00, which is 7/);
  await scene.workbench.screenshot('write-number');
  await press('Enter');
  await says(/^Only if it is still 7$/);
  await scene.workbench.screenshot('write-number-only-if');
  await press('Enter');
  await reads(program, 16, [0xfe, 0xff, 0xff, 0xff, 0]);
  await until(
    () => view.hex(16),
    (hex) => hex.startsWith('FEFFFFFF00'),
    'the view shows it',
  );
  // VS Code's own undo puts back what was there.
  await view.focus();
  await press('Control+Z');
  await reads(program, 16, [7, 0, 0, 0]);
  await untilNoneDirty();
});

test('a number that has changed meanwhile is left alone', async () => {
  const { program, view } = await object();
  startCommand(scene.workbench, 'memglass.edit.writeNumber');
  await waitForQuickInput(scene.workbench, 'Write Number');
  await type('u8');
  await acceptRow(scene.workbench, /^u8/);
  await valueAsked();
  await press('Control+A');
  await type("'A'");
  await press('Enter');
  await says(/^Only if it is still 7$/);
  await program.ask('poke 16 8');
  await press('Enter');
  await view.banner.waitFor();
  assert.deepEqual(await bytesAt(program, 16, 1), [8]);
  await scene.workbench.screenshot('write-number-changed');
});

test('a lock of the program on the range is shown before a live edit goes there', async () => {
  const { program, view } = await object();
  assert.equal(await program.ask(`lock ${program.fd} 0 64`), 'ok');
  await view.focus();
  await type('4142');
  await notices.waitFor(`shared_memory (${program.pid}) has locked 0x0 (0) to 0x3F (63)`);
  await scene.workbench.screenshot('lock-shown');
  assert.deepEqual(await bytesAt(program, 16, 2), [7, 0]);
  await notices.answer('Write Anyway');
  await reads(program, 16, [0x41, 0x42]);
  assert.equal(await notices.all.count(), 0, 'it is asked once for a lock');
});
