// Nothing that was opened stays open: 200 rounds, and what this process holds is what it held before.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { start } from '../support/programs.ts';
import { sampleBytes } from '../support/scratch.ts';
import { open, openEditor, read, until, useScratch } from './memglass.ts';
import { fdRef, openRef, ownerOf, regionRef, segmentColumn, sysvRef } from './memory.ts';

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

  it('memory of every kind leaves nothing behind, opened or refused', async () => {
    const owner = ownerOf(scratch);
    const size = 3 * 4096;
    const [segment, memfd, anonymous] = [
      await start(owner, 'sysv', 0, size),
      await start(owner, 'memfd', 'x', size),
      await start(owner, 'anonymous', size),
    ];
    const fd = fdRef(memfd, 'memfd:x');
    const region = regionRef(anonymous, size);
    const held = () => ({ descriptors: descriptorsOf(''), attached: segmentColumn(segment.id, 'nattch') ?? 0 });
    const before = held();
    const threads = threadCount();
    for (let i = 0; i < 200; i++) {
      for (const ref of [sysvRef(segment), fd, region]) {
        const source = await openRef(scratch(), ref);
        await read(source, 0, size);
        await source.probe();
        source.dispose();
      }
      await assert.rejects(openRef(scratch(), { ...sysvRef(segment), creatorPid: 1 }), { code: 'segmentGone' });
      await assert.rejects(openRef(scratch(), { ...fd, inode: 1n }), { code: 'descriptorGone' });
      await assert.rejects(openRef(scratch(), { ...region, start: 4096n, end: 8192n }), { code: 'regionGone' });
    }
    await until(
      held,
      ({ descriptors, attached }) => descriptors <= before.descriptors && attached === before.attached,
      `descriptors and attachments, before ${JSON.stringify(before)}`,
    );
    await until(threadCount, (count) => count <= threads, `more than ${threads} threads`);
  });

  it('editors leave nothing behind', async function () {
    this.timeout(900_000);
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
