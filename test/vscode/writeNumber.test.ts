// Numbers written as one by the command, into what a second process has mapped, and into a file.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Program, start } from '../support/programs.ts';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';
import { ownerOf, posixRef, uriOf } from './memory.ts';

const writeNumber = async (options: object): Promise<unknown> =>
  await vscode.commands.executeCommand('memglass.edit.writeNumber', options);

describe('Writing a number', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  /** The view says where the user is a moment after its tab is there. */
  const ready = (options: object) =>
    until(
      () => writeNumber(options).then(JSON.stringify, (error: Error) => error.message),
      (answer) => answer !== undefined && !answer.includes('Nothing can be edited'),
      'the view',
    );

  async function object(): Promise<Program> {
    const name = `memglass-test-${process.pid}-${Math.floor(Math.random() * 2 ** 40)}`;
    const program = await start(owner, 'create', name, 4096);
    await openEditor(uriOf(posixRef(name)), 'memglass.memory');
    return program;
  }

  const bytesAt = async (program: Program, offset: number, length: number) => {
    const bytes: number[] = [];
    for (let at = offset; at < offset + length; at++) bytes.push(Number(await program.ask(`peek ${at}`)));
    return bytes;
  };

  /** A process that stores into a byte of the object as fast as it can, until the test is over. */
  async function writeAllTheTime(program: Program, offset: number): Promise<void> {
    const lines = [
      'import mmap, os, sys',
      'memory = mmap.mmap(os.open(sys.argv[1], os.O_RDWR), 0)',
      'while True:',
      `  for byte in range(256): memory[${offset}] = byte`,
    ];
    const child = spawn('python3', ['-c', lines.join('\n'), `/proc/${program.pid}/fd/${program.fd}`]);
    scratch().defer(async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    });
    await until(
      () => bytesAt(program, offset, 1),
      ([byte]) => byte !== 0,
      'it writes',
    );
  }

  it('into shared memory takes an unlocked view, and is seen by who has it mapped', async () => {
    const program = await object();
    assert.match(await ready({ type: 'u32', value: 1, offset: 16 }), /locked/);
    assert.equal(await vscode.commands.executeCommand('memglass.edit.unlock', {}), true);
    const written = await writeNumber({ type: 'u32', order: 'big', value: '0xDEADBEEF', offset: 16 });
    assert.deepEqual(written, { offset: 16, bytes: 'DE AD BE EF' });
    assert.deepEqual(await bytesAt(program, 16, 5), [0xde, 0xad, 0xbe, 0xef, 0]);
    await writeNumber({ type: 'f64', value: -1.5, offset: 24 });
    assert.deepEqual(await bytesAt(program, 24, 8), [0, 0, 0, 0, 0, 0, 0xf8, 0xbf]);
  });

  it('only if another is still there, where that is asked', async () => {
    const program = await object();
    await ready({ type: 'u8', value: 1 });
    await vscode.commands.executeCommand('memglass.edit.unlock', {});
    await program.ask('poke 40 42');
    await assert.rejects(writeNumber({ type: 'u8', value: 9, offset: 40, expected: 41 }), /other bytes stand there/);
    assert.deepEqual(await bytesAt(program, 40, 1), [42]);
    await writeNumber({ type: 'u8', value: 9, offset: 40, expected: '0x2A' });
    assert.deepEqual(await bytesAt(program, 40, 1), [9]);
    await program.ask('poke 40 7');
    await writeNumber({ type: 'i8', value: -1, offset: 40, expected: false });
    assert.deepEqual(await bytesAt(program, 40, 1), [255]);
  });

  it('over whatever stands there, and over nothing else that was refused before', async () => {
    const program = await object();
    await ready({ type: 'u8', value: 1 });
    await vscode.commands.executeCommand('memglass.edit.unlock', {});
    await vscode.commands.executeCommand('memglass.setWatchRate', 'off');
    await program.ask('poke 100 7');
    await vscode.commands.executeCommand('memglass.fillSelection', { offset: 100, length: 1, bytes: '2A' });
    assert.deepEqual(await bytesAt(program, 100, 1), [7]);
    await writeAllTheTime(program, 40);
    for (let times = 0; times < 5; times++) await writeNumber({ type: 'u8', value: 9, offset: 40, expected: false });
    assert.deepEqual(await bytesAt(program, 100, 1), [7]);
  });

  it('not into what somebody has locked, as long as it is', async () => {
    const program = await object();
    await ready({ type: 'u8', value: 1 });
    await vscode.commands.executeCommand('memglass.edit.unlock', {});
    assert.equal(await program.ask(`lock ${program.fd} 100 8`), 'ok');
    await assert.rejects(writeNumber({ type: 'u64', value: 1, offset: 96 + 8 }), /has locked it/);
    await writeNumber({ type: 'u32', value: 1, offset: 96 });
    assert.deepEqual(await bytesAt(program, 96, 12), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    await program.ask(`unlock ${program.fd}`);
    await writeNumber({ type: 'u64', value: 1, offset: 104 });
    assert.deepEqual(await bytesAt(program, 104, 1), [1]);
  });

  it('refuses what is no number of the type, and what lies past the end', async () => {
    await object();
    await ready({ type: 'u8', value: 1 });
    await vscode.commands.executeCommand('memglass.edit.unlock', {});
    for (const [options, why] of [
      [{ type: 'u8', value: 256 }, /cannot use this/],
      [{ type: 'u9', value: 1 }, /cannot use this/],
      [{ type: 'u8', value: 1, order: 'middle' }, /cannot use this/],
      [{ type: 'u8', value: 1, expected: 'x' }, /cannot use this/],
      [{ type: 'u8', value: 1, offset: -1 }, /cannot use this/],
      [{ type: 'u32', value: 1, offset: 4093 }, /past the end/],
      [{ type: 'u8', value: 1, offset: 2 ** 53 }, /cannot use this/],
    ] as const) {
      await assert.rejects(writeNumber(options), why, JSON.stringify(options));
    }
  });

  it('into a file is staged, and undone like any edit', async () => {
    const path = join(scratch().folder(), 'numbers.bin');
    writeFileSync(path, new Uint8Array(64));
    const uri = vscode.Uri.file(path);
    await openEditor(uri);
    assert.equal(await ready({ type: 'u16', value: 258, offset: 2 }), '{"offset":2,"bytes":"02 01"}');
    const tab = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    await until(
      () => tab()?.isDirty,
      (isDirty) => isDirty === true,
      'a dirty tab',
    );
    await assert.rejects(writeNumber({ type: 'u16', value: 1, offset: 2, expected: 9 }), /other bytes stand there/);
    await vscode.commands.executeCommand('undo');
    await until(
      () => tab()?.isDirty,
      (isDirty) => isDirty === false,
      'a clean tab',
    );
  });
});
