// Edits of shared memory whose tab is closed while they are stored: held ones that are applied, and live ones.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { documentToUri } from '../../extension/core/editing/documentUri.ts';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';
import { posixRef } from './memory.ts';
import { openToStage, run, stage, untilHeard } from './staging.ts';

/** Places that are stored into one after the other: so many take longer than it takes to close a tab. */
const places = 2000;
const apart = 64;

describe('Applying edits that are held', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);

  it('goes on to its end where the tab is closed meanwhile: others meet all of them, and none is kept', async () => {
    const path = `/dev/shm/memglass-test-${process.pid}-applied`;
    scratch().defer(() => rmSync(path, { force: true }));
    writeFileSync(path, Buffer.alloc(places * apart, 'a'));
    const uri = vscode.Uri.from(documentToUri({ ref: posixRef(path), mode: 'staged' }));
    await openToStage(uri, 'memglass.memory');
    for (let place = 0; place < places; place++) await stage(place * apart, 'B');
    // A tab whose steps are still being told of would close only once all that is over, and the edits are applied.
    await untilHeard();
    const applied = run('memglass.applyEdits', uri);
    await until(
      () => readFileSync(path, 'latin1')[0],
      (byte) => byte === 'B',
      'the first is stored',
    );
    assert.equal(readFileSync(path, 'latin1').at(-apart), 'a', 'the last is not');
    await closeAllTabs();
    assert.equal(await applied, true);
    assert.equal(readFileSync(path, 'latin1'), `B${'a'.repeat(apart - 1)}`.repeat(places));
    await openToStage(uri, 'memglass.memory');
    assert.equal(await run('memglass.applyEdits', uri), false);
  });

  it('goes on to its end where the path is opened anew meanwhile', async () => {
    const path = `/dev/shm/memglass-test-${process.pid}-anew`;
    scratch().defer(() => rmSync(path, { force: true }));
    writeFileSync(path, Buffer.alloc(places * apart, 'a'));
    const uri = vscode.Uri.from(documentToUri({ ref: posixRef(path), mode: 'staged' }));
    await openToStage(uri, 'memglass.memory');
    for (let place = 0; place < places; place++) await stage(place * apart, 'B');
    const applied = run('memglass.applyEdits', uri);
    await until(
      () => readFileSync(path, 'latin1')[0],
      (byte) => byte === 'B',
      'the first is stored',
    );
    await run('memglass.reload');
    assert.equal(await applied, true);
    assert.equal(readFileSync(path, 'latin1'), `B${'a'.repeat(apart - 1)}`.repeat(places));
  });
});

describe('Live edits that are under way', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);

  const all = `B${'a'.repeat(apart - 1)}`.repeat(places);

  /** Very many, each asked for before the first is stored. Resolves once that is. */
  async function begin(name: string): Promise<{ readonly path: string; readonly stored: Promise<unknown> }> {
    const path = `/dev/shm/memglass-test-${process.pid}-${name}`;
    scratch().defer(() => rmSync(path, { force: true }));
    writeFileSync(path, Buffer.alloc(places * apart, 'a'));
    await openEditor(vscode.Uri.from(documentToUri({ ref: posixRef(path), mode: 'live' })), 'memglass.memory');
    const isUnlocked = () => run('memglass.edit.unlock', {});
    await until(isUnlocked, (is) => is === true, 'something may be edited');
    const stored = Promise.all(Array.from({ length: places }, (_, place) => stage(place * apart, 'B')));
    await until(
      () => readFileSync(path, 'latin1')[0],
      (byte) => byte === 'B',
      'the first is stored',
    );
    assert.equal(readFileSync(path, 'latin1').at(-apart), 'a', 'the last is not');
    return { path, stored };
  }

  it('are all stored where the tab is closed meanwhile', async () => {
    const { path, stored } = await begin('closed');
    await closeAllTabs();
    await stored;
    assert.equal(readFileSync(path, 'latin1'), all);
  });
});
