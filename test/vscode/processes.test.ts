// Processes and their address spaces, by real programs: the public API, the elements of the view, and opening a region.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { uriToRef } from '../../extension/core/sourceRef.ts';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { ProcessLookout } from '../../extension/platform/processes/processLookout.ts';
import { MappedFile } from '../../extension/ui/processes/mappedFile.ts';
import type { KindNode, ProcessesNode, ProcessNode } from '../../extension/ui/processes/nodes.ts';
import { type ProcessItem, processItems } from '../../extension/ui/processes/pickProcess.ts';
import { ProcessTree } from '../../extension/ui/processes/processTree.ts';
import type { ProcessesLayout } from '../../extension/ui/processes/shownProcesses.ts';
import { type Program, start, startSpace, startTimeOf } from '../support/programs.ts';
import { closeAllTabs, memglass, until, useScratch } from './memglass.ts';
import { ownerOf } from './memory.ts';

const size = 16 * 4096;

describe('Processes for other extensions', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);

  it('are listed, and so are their regions, as maps has them', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { processes } = await memglass();
    const found = (await processes.list()).find(({ pid }) => pid === program.pid);
    assert.equal(found?.startTime, startTimeOf(program.pid));
    for (const which of [program.pid, found ?? assert.fail()]) {
      const regions = await processes.regions(which);
      const lines = readFileSync(`/proc/${program.pid}/maps`, 'latin1').trimEnd().split('\n');
      const place = (line: string) => line.slice(0, line.indexOf(' '));
      const hex = (address: bigint) => address.toString(16).padStart(8, '0');
      assert.deepEqual(
        regions.map(({ start, end }) => `${hex(start)}-${hex(end)}`),
        lines.map(place),
      );
      assert.equal(regions.find(({ start }) => start === program.address)?.backing.kind, 'memfd');
    }
  });

  it('that have ended, or never were, are refused in a word', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { processes } = await memglass();
    const found = (await processes.list()).find(({ pid }) => pid === program.pid);
    await program.kill();
    await assert.rejects(processes.regions(program.pid), { code: 'processGone' });
    await assert.rejects(processes.regions(found ?? assert.fail()), { code: 'processGone' });
  });

  it('open as a map and at an address, or are refused in a word', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { processes } = await memglass();
    const schemes = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.flatMap(({ input }) => (input instanceof vscode.TabInputCustom ? input.uri.scheme : [])),
      );
    await processes.openMap(program.pid, program.address);
    await until(schemes, (all) => all.length > 0, 'the map');
    assert.deepEqual(schemes(), ['memglass-map']);
    await processes.openAddress({ pid: program.pid, startTime: startTimeOf(program.pid) }, program.address + 9n);
    await until(schemes, (all) => all.includes('memglass-region'), 'the region');
    await closeAllTabs();
    await assert.rejects(processes.openAddress(program.pid, 1n), { code: 'regionGone' });
    await program.kill();
    await assert.rejects(processes.openMap(program.pid), { code: 'processGone' });
  });

  it('with 65,530 regions give all of them', async () => {
    const program = await startSpace(owner, 'regions', 70_000);
    assert.ok((await (await memglass()).processes.regions(program.pid)).length > 65_000);
  });
});

