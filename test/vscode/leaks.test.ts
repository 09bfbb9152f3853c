// Nothing that was opened stays open: 200 rounds, and what this process holds is what it held before.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { sampleBytes } from '../support/scratch.ts';
import { open, openEditor, read, until, useScratch } from './memglass.ts';

describe('Opened and closed 200 times', () => {
  const scratch = useScratch();

  const nothingIsHeldOf = (path: string) =>
    until(
      () => [descriptorsOf(path), mappingsOf(path)],
      ([descriptors, mappings]) => descriptors === 0 && mappings === 0,
      'descriptors and mappings',
    );

  it('sources leave nothing behind', async () => {
    const path = join(scratch().folder(), 'file');
    writeFileSync(path, sampleBytes(100_000));
    const threads = threadCount();
    for (let i = 0; i < 200; i++) {
      const source = await open(scratch(), path);
      await read(source, 0, 65_536);
      if (i === 0) assert.deepEqual([descriptorsOf(path), mappingsOf(path)], [1, 1], 'the counting counts');
      source.dispose();
    }
    await nothingIsHeldOf(path);
    await until(threadCount, (count) => count <= threads, `more than ${threads} threads`);
  });

  it('sources that were refused leave nothing behind', async () => {
    const folder = scratch().folder();
    const before = descriptorsOf('');
    for (let i = 0; i < 200; i++) {
      await assert.rejects(open(scratch(), folder), { code: 'isDirectory' });
      await assert.rejects(open(scratch(), join(folder, 'missing')), { code: 'notFound' });
    }
    await until(
      () => descriptorsOf(folder),
      (count) => count === 0,
      'descriptors',
    );
    assert.ok(descriptorsOf('') <= before + 5, 'descriptors of any kind');
  });

  it('editors leave nothing behind', async function () {
    this.timeout(240_000);
    const path = join(scratch().folder(), 'file');
    writeFileSync(path, sampleBytes(100_000));
    const uri = vscode.Uri.file(path);
    const round = async () => {
      const tab = await openEditor(uri);
      await until(
        () => descriptorsOf(path),
        (count) => count > 0,
        'open',
      );
      await vscode.window.tabGroups.close(tab);
    };
    // What is made once, at the first open, is no leak.
    await round();
    await nothingIsHeldOf(path);
    const threads = threadCount();
    const timers = timerCount();
    for (let i = 0; i < 200; i++) await round();
    await nothingIsHeldOf(path);
    await until(threadCount, (count) => count <= threads + 2, `threads, ${threads} before`);
    await until(timerCount, (count) => count <= timers + 2, `timers, ${timers} before`);
  });
});

/** How many descriptors of this process name the text. */
function descriptorsOf(part: string): number {
  const targets = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ''; // the one of the listing itself
    }
  });
  return targets.filter((target) => target.includes(part)).length;
}

function mappingsOf(part: string): number {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return lines.filter((line) => line.includes(part)).length;
}

function threadCount(): number {
  return readdirSync('/proc/self/task').length;
}

function timerCount(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
