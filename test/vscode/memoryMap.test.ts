// Memory maps in the extension host: the tab and its URI, and looks at real processes that change, exec, end or refuse.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type FigurePart, figuresOfParts } from '../../extension/core/memoryMap/figureParts.ts';
import { mapRefOf } from '../../extension/core/memoryMap/mapUri.ts';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { MapWatch } from '../../extension/ui/memoryMap/mapWatch.ts';
import { bannerOf, problemOf } from '../../extension/ui/memoryMap/mapWords.ts';
import { type Program, start, startSpace, startTimeOf } from '../support/programs.ts';
import { asNobody, closeAllTabs, until, useScratch } from './memglass.ts';
import { ownerOf } from './memory.ts';

const size = 16 * 4096;
const keyOf = ({ pid }: Pick<Program, 'pid'>) => ({ pid, startTime: startTimeOf(pid) });

function mapTabs(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType === 'memglass-map' ? [input.uri] : [],
    );
}

function emptyPart(): FigurePart {
  const flagSets = { bytes: new Uint8Array(0), offsets: Uint32Array.of(0) };
  return { first: 0, count: 0, isLast: true, bytes: new Uint8Array(0), flagSets };
}

describe('A memory map opens', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);
  const open = async (argument: unknown) => {
    await vscode.commands.executeCommand('memglass.openMemoryMap', argument);
    const tabs = await until(mapTabs, (found) => found.length > 0, 'a tab');
    return tabs.at(-1) ?? assert.fail();
  };

  it('by pid, by pid and start time, and from elements of the views; as one tab for one process', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const process = keyOf(program);
    const uri = await open(program.pid);
    assert.deepEqual(mapRefOf(uri), process);
    assert.equal(uri.path.split('/').at(-1), `shared_memory (${program.pid})`);
    const node = { kind: 'process', id: 'x', process };
    const region = { kind: 'region', parent: { kind: 'kind', parent: node }, region: { start: program.address } };
    const user = {
      kind: 'user',
      id: 'y',
      user: { process: { ...process, name: new Uint8Array() } },
      mapping: { start: 4096n },
    };
    for (const argument of [process, { ...process, address: program.address }, node, region, user]) {
      assert.equal((await open(argument)).toString(), uri.toString());
      assert.equal(mapTabs().length, 1);
    }
  });

  it('never the process that has the number now, where another was meant', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { pid, startTime } = keyOf(program);
    const uri = await open({ pid, startTime: startTime - 1 });
    assert.deepEqual(mapRefOf(uri), { pid, startTime: startTime - 1 });
    assert.equal(uri.path.split('/').at(-1), String(pid));
  });

  it('nothing for what names no process', async () => {
    for (const nonsense of ['x', {}, { pid: 'x' }, { pid: -1 }, { pid: 2 ** 31 }]) {
      await vscode.commands.executeCommand('memglass.openMemoryMap', nonsense);
    }
    assert.equal(mapTabs().length, 0);
  });

  it('by its URI alone, as when a window is restored', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { pid, startTime } = keyOf(program);
    const uri = vscode.Uri.from({ scheme: 'memglass-map', path: `/${pid}-${startTime}/whatever` });
    await vscode.commands.executeCommand('vscode.open', uri);
    await until(mapTabs, ([found]) => found?.toString() === uri.toString(), 'the tab');
  });
});