describe('The Processes view', () => {
  // A bigint reaches no command of an extension that is not active yet.
  before(async () => void (await memglass()));
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  const defaults: ProcessesLayout = { sort: 'name', isTree: false, isAll: true, filter: '' };
  const newTree = (layout: Partial<ProcessesLayout> = {}) => {
    const extension = vscode.extensions.getExtension('memglass.memglass');
    const lookout = new ProcessLookout(loadNativeAddon(join(extension?.extensionPath ?? '', 'dist/memglass.node')));
    const tree = new ProcessTree({ ...defaults, ...layout }, lookout);
    owner.after(() => {
      tree.dispose();
      lookout.dispose();
    });
    return { tree, lookout };
  };
  const processNode = async (tree: ProcessTree, { pid }: Pick<Program, 'pid'>) => {
    const roots = await tree.getChildren();
    return roots.find((node) => node.kind === 'process' && node.process.pid === pid) ?? assert.fail(`no ${pid}`);
  };
  const kindsOf = async (tree: ProcessTree, node: ProcessesNode) => {
    const kinds = (await tree.getChildren(node)) as KindNode[];
    return new Map(kinds.map((kind) => [kind.regionKind, kind]));
  };
  const words = (item: vscode.TreeItem) => `${String(item.label)} · ${String(item.description)}`;

  it('shows a process, its kinds of regions with what they add up to, and the regions', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    await program.ask(`pattern 0 ${size}`);
    const { tree } = newTree();
    const node = await processNode(tree, program);
    assert.match(
      words(await tree.getTreeItem(node)),
      /^shared_memory \d+ · [\d.]+ [KM]iB · .*shared_memory memfd ring 65536$/,
    );
    const kinds = await kindsOf(tree, node);
    assert.deepEqual([...kinds.keys()].slice(0, 4), ['code', 'heap', 'stack', 'shared']);
    const shared = kinds.get('shared') ?? assert.fail();
    assert.equal(
      words(await tree.getTreeItem(shared)),
      'Shared memory · 64 KiB · 64 KiB in memory · 64 KiB dirty · 1 region',
    );
    assert.equal(tree.getParent(shared), node);
    const [region] = await tree.getChildren(shared);
    assert.ok(region?.kind === 'region');
    const item = await tree.getTreeItem(region);
    const place = `${program.address.toString(16)}–${(program.address + BigInt(size)).toString(16)}`;
    assert.equal(
      words(item),
      `/memfd:ring (deleted) · rw-s · 64 KiB · shared file · 64 KiB in memory · 64 KiB dirty · ${place}`,
    );
    const hover = tree.resolveTreeItem(item, region).tooltip;
    assert.ok(
      hover instanceof vscode.MarkdownString && hover.value.includes(program.address.toString(16)),
      'the hover',
    );
    assert.ok(tree.resolveTreeItem(await tree.getTreeItem(node), node).tooltip instanceof vscode.MarkdownString);
  });

  it('opens a region at its addresses, from the view and by pid and address', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { tree } = newTree();
    const shared = (await kindsOf(tree, await processNode(tree, program))).get('shared');
    const [region] = await tree.getChildren(shared ?? assert.fail());
    for (const target of [region, { pid: program.pid, address: `0x${(program.address + 5n).toString(16)}` }]) {
      await vscode.commands.executeCommand('memglass.processes.openRegion', target);
      const tab = await until(
        () => vscode.window.tabGroups.activeTabGroup.activeTab,
        (found) => found?.input instanceof vscode.TabInputCustom && found.input.uri.scheme === 'memglass-region',
        'a tab of the region',
      );
      const { uri } = (tab?.input ?? assert.fail()) as vscode.TabInputCustom;
      const ref = uriToRef(uri);
      assert.ok(ref.kind === 'processRegion');
      assert.deepEqual(
        [ref.pid, ref.startTime, ref.start, ref.end],
        [program.pid, startTimeOf(program.pid), program.address, program.address + BigInt(size)],
      );
      await closeAllTabs();
    }
  });

  it('keeps an element while its process is there, and follows its regions', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { tree, lookout } = newTree();
    const node = await processNode(tree, program);
    assert.ok((await kindsOf(tree, node)).has('shared'));
    const changed: (readonly ProcessesNode[] | undefined)[] = [];
    owner.after(() => listening.dispose());
    const listening = tree.onDidChangeTreeData((nodes) => changed.push(nodes));
    await program.ask(`unmap ${size}`);
    await tree.followRegions('all');
    assert.deepEqual(changed, [[node]]);
    assert.ok(!(await kindsOf(tree, node)).has('shared'));
    tree.show(await lookout.look());
    assert.equal(await processNode(tree, program), node);
    await program.kill();
    tree.show(await lookout.look());
    assert.ok(!(await tree.getChildren()).includes(node));
    assert.equal(changed.at(-1), undefined);
  });

  it('filters by name and pid, and sorts', async () => {
    const program = await startSpace(owner, 'regions', 100);
    const { tree } = newTree({ filter: 'address_SPACE' });
    const pids = async () => (await tree.getChildren()).map((node) => (node.kind === 'process' ? node.process.pid : 0));
    assert.ok((await pids()).includes(program.pid) && !(await pids()).includes(process.pid));
    tree.arrange({ ...defaults, sort: 'pid', filter: String(program.pid) });
    assert.ok((await pids()).includes(program.pid));
    assert.ok(tree.counts.shown < tree.counts.whole);
    tree.arrange({ ...defaults, sort: 'pid' });
    const all = await pids();
    assert.deepEqual(
      all,
      all.toSorted((a, b) => a - b),
    );
  });

  it('is a tree by parents, with the regions of a process beside the processes it has started', async () => {
    const parent = await startSpace(owner, 'zombie');
    const { tree, lookout } = newTree({ isTree: true });
    const nodes = new Map<number, ProcessNode>();
    const visit = async (node?: ProcessesNode) => {
      for (const child of await tree.getChildren(node)) {
        if (child.kind !== 'process' || child.process.pid === parent.child) continue;
        nodes.set(child.process.pid, child);
        if ((await lookout.look()).processes.some(({ parentPid }) => parentPid === child.process.pid))
          await visit(child);
      }
    };
    await visit();
    const node = nodes.get(parent.pid) ?? assert.fail();
    assert.equal(tree.getParent(node), nodes.get(process.pid));
    const [space, child, ...more] = await tree.getChildren(node);
    assert.ok(space?.kind === 'space' && child?.kind === 'process' && more.length === 0);
    assert.equal(child.process.pid, parent.child);
    assert.equal((await tree.getTreeItem(node)).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    const kinds = await kindsOf(tree, space);
    assert.ok(kinds.has('stack'));
    assert.equal(tree.getParent(kinds.get('stack') ?? assert.fail()), space);
    tree.arrange(defaults);
    assert.ok((await kindsOf(tree, node)).has('stack'));
    assert.equal(tree.getParent(node), undefined);
  });

  it('reads what was closed anew when it is opened again', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const { tree } = newTree();
    const node = await processNode(tree, program);
    assert.ok((await kindsOf(tree, node)).has('shared'));
    tree.collapsed(node);
    await program.ask(`unmap ${size}`);
    const changed: unknown[] = [];
    owner.after(() => listening.dispose());
    const listening = tree.onDidChangeTreeData((nodes) => changed.push(nodes));
    tree.expanded(node);
    tree.expanded(node);
    assert.deepEqual(changed, [[node]]);
    assert.ok(!(await kindsOf(tree, node)).has('shared'));
  });

  it('filters by a mapped file, and follows processes that come', async () => {
    const folder = scratch().folder();
    const program = await startSpace(owner, 'names', folder);
    const { tree, lookout } = newTree();
    const found = (await MappedFile.search(`${folder.toUpperCase()}/FAKE`, lookout)) ?? assert.fail();
    const pids = async () => {
      tree.arrange({ ...defaults, mapping: found.keys });
      return (await tree.getChildren()).map((node) => (node.kind === 'process' ? node.process.pid : 0));
    };
    assert.deepEqual(await pids(), [program.pid]);
    assert.equal(await found.follow(await lookout.look()), false);
    const second = await startSpace(owner, 'names', folder);
    await program.kill();
    assert.equal(await found.follow(await lookout.look()), true);
    tree.show(await lookout.look());
    assert.deepEqual(await pids(), [second.pid]);
    second.tell('exec');
    await until(
      () => readlinkSync(`/proc/${second.pid}/exe`),
      (executable) => !executable.includes('address_space'),
      'another program',
    );
    assert.deepEqual(await pids(), [second.pid], 'until it is asked for');
    assert.ok(await found.renew());
    assert.deepEqual(await pids(), []);
  });

  it('are offered to choose from with the user’s own first, and those with most in memory first', async () => {
    const { lookout } = newTree();
    const { processes } = await lookout.look();
    const uids = (items: readonly ProcessItem[]) => items.flatMap(({ process }) => process?.uid ?? []);
    const own = processItems(processes, lookout.ownUid);
    const shown = own.flatMap(({ process }) => process ?? []);
    assert.ok(shown.every(({ kernelThread }) => !kernelThread));
    const mine = shown.filter(({ uid }) => uid === lookout.ownUid).map(({ resident }) => resident);
    assert.deepEqual(
      mine,
      mine.toSorted((a, b) => b - a),
    );
    // As somebody else would see it.
    const others = processItems(processes, 12_345);
    assert.deepEqual(uids(others).length, shown.length);
    assert.ok(others.some(({ kind }) => kind === vscode.QuickPickItemKind.Separator));
  });

  it('gives the items of very many elements in several tasks, and one at once', async () => {
    const { tree } = newTree();
    const node = await processNode(tree, process);
    assert.ok(!(tree.getTreeItem(node) instanceof Promise), 'one alone waits for nothing');
    await Promise.resolve();
    let tasks = 0;
    const count = () => {
      tasks++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const items = await Promise.all(Array.from({ length: 2000 }, () => tree.getTreeItem(node)));
    clearImmediate(counting);
    assert.ok(tasks >= 4, `${tasks} tasks`);
    assert.ok(items.length === 2000 && items.every((item) => item.id === items[0]?.id));
  });

  it('shows names made to mislead as what they are, and finds them by that', async () => {
    const folder = scratch().folder();
    const program = await startSpace(owner, 'names', folder);
    const { tree } = newTree();
    const kinds = await kindsOf(tree, await processNode(tree, program));
    const regions = await tree.getChildren(kinds.get('file') ?? assert.fail());
    const items = await Promise.all(
      regions
        .filter((node) => node.kind === 'region')
        .map(async (node) => ({ node, item: await tree.getTreeItem(node) })),
    );
    const labels = items.map(({ item }) => String(item.label));
    for (const name of ['fake (deleted)', '\\x1b[31mred', '\\xff\\xfe', '[heap]', 'tab\\tand\\rreturn']) {
      assert.ok(labels.includes(name), `${name} in ${labels.join()}`);
    }
    for (const { node, item } of items) {
      const tooltip = tree.resolveTreeItem(item, node).tooltip;
      assert.doesNotMatch(`${item.label} ${item.description}`, /\p{Cc}/u);
      assert.ok(tooltip instanceof vscode.MarkdownString && !tooltip.supportHtml && tooltip.isTrusted !== true);
      assert.doesNotMatch(tooltip.value.replaceAll('\n', ''), /\p{Cc}|<[a-z]/iu);
    }
  });

  it('shows a process under the name that it gives itself, whatever that is', async () => {
    const name = 'a\x1b[31m|\n(x)';
    const script = `
import ctypes, sys
ctypes.CDLL(None).prctl(1, 9)
ctypes.CDLL(None).prctl(15, bytes.fromhex(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
`;
    const child = spawn('python3', ['-c', script, Buffer.from(name).toString('hex')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    owner.after(async () => {
      child.stdin.end();
      await ended;
    });
    await once(child.stdout, 'data');
    const { tree } = newTree({ filter: '\\x1b[31M' });
    const node = await processNode(tree, { pid: child.pid ?? 0 });
    const item = await tree.getTreeItem(node);
    assert.equal(item.label, `a\\x1b[31m|\\n(x) ${child.pid}`);
    const { tooltip } = tree.resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString && tooltip.value.includes('&#91;31m&#124;'));
  });

  it('says of a zombie that it has ended, and cuts 65,530 regions short', async () => {
    const parent = await startSpace(owner, 'zombie');
    const crowded = await startSpace(owner, 'regions', 70_000);
    const { tree } = newTree();
    const [note] = await tree.getChildren(await processNode(tree, { pid: parent.child }));
    assert.equal(note?.kind === 'note' && note.text, 'It has ended.');
    const kinds = await kindsOf(tree, await processNode(tree, crowded));
    const regions = await tree.getChildren(kinds.get('anonymous') ?? assert.fail());
    assert.equal(regions.length, 10_001);
    const last = regions.at(-1);
    assert.match(last?.kind === 'note' ? last.text : '', /^and 55,?\d+ more regions$/);
  });
});
