// Bytes into real processes by the commands of a region's view, and their memory into files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Program, startSpace } from '../support/programs.ts';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';
import { ownerOf, regionRef, uriOf } from './memory.ts';

const page = 4096;
const GiB = 2 ** 30;
const run = async (name: string, options: object = {}): Promise<unknown> =>
  await vscode.commands.executeCommand(`memglass.region.${name}`, options);
const load = async (program: Program, offset: number) =>
  Number(await program.ask(`load ${(program.address + BigInt(offset)).toString(16)}`));
const store = (program: Program, offset: number, byte: number) =>
  program.ask(`store ${(program.address + BigInt(offset)).toString(16)} ${byte.toString(16)}`);
const at = ({ address }: Program, offset: number) => `0x${(address + BigInt(offset)).toString(16)}`;

describe('Writing into regions', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  async function open(program: Program, pages: number): Promise<void> {
    await openEditor(uriOf(regionRef(program, pages * page)), 'memglass.memory');
    // The command finds the view once it has said where the user is.
    await until(
      () => run('copyAddress').then(String),
      (address) => address === at(program, 0),
      'the view',
    );
  }

  it('take an unlocked document, which each opening locks again', async () => {
    const program = await startSpace(owner, 'pointers');
    await open(program, 2);
    await assert.rejects(run('writeBytes', { bytes: 'FF' }), /locked/);
    assert.equal(await run('unlock'), true);
    await run('writeBytes', { bytes: 'DE AD', address: at(program, 100) });
    assert.deepEqual([await load(program, 100), await load(program, 101)], [0xde, 0xad]);
    await run('lock');
    await assert.rejects(run('writeBytes', { bytes: 'FF' }), /locked/);
    await run('unlock');
    await closeAllTabs();
    await open(program, 2);
    await assert.rejects(run('fill', { fill: '00' }), /locked/);
  });

  it('undo what is still ours, and leave what the process has written since', async () => {
    const program = await startSpace(owner, 'pointers');
    await open(program, 2);
    await run('unlock');
    await run('writeBytes', { bytes: '01 02 03', address: at(program, 200) });
    await run('fill', { fill: 'AA', range: `${at(program, 200)} +2` });
    assert.equal(await load(program, 201), 0xaa);
    await run('undoWrite');
    assert.equal(await load(program, 201), 2);
    await store(program, 202, 9);
    for (let times = 0; times < 3; times++) {
      await assert.rejects(run('undoWrite'), /has changed since/);
      // Neither is anything done again that was undone before.
      assert.deepEqual([await load(program, 200), await load(program, 202)], [1, 9]);
    }
    await store(program, 202, 3);
    await run('undoWrite');
    assert.equal(await load(program, 200), 0);
    await assert.rejects(run('undoWrite'), /no write to undo/);
  });

  it('hold what stands there against what was shown', async () => {
    const program = await startSpace(owner, 'pointers');
    await open(program, 2);
    await run('unlock');
    await vscode.commands.executeCommand('memglass.setWatchRate', 'off');
    await store(program, 300, 7);
    await assert.rejects(run('writeBytes', { bytes: 'FF', address: at(program, 300) }), /other bytes stand there/);
    assert.equal(await load(program, 300), 7);
    await run('writeBytes', { bytes: 'FF', address: at(program, 300), force: true });
    assert.equal(await load(program, 300), 0xff);
    await run('undoWrite');
    assert.equal(await load(program, 300), 7, 'what stood there, not what was shown');
  });

  it('say that pages that may only be read or run would be copied', async () => {
    const program = await startSpace(owner, 'unreadable', 'none');
    await open(program, 4);
    await run('unlock');
    await assert.rejects(run('writeBytes', { bytes: '62', address: at(program, page) }), /private copy/);
    // Also where only the end of what is written is in one.
    await assert.rejects(run('writeBytes', { bytes: '62 62', address: at(program, page - 1) }), /private copy/);
    assert.equal(await load(program, page - 1), 0x61);
    await run('writeBytes', { bytes: '62', address: at(program, page), force: true }).catch((error: Error) =>
      // A kernel that is set up not to.
      assert.match(error.message, /force_override/),
    );
  });

  it('refuse nonsense and too much', async () => {
    const program = await startSpace(owner, 'untouched', GiB);
    await open(program, GiB / page);
    await run('unlock');
    await assert.rejects(run('writeBytes', { bytes: 'x' }), /cannot use this/);
    await assert.rejects(run('writeBytes', { bytes: '00', address: '0x1000' }), /past the end/);
    await assert.rejects(run('fill', { fill: '00', range: 'all' }), /at most 16 MiB/);
    await run('fill', { fill: 'AB CD', range: 'start +3MiB' });
    assert.deepEqual([await load(program, 0), await load(program, 3 * 2 ** 20 - 1)], [0xab, 0xcd]);
    await run('undoWrite');
    assert.equal(await load(program, 3 * 2 ** 20 - 1), 0);
  });
});