describe('A memory map looks', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);

  const ownPlatform = () => {
    const extension = vscode.extensions.getExtension('memglass.memglass');
    return createPlatform(loadNativeAddon(join(extension?.extensionPath ?? '', 'dist/memglass.node')));
  };
  const watch = async (process: { readonly pid: number; readonly startTime: number }, platform = ownPlatform()) => {
    const map = new MapWatch(process, platform);
    owner.after(() => {
      map.dispose();
      platform.sharedMemory.dispose();
      platform.processes.dispose();
    });
    await map.ready;
    return map;
  };
  const rowAt = (map: MapWatch, address: bigint) => map.look?.space.columns.starts.indexOf(address) ?? -1;

  const figuresOf = ({ look }: MapWatch) =>
    figuresOfParts(look?.space.columns ?? assert.fail(), look?.figures ?? assert.fail());

  it('at all regions and what of them is in memory', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    await program.ask(`pattern 0 ${size}`);
    const map = await watch(keyOf(program));
    assert.equal(map.title, `shared_memory (${program.pid})`);
    const row = rowAt(map, program.address);
    assert.equal(map.look?.space.objectOf(row).name, '/memfd:ring (deleted)');
    const figures = figuresOf(map);
    assert.equal(figures.at('rss', row), size);
    assert.ok(figures.flags(row)?.includes('sh'));
    assert.equal(map.fate.kind, 'lives');
  });

  it('again, keeps the look before that found other regions, and the same object for the same ones', async () => {
    const program = await startSpace(owner, 'reservation', 2 ** 20);
    const map = await watch(keyOf(program));
    const first = map.look?.space;
    const lookBefore = () => map.previous?.space;
    await map.refresh();
    assert.equal(map.look?.space, first);
    assert.equal(lookBefore(), undefined);
    const address = BigInt(await program.ask('map 7000'));
    await map.refresh();
    assert.notEqual(map.look?.space, first);
    assert.equal(lookBefore(), first);
    const row = rowAt(map, address);
    assert.equal(map.look?.space.pages(row), 7);
    assert.equal(map.looks.length, 3);
    await map.refresh();
    assert.equal(lookBefore(), first, 'what changed last stays marked while nothing else does');
  });

  it('again, tells regions with the figures that come soon, and does not wait for those that take long', async () => {
    const program = await startSpace(owner, 'reservation', 2 ** 20);
    const platform = ownPlatform();
    const map = await watch(keyOf(program), platform);
    const first = map.look?.space;
    const given = emptyPart();
    const told: boolean[] = [];
    let onRegions = () => {};
    map.onDidChange(() => {
      told.push(map.look?.figures[0] === given);
      onRegions();
    });
    platform.processes.figureParts = async (_process, hear) => hear(given);
    await program.ask('map 7000');
    await map.refresh();
    assert.notEqual(map.look?.space, first);
    assert.ok(told.length > 0 && !told.includes(false), 'not once without their figures');

    told.length = 0;
    const second = map.look?.space;
    const late = emptyPart();
    platform.processes.figureParts = (_process, hear) =>
      new Promise((done) => {
        onRegions = () => {
          hear(late);
          done();
        };
      });
    await program.ask('map 7000');
    await map.refresh();
    assert.equal(map.previous?.space, second);
    assert.equal(map.look?.figures[0], late, 'the regions were told before, or this would wait for ever');
  });

  it('at who else maps the shared memory', async () => {
    const program = await start(owner, 'create', `/memglass-map-${process.pid}`, size);
    const other = await start(owner, 'attach', `/memglass-map-${process.pid}`, size);
    const map = await watch(keyOf(program));
    const shared = map.users.found.find(({ starts }) => starts.includes(program.address.toString(16)));
    assert.deepEqual(
      shared?.others.map(({ pid, startTime }) => ({ pid, startTime })),
      [keyOf(other)],
    );
    assert.equal(shared?.others[0]?.label, `shared_memory ${other.pid}`);
  });

  it('no more at one that has ended: the last look stays', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const map = await watch(keyOf(program));
    const { look } = map;
    await program.kill();
    await map.refresh();
    assert.equal(map.fate.kind, 'ended');
    assert.equal(map.look, look);
    assert.match(bannerOf(map.fate, map.title ?? '')?.text ?? '', /^shared_memory \(\d+\) has ended\./);
  });

  it('no more at one that has become another program, until it is asked to', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const map = await watch(keyOf(program));
    const space = map.look?.space;
    program.tell('exec');
    await until(
      async () => {
        await map.refresh();
        return map.fate.kind;
      },
      (kind) => kind === 'becameOther',
      'another program',
    );
    // Looks before the exec found the same regions.
    assert.equal(map.look?.space, space);
    assert.match(bannerOf(map.fate, map.title ?? '')?.text ?? '', /has become another program \(exec\)/);
    await map.startOver();
    assert.equal(map.fate.kind, 'lives');
    assert.equal(map.title, `cat (${program.pid})`);
    assert.notEqual(map.look?.space, space);
    assert.equal(map.previous, undefined);
  });

  it('at none that has another start time, none that has ended, no thread of the kernel', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { pid, startTime } = keyOf(program);
    const zombie = await startSpace(owner, 'zombie');
    const refused = async (key: { pid: number; startTime: number }) => {
      const { fate, look } = await watch(key);
      assert.equal(look, undefined);
      assert.ok(fate.kind === 'refused');
      return { refusal: fate.refusal?.kind, text: problemOf(fate, 'x').text };
    };
    assert.deepEqual(await refused({ pid, startTime: startTime - 1 }), {
      refusal: 'gone',
      text: 'Process x: It has ended.',
    });
    const found = await refused({ pid: zombie.child, startTime: startTimeOf(zombie.child) });
    assert.equal(found.refusal, 'zombie');
    assert.match(found.text, /its parent has not asked how/);
    if (process.getuid?.() === 0) {
      const thread = await refused({ pid: 2, startTime: startTimeOf(2) }).catch(() => undefined);
      if (thread?.refusal === 'kernelThread') assert.match(thread.text, /thread of the kernel/);
    }
  });

  it('at none that may not be looked into, and says which rule forbids it', async () => {
    if (process.getuid?.() !== 0) return;
    const program = await start(owner, 'memfd', 'ring', size);
    await asNobody(async () => {
      const map = await watch(keyOf(program));
      assert.ok(map.fate.kind === 'refused');
      assert.match(
        problemOf(map.fate, 'x').text,
        /^Process x: (It runs as another user \(uid 0\)|It has capabilities|It may not)/,
      );
    });
  });

  it('now and then while somebody watches, and not while paused', async () => {
    const program = await startSpace(owner, 'reservation', 2 ** 20);
    const map = await watch(keyOf(program));
    const settings = vscode.workspace.getConfiguration('memglass');
    await settings.update('memoryMap.refresh', 1, vscode.ConfigurationTarget.Global);
    owner.after(async () => {
      await settings.update('memoryMap.refresh', undefined, vscode.ConfigurationTarget.Global);
    });
    const stop = map.watch();
    const address = BigInt(await program.ask('map 3000'));
    await until(
      () => rowAt(map, address),
      (row) => row >= 0,
      'the new region',
    );
    map.pauseOrResume();
    assert.ok(map.isPaused);
    const looks = map.looks.length;
    await new Promise((done) => setTimeout(done, 1500));
    assert.ok(map.looks.length <= looks + 1, 'one may have been on its way');
    stop();
  });

  it('at 65,530 regions', async () => {
    const program = await startSpace(owner, 'regions', 70_000);
    const map = await watch(keyOf(program));
    assert.ok((map.look?.space.count ?? 0) > 65_000);
    assert.ok((map.look?.figures.length ?? 0) > 3, 'in parts');
    assert.ok(figuresOf(map).columns.count > 65_000);
  });
});
