// The data of the Shared Memory view, and its words, with looks made up: which elements there are, and which of them a
// new look refreshes.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { formatCount } from '../../extension/core/expressions/numbers.ts';
import { objectKey } from '../../extension/core/sharedMemory/sharedMemory.ts';
import type { SharedMemoryScan } from '../../extension/core/sharedMemory/sharedMemoryScan.ts';
import { sameItems } from '../../extension/platform/sameItems.ts';
import type { SharedMemoryLook } from '../../extension/platform/sharedMemory/sharedMemoryLookout.ts';
import type { SharedMemoryNode } from '../../extension/ui/sharedMemory/nodes.ts';
import { SharedMemoryTree, type TreeLayout } from '../../extension/ui/sharedMemory/sharedMemoryTree.ts';
import { notListedText } from '../../extension/ui/sharedMemory/words.ts';
import {
  DISK,
  descriptor,
  entry,
  facts,
  joinSharedMemory,
  KERNEL,
  mapping,
  SHM,
  process as seen,
  segment,
} from '../unit/core/sharedMemory/sharedMemoryScans.ts';

const now = Date.now() / 1000;
const old = facts({ bornAt: now - 3 * 86_400, changedAt: now - 3 * 86_400 });
const details = {
  accounts: { users: new Map([[0, 'root']]), groups: new Map() },
  locks: [],
  seals: 3,
  mapped: undefined,
};

let before: SharedMemoryLook['objects'] = [];

function look(more: Partial<SharedMemoryScan>): SharedMemoryLook {
  const { objects, sight } = joinSharedMemory({ startedAt: now, ...more });
  const steps = sameItems(before, objects, ({ identity }) => objectKey(identity));
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  before = step.value;
  const nothing = { space: undefined, folderFailure: undefined, notListed: undefined };
  return { objects: before, sight, ...nothing, semaphores: new Map() };
}

/** A tree that shows a look, with what it refreshes from then on. */
async function shown(first: SharedMemoryLook, layout: Partial<TreeLayout> = {}) {
  const tree = new SharedMemoryTree(
    { sort: 'name', isFlat: false, filter: '', ...layout },
    { look: async () => first, details: async () => details },
    // Other tests take their time before these: ages are counted to one moment.
    () => now,
  );
  const refreshed: (readonly string[] | 'all')[] = [];
  tree.onDidChangeTreeData((nodes) => refreshed.push(nodes === undefined ? 'all' : nodes.map(({ id }) => id)));
  await lines(tree);
  return { tree, refreshed };
}

const labelOf = ({ label }: vscode.TreeItem) => (typeof label === 'string' ? label : (label?.label ?? ''));

/** Every element as a line, indented, as a person would see them all expanded. */
async function lines(tree: SharedMemoryTree, node?: SharedMemoryNode, indent = ''): Promise<readonly string[]> {
  const all: string[] = [];
  for (const child of await tree.getChildren(node)) {
    const item = tree.getTreeItem(child);
    assert.equal(item.id, child.id);
    assert.deepEqual(tree.getParent(child)?.id, node?.id);
    all.push(`${indent}${`${labelOf(item)}  ${item.description ?? ''}`.trim()}`);
    const below = await lines(tree, child, `${indent}  `);
    const isLeaf = item.collapsibleState === vscode.TreeItemCollapsibleState.None;
    assert.equal(below.length === 0, isLeaf, `${labelOf(item)} can be expanded where something is below it`);
    all.push(...below);
  }
  return all;
}

const producer = seen(4121, { name: Buffer.from('producer') });
const consumer = seen(4130, { name: Buffer.from('consumer') });
const ring: Partial<SharedMemoryScan> = {
  folder: [entry('ring', 5n, { facts: old })],
  processes: [producer, consumer],
  mappings: [mapping(4121, '/dev/shm/ring', SHM, 5n)],
};

async function find(
  tree: SharedMemoryTree,
  label: string,
  node?: SharedMemoryNode,
): Promise<SharedMemoryNode | undefined> {
  for (const child of await tree.getChildren(node)) {
    if (labelOf(tree.getTreeItem(child)) === label) return child;
    const below = await find(tree, label, child);
    if (below !== undefined) return below;
  }
  return undefined;
}