describe('Saving regions', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  async function open(program: Program, size: number): Promise<void> {
    await openEditor(uriOf(regionRef(program, size)), 'memglass.memory');
    await until(
      () => run('copyAddress').then(String),
      (address) => address === at(program, 0),
      'the view',
    );
  }

  it('keep holes as holes, and account for them', async () => {
    const program = await startSpace(owner, 'unreadable', 'hole');
    await open(program, 4 * page);
    const file = join(scratch().folder(), 'region.bin');
    const answer = (await run('save', { file })) as { size: number; unread: unknown };
    assert.deepEqual(answer, {
      path: file,
      size: 4 * page,
      unread: [{ start: at(program, page), end: at(program, 2 * page), reason: 'unmapped' }],
    });
    const bytes = readFileSync(file);
    assert.deepEqual([bytes.length, bytes[0], bytes[page], bytes[2 * page]], [4 * page, 0x61, 0, 0x61]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(file).blocks * 512, 3 * page);
    await assert.rejects(run('save', { file }), /exists already/);
    await run('save', { file, overwrite: true });
  });

  it('take of a large reservation what is touched', async () => {
    const program = await startSpace(owner, 'untouched', 64 * GiB);
    await store(program, 40 * GiB + 5, 0x42);
    await open(program, 64 * GiB);
    const file = join(scratch().folder(), 'sparse.bin');
    await run('save', { file });
    const { size, blocks } = statSync(file);
    assert.equal(size, 64 * GiB);
    assert.ok(blocks * 512 <= 4 * 2 ** 20, `${blocks * 512} bytes`);
    const one = execFileSync('dd', [`if=${file}`, 'bs=1', 'count=1', `skip=${40 * GiB + 5}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.equal(one[0], 0x42);
  });

  it('put all regions of a process into a core file that others read', async function () {
    const program = await startSpace(owner, 'reservation', 8 * 1024 * GiB);
    await open(program, 8 * 1024 * GiB);
    const file = join(scratch().folder(), 'core');
    const { unread } = (await run('saveAll', { file })) as { unread: readonly { reason: string }[] };
    assert.ok(
      unread.every(({ reason }) => reason === 'kernel'),
      JSON.stringify(unread),
    );
    assert.ok(statSync(file).blocks * 512 < 64 * 2 ** 20);
    let sections: string;
    try {
      sections = execFileSync('readelf', ['-lW', file], { encoding: 'utf8' });
    } catch {
      return this.skip();
    }
    assert.match(sections, /Elf file type is CORE/);
    assert.match(sections, new RegExp(`0x0*${program.address.toString(16)} 0x0+ 0x0+ 0x0*80000000000 `));
    const regions = readFileSync(`/proc/${program.pid}/maps`, 'utf8').trim().split('\n');
    assert.equal(sections.match(/^ {2}LOAD/gm)?.length, regions.length);
  });

  it('leave nothing where the process ends meanwhile', async () => {
    const program = await startSpace(owner, 'unreadable', 'hole');
    await open(program, 4 * page);
    await program.end();
    const file = join(scratch().folder(), 'late.bin');
    await assert.rejects(run('save', { file }));
    assert.ok(!existsSync(file));
  });
});
