// Locks of other programs on what is being written: shown, waited for and written over; and locks of our own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { type Program, start } from '../support/programs.ts';
import { useEditScene } from './editScene.ts';
import { Notices } from './notices.ts';
import { until, type View } from './scene.ts';

const { scene, press, type, run, openToType, isDirty, untilDirty, heard } = useEditScene();
const notices = new Notices(scene);

let count = 0;

/** A file that a program has open, with its first byte typed over. */
async function typedInto(): Promise<{ path: string; program: Program; view: View }> {
  const path = join(scene.scratch.folder(), `locked${++count}.bin`);
  const program = await start(scene.owner, 'file', path, 4096);
  const view = await openToType(path);
  await type('41');
  await untilDirty(true);
  return { path, program, view };
}

async function saved(path: string): Promise<void> {
  await untilDirty(false);
  await notices.clear();
  assert.equal(readFileSync(path)[0], 0x41);
}

test('a lock on what is saved is shown with who holds it, and waited for until it is gone', async () => {
  const { path, program } = await typedInto();
  assert.equal(await program.ask(`lock ${program.fd} 0 16`), 'ok');
  await press('Control+S');
  await notices.waitFor(`shared_memory (${program.pid}) has locked 0x0 (0) to 0xF (15)`);
  assert.equal(readFileSync(path)[0], 'f'.charCodeAt(0), 'nothing is written meanwhile');
  await notices.answer('Wait');
  assert.equal(await isDirty(), true);
  await program.ask(`unlock ${program.fd}`);
  await saved(path);
});

test('what is typed while a lock is waited for is not saved with what was, and stays to be saved', async () => {
  const { path, program, view } = await typedInto();
  assert.equal(await program.ask(`lock ${program.fd} 0 1`), 'ok');
  await press('Control+S');
  await notices.waitFor('has locked 0x0 (0) to 0x0 (0)');
  await notices.answer('Wait');
  await view.focus();
  await type('42');
  await view.shows(0, '4142'.padEnd(32, '0'));
  assert.equal(await program.ask(`unlock ${program.fd}`), 'ok');
  await until(
    () => readFileSync(path)[0],
    (byte) => byte === 0x41,
    'what was looked at is saved',
  );
  await heard();
  assert.equal(readFileSync(path)[1], 0, 'and nothing else');
  assert.equal(await isDirty(), true);
  await view.shows(0, '4142'.padEnd(32, '0'));
  await notices.clear();
  await view.focus();
  await press('Control+Z');
  await untilDirty(false);
  await view.shows(0, '41'.padEnd(32, '0'));
  await press('Control+Y');
  await untilDirty(true);
  await press('Control+S');
  await saved(path);
  assert.equal(readFileSync(path)[1], 0x42);
});

test('a lock is left alone by Cancel, and written over by the user who says so', async () => {
  const { path, program, view } = await typedInto();
  assert.equal(await program.ask(`ofdlock ${program.fd} 0 0`), 'ok');
  await press('Control+S');
  await notices.waitFor('A program has locked from 0x0 (0) to the end');
  await notices.answer('Cancel');
  await notices.waitFor('Nothing was written');
  assert.equal(await isDirty(), true);
  assert.equal(readFileSync(path)[0], 'f'.charCodeAt(0));
  await notices.clear();
  await view.focus();
  await press('Control+S');
  await notices.waitFor('A program has locked');
  await notices.answer('Write Anyway');
  await saved(path);
});

test('a lock elsewhere in the file is in nobody’s way', async () => {
  const { path, program } = await typedInto();
  assert.equal(await program.ask(`lock ${program.fd} 1 4095`), 'ok');
  await press('Control+S');
  await saved(path);
});

test('while it is written a lock of ours is found by others, where the user wants that', async () => {
  await scene.workbench.changeSettings({ 'memglass.editing.lockWhileWriting': true });
  const path = join(scene.scratch.folder(), 'written.bin');
  writeFileSync(path, new Uint8Array(64 * 2 ** 20));
  const view = await openToType(path);
  // So much that whoever looks for the lock finds it, however seldom the machine lets them look.
  await run('memglass.selectRange', '0 +16M');
  await run('memglass.fillSelection', 'EE');
  await untilDirty(true);
  await view.focus();
  const script = `
import fcntl, os, struct, sys
try:
    os.nice(-20)  # it looks all the time, whatever else wants to run
except PermissionError:
    pass
f = open(sys.argv[1], "r+b")
print("ready", flush=True)
while True:
    found = fcntl.fcntl(f, 36, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
    kind, _, start, length, pid = struct.unpack("hhqqi4x", found)
    if kind != fcntl.F_UNLCK:
        print(start, length, pid, flush=True)
        break`;
  const watcher = spawn('python3', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  scene.scratch.defer(() => void watcher.kill('SIGKILL'));
  const lines = createInterface(watcher.stdout)[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'ready');
  await press('Control+S');
  await untilDirty(false);
  // Part of what is edited, while it is being locked piece by piece.
  assert.match(String((await lines.next()).value), /^0 \d+ -1$/, 'of an open file, on what is edited');
  await scene.workbench.changeSettings({ 'memglass.editing.lockWhileWriting': false });
});