describe('The tree of shared memory', () => {
  beforeEach(() => {
    before = [];
  });

  it('has groups with counts, objects with figures, and users below them', async () => {
    const { tree } = await shown(
      look({
        ...ring,
        folder: [
          entry('ring', 5n, { facts: old }),
          entry('sub/inner', 6n, { facts: old }),
          entry('sem.ready', 7n, { facts: { ...old, size: 32n } }),
          entry('half', 8n, { facts: { ...old, size: 1_000_000n, allocated: 4096n } }),
        ],
        segments: [segment(3, { attachments: 1, changedAt: now - 7200 }), segment(4, { key: 0, isRemoved: true })],
        mappings: [
          mapping(4121, '/dev/shm/ring', SHM, 5n),
          mapping(4121, '/dev/shm/ring', SHM, 5n, {
            start: 0x1000n,
            end: 0x2000n,
            offset: 0x3000n,
            sharing: 'private',
          }),
          mapping(4130, '/SYSV00001234 (deleted)', KERNEL, 3n, {
            rights: { read: true, write: false, execute: false },
          }),
          mapping(4130, '/tmp/store-x (deleted)', DISK, 9n),
          mapping(4130, '/dev/zero (deleted)', KERNEL, 10n),
        ],
        descriptors: [descriptor(4130, 7, '/memfd:frames (deleted)', KERNEL, 11n, { links: 0, access: 'read' })],
      }),
    );
    assert.deepEqual(await lines(tree), [
      'POSIX /dev/shm  3',
      '  half  977 KiB · nobody · leaked? 3 d · 4 KiB allocated',
      '  ring  4 KiB · 1 proc · 3 d',
      '    producer 4121  rw-p 1000–2000 +0x3000 · 1 more',
      '      rw-p 1000–2000 +0x3000',
      '      rw-s 7f0000000000–7f0000001000',
      '  sub/inner  4 KiB · nobody · leaked? 3 d · not reachable by shm_open',
      'Semaphores  1',
      '  ready  32 B · nobody · leaked? 3 d',
      'System V  2',
      '  id 3  key 0x00001234 · 9.8 KiB · 1 proc · 2 h · 4 KiB allocated',
      '    consumer 4130  r--s 7f0000000000–7f0000001000',
      `  id 4  no key · 9.8 KiB · ${Math.floor((now - 1_699_999_900) / 86_400)} d · 4 KiB allocated · removed`,
      'memfd  1',
      '  frames  8 KiB · 1 proc · 4 KiB allocated',
      '    consumer 4130  descriptor 7, read',
      'Anonymous, shared  1',
      '  of consumer 4130  4 KiB · 1 proc',
      '    consumer 4130  rw-s 7f0000000000–7f0000001000',
      'Deleted, still mapped  1',
      '  store-x  4 KiB · 1 proc · /tmp',
      '    consumer 4130  rw-s 7f0000000000–7f0000001000',
    ]);
  });

  it('says what cannot be seen, and calls nothing unused for sure then', async () => {
    const hidden = [seen(7, { notSeen: 'noPermission' }), seen(8, { notSeen: 'failed' })];
    const { tree } = await shown(look({ folder: [entry('ring', 5n, { facts: old })], processes: hidden }));
    assert.deepEqual(await lines(tree), [
      'POSIX /dev/shm  1',
      '  ring  4 KiB · nobody seen · leaked? 3 d',
      '    and 2 processes not visible to you',
    ]);
  });

  it('says nothing of users that were not looked for since', async () => {
    const fresh = facts({ bornAt: now, changedAt: now });
    const { tree } = await shown(look({ folder: [entry('fresh', 5n, { facts: fresh })] }));
    assert.deepEqual(await lines(tree), ['POSIX /dev/shm  1', '  fresh  4 KiB · new']);
  });

  it('refreshes nothing where nothing changed, and what changed alone', async () => {
    const { tree, refreshed } = await shown(look(ring));
    tree.show(look(ring));
    const added = { ...ring, mappings: [...(ring.mappings ?? []), mapping(4130, '/dev/shm/ring', SHM, 5n)] };
    const id = (await find(tree, 'ring'))?.id;
    tree.show(look(ring));
    assert.deepEqual(refreshed, []);
    tree.show(look(added));
    assert.deepEqual(refreshed, [[id]]);
    const both = { ...added, folder: [...(ring.folder ?? []), entry('other', 6n, { facts: old })] };
    tree.show(look(both));
    assert.deepEqual(refreshed.slice(1), [['posix']], 'one more in a group refreshes the group');
    tree.show(look({ ...both, segments: [segment(1)] }));
    assert.deepEqual(refreshed.slice(2), ['all'], 'a group more refreshes all');
  });

  it('keeps the element of an object as long as the object is there, with what was last seen of it', async () => {
    const { tree } = await shown(look(ring));
    const node = await find(tree, 'ring');
    tree.show(look({ ...ring, folder: [entry('ring', 5n, { facts: { ...old, size: 9999n } })] }));
    assert.equal(await find(tree, 'ring'), node);
    assert.ok(node?.kind === 'object' && node.object.extent?.size === 9999n);
  });

  it('filters, flattens and sorts', async () => {
    const many = { folder: [1n, 2n, 3n].map((size) => entry(`n${size}`, size, { facts: { ...old, size } })) };
    const { tree } = await shown(look({ ...many, segments: [segment(1)] }));
    tree.arrange({ sort: 'size', isFlat: true, filter: 'n' });
    const labels = async () => (await tree.getChildren()).map((node) => labelOf(tree.getTreeItem(node)));
    assert.deepEqual(await labels(), ['n3', 'n2', 'n1']);
    assert.deepEqual([tree.count, tree.whole], [3, 4]);
    tree.arrange({ sort: 'name', isFlat: false, filter: 'nothing' });
    assert.deepEqual(await labels(), []);
  });

  it('refreshes a group as one where much of it changed', async () => {
    const many = (size: bigint) => ({
      folder: Array.from({ length: 200 }, (_, i) => entry(`n${i}`, BigInt(i), { facts: { ...old, size } })),
    });
    const { tree, refreshed } = await shown(look(many(1n)));
    tree.show(look(many(1n)));
    tree.show(look(many(2n)));
    assert.deepEqual(refreshed, [['posix']]);
  });

  it('says what of /dev/shm is missing', () => {
    const missing = (cutAt: number, ...folders: readonly string[]) =>
      notListedText({ ...look(ring), notListed: { cutAt, folders: folders.map((folder) => Buffer.from(folder)) } });
    assert.equal(notListedText(look(ring)), '');
    assert.equal(missing(0, 'a\nb'), '/dev/shm/a\\nb cannot be listed: what is in it is not shown.');
    assert.equal(
      missing(1_000_000, 'a', 'b'),
      `/dev/shm has more than ${formatCount(1_000_000)} entries: the rest is not shown. ` +
        '2 folders in /dev/shm cannot be listed: what is in them is not shown.',
    );
  });

  it('gives a hover that is text only, whatever a name tries', async () => {
    const name = '<img src=x onerror=alert(1)> [a](command:x) | **b** `c`';
    const { tree } = await shown(
      look({ folder: [entry(name, 5n, { facts: old })], processes: [seen(9, { name: Buffer.from('<b>x|y</b>') })] }),
    );
    const [group] = await tree.getChildren();
    const [node] = await tree.getChildren(group);
    assert.ok(node !== undefined);
    const item = tree.getTreeItem(node);
    const cancel = new vscode.CancellationTokenSource();
    const { tooltip } = await tree.resolveTreeItem(item, node, cancel.token);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.deepEqual([tooltip.isTrusted, tooltip.supportHtml, item.tooltip], [false, false, undefined]);
    assert.doesNotMatch(tooltip.value.slice(2), /[<>[\]()`_]|\*\*b/);
    const rows = tooltip.value.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |'));
    for (const row of rows) assert.equal(row.split('|').length, 4, row);
    assert.match(tooltip.value, /\broot\b/);
    assert.match(tooltip.value, /SEAL&#44; SHRINK/);
  });
});
