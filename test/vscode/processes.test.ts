// Processes and their address spaces, by real programs: the public API, the elements of the view, and opening a region.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { uriToRef } from '../../extension/core/sourceRef.ts';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { ProcessLookout } from '../../extension/platform/processes/processLookout.ts';
import type { KindNode, ProcessesNode } from '../../extension/ui/processes/nodes.ts';
import { type ProcessesLayout, ProcessTree } from '../../extension/ui/processes/processTree.ts';
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

  it('with 65,530 regions give all of them', async () => {
    const program = await startSpace(owner, 'regions', 70_000);
    assert.ok((await (await memglass()).processes.regions(program.pid)).length > 65_000);
  });
});

describe('The Processes view', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  const newTree = (layout: Partial<ProcessesLayout> = {}) => {
    const extension = vscode.extensions.getExtension('memglass.memglass');
    const lookout = new ProcessLookout(loadNativeAddon(join(extension?.extensionPath ?? '', 'dist/memglass.node')));
    const tree = new ProcessTree({ sort: 'name', isAll: true, filter: '', ...layout }, lookout);
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
      words(tree.getTreeItem(node)),
      /^shared_memory \d+ · [\d.]+ [KM]iB · .*shared_memory memfd ring 65536$/,
    );
    const kinds = await kindsOf(tree, node);
    assert.deepEqual([...kinds.keys()].slice(0, 4), ['code', 'heap', 'stack', 'shared']);
    const shared = kinds.get('shared') ?? assert.fail();
    assert.equal(
      words(tree.getTreeItem(shared)),
      'Shared memory · 1 region · 64 KiB · 64 KiB in memory · 64 KiB dirty',
    );
    assert.equal(tree.getParent(shared), node);
    const [region] = await tree.getChildren(shared);
    assert.ok(region?.kind === 'region');
    const item = tree.getTreeItem(region);
    const place = `${program.address.toString(16)}–${(program.address + BigInt(size)).toString(16)}`;
    assert.equal(words(item), `/memfd:ring (deleted) · rw-s · 64 KiB · 64 KiB in memory · 64 KiB dirty · ${place}`);
    const hover = tree.resolveTreeItem(item, region).tooltip;
    assert.ok(
      hover instanceof vscode.MarkdownString && hover.value.includes(program.address.toString(16)),
      'the hover',
    );
    assert.ok(tree.resolveTreeItem(tree.getTreeItem(node), node).tooltip instanceof vscode.MarkdownString);
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
    tree.arrange({ sort: 'pid', isAll: true, filter: String(program.pid) });
    assert.ok((await pids()).includes(program.pid));
    assert.ok(tree.counts.shown < tree.counts.whole);
    tree.arrange({ sort: 'pid', isAll: true, filter: '' });
    const all = await pids();
    assert.deepEqual(
      all,
      all.toSorted((a, b) => a - b),
    );
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
