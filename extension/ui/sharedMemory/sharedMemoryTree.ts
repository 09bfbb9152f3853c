/** The data of the Shared Memory view: keeps its elements from look to look, and refreshes those that changed. */
import * as vscode from 'vscode';
import { objectKey, type SharedMemoryClass } from '../../core/sharedMemory/sharedMemory.ts';
import { madeAt, type SharedMemorySort, sharedMemoryList } from '../../core/sharedMemory/sharedMemoryList.ts';
import type { SharedMemoryLook, SharedMemoryLookout } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { objectHover, userHover } from './hover.ts';
import { groupItem, noteItem, objectItem, userItem } from './items.ts';
import {
  type GroupNode,
  holdNodes,
  type NoteNode,
  type ObjectNode,
  objectNode,
  type SharedMemoryNode,
  userNodes,
} from './nodes.ts';
import { notVisible, objectDescription } from './words.ts';

export interface TreeLayout {
  readonly sort: SharedMemorySort;
  readonly isFlat: boolean;
  /** Empty for all. */
  readonly filter: string;
}

/** In the order of the view. */
export const groups = ['posix', 'semaphore', 'sysv', 'memfd', 'sharedAnonymous', 'deleted'] as const;

/** Beyond so many in one place VS Code's trees become slow; the filter finds the rest. */
const mostShown = 20_000;

const mostRefreshedApart = 50;

/** As long as the leak test calls an object too young to be judged, and a look more. */
const youngSeconds = 3;

interface ShownObject {
  readonly node: ObjectNode;
  /** Too young to say who uses it. */
  isYoung: boolean;
  /** Once the view asked for it, until it changes. */
  item?: { readonly item: vscode.TreeItem; readonly face: string } | undefined;
}

export class SharedMemoryTree implements vscode.TreeDataProvider<SharedMemoryNode> {
  readonly #lookout: Pick<SharedMemoryLookout, 'look' | 'details'>;
  readonly #now: () => number;
  readonly #changed = new vscode.EventEmitter<SharedMemoryNode[] | undefined>();
  readonly #groups: ReadonlyMap<SharedMemoryClass, GroupNode> = new Map(
    groups.map((group) => [group, { kind: 'group', id: group, group }]),
  );
  #objects = new Map<string, ShownObject>();
  /** By group, or all of them under `flat`. */
  #lists = new Map<SharedMemoryClass | 'flat', readonly ObjectNode[]>();
  #look: SharedMemoryLook | undefined;
  #layout: TreeLayout;
  /** What else than the objects decides what is said of them, at the last look. */
  #circumstances = '';
  /** The objects whose users were asked for. */
  readonly #opened = new Set<string>();
  /** Whether some are too young to say who uses them. */
  #hasYoung = false;

  readonly onDidChangeTreeData = this.#changed.event;

  /** `now`: seconds since 1970, which ages are counted to. */
  constructor(layout: TreeLayout, lookout: Pick<SharedMemoryLookout, 'look' | 'details'>, now = nowInSeconds) {
    this.#layout = layout;
    this.#lookout = lookout;
    this.#now = now;
  }

  get layout(): TreeLayout {
    return this.#layout;
  }

  /** How many objects the filter leaves. */
  get count(): number {
    return this.#objects.size;
  }

  /** How many there are without it. */
  get whole(): number {
    return this.#look?.objects.length ?? 0;
  }

  show(look: SharedMemoryLook): void {
    const before = this.#look;
    this.#look = look;
    const changes = this.#isNews(look, before) ? this.#arrange(look) : [];
    if (before === undefined || changes === 'roots') this.#changed.fire(undefined);
    else if (changes.length > 0) this.#changed.fire([...changes]);
  }

  arrange(layout: TreeLayout): void {
    this.#layout = layout;
    if (this.#look === undefined) return;
    this.#arrange(this.#look);
    this.#changed.fire(undefined);
  }

  getTreeItem(node: SharedMemoryNode): vscode.TreeItem {
    const look = this.#look;
    if (look === undefined) throw new Error('an element before the first look');
    switch (node.kind) {
      case 'group':
        return groupItem(node.group, this.#lists.get(node.group)?.length ?? 0);
      case 'object':
        return this.#objectItem(node, look);
      case 'user':
        return userItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  async getChildren(node?: SharedMemoryNode): Promise<SharedMemoryNode[]> {
    if (this.#look === undefined) {
      this.#look = await this.#lookout.look();
      this.#arrange(this.#look);
    }
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case 'group':
        return shown(node.id, this.#lists.get(node.group) ?? []);
      case 'object':
        this.#open(node);
        return [...userNodes(node.object), ...this.#notesOf(node)];
      case 'user':
        return [...holdNodes(node)];
      case 'note':
        return [];
    }
  }

  /** The hover, when it is wanted. */
  async resolveTreeItem(
    item: vscode.TreeItem,
    node: SharedMemoryNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    // A copy: the item itself is kept, and what its hover tells is soon out of date.
    const withTooltip = (tooltip: vscode.MarkdownString) => Object.assign(new vscode.TreeItem(''), item, { tooltip });
    if (node.kind === 'user') return withTooltip(userHover(node));
    if (node.kind !== 'object' || this.#look === undefined) return item;
    const details = await this.#lookout.details(node.object, () => token.isCancellationRequested);
    return withTooltip(objectHover(node.object, details, this.#look));
  }

  getParent(node: SharedMemoryNode): SharedMemoryNode | undefined {
    switch (node.kind) {
      case 'group':
        return undefined;
      case 'object':
        return this.#layout.isFlat ? undefined : this.#groups.get(node.object.class);
      case 'user': {
        if (!node.isProcess) return userNodes(node.object).find(({ user }) => user === node.user);
        return this.#objects.get(objectKey(node.object.identity))?.node;
      }
      case 'note':
        return node.object === undefined ? undefined : this.#objects.get(objectKey(node.object.identity))?.node;
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Whether anything that shows can have changed: most looks find what was there before. */
  #isNews(look: SharedMemoryLook, before: SharedMemoryLook | undefined): boolean {
    if (look.objects !== before?.objects) return true;
    return this.#hasYoung || circumstances(look, this.#now()) !== this.#circumstances;
  }

  /** Sorts the objects of a look into the lists. Answers the elements to refresh, or that it is all of them. */
  #arrange(look: SharedMemoryLook): readonly SharedMemoryNode[] | 'roots' {
    const { sort, filter, isFlat } = this.#layout;
    const now = this.#now();
    const around = circumstances(look, now);
    const isSameAround = around === this.#circumstances;
    this.#circumstances = around;
    this.#hasYoung = false;
    const objects = new Map<string, ShownObject>();
    const lists = new Map<SharedMemoryClass | 'flat', ObjectNode[]>();
    const changed: ObjectNode[] = [];
    for (const object of sharedMemoryList(look.objects, sort, filter)) {
      const id = objectKey(object.identity);
      const shown = this.#objects.get(id) ?? { node: objectNode(object), isYoung: false };
      const isSameObject = shown.node.object === object;
      const mayDiffer = !isSameObject || !isSameAround || shown.isYoung;
      Object.assign(shown.node, { object });
      if (mayDiffer && shown.item !== undefined) {
        if (!isSameObject || shown.item.face !== this.#face(shown.node, look, now)) {
          shown.item = undefined;
          changed.push(shown.node);
        }
      }
      shown.isYoung = (madeAt(object) ?? 0) > look.sight.startedAt - youngSeconds;
      if (shown.isYoung) this.#hasYoung = true;
      objects.set(id, shown);
      const key = isFlat ? 'flat' : object.class;
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [shown.node]);
      else list.push(shown.node);
    }
    const before = this.#lists;
    this.#objects = objects;
    this.#lists = lists;
    for (const id of this.#opened) if (!objects.has(id)) this.#opened.delete(id);
    const isSameList = (key: SharedMemoryClass | 'flat') => sameNodes(before.get(key), lists.get(key));
    // All in one where it is many: VS Code looks through a whole list for each element of it that is refreshed.
    const isMany = changed.length > mostRefreshedApart;
    if (isFlat) return isMany || !isSameList('flat') ? 'roots' : changed;
    if (groups.some((group) => before.has(group) !== lists.has(group))) return 'roots';
    const inMany = isMany ? new Set(changed.map(({ object }) => object.class)) : undefined;
    const isChanged = (group: SharedMemoryClass) => !isSameList(group) || inMany?.has(group) === true;
    const changedGroups = groups.filter(isChanged);
    return [
      ...changedGroups.flatMap((group) => this.#groups.get(group) ?? []),
      ...changed.filter(({ object }) => !changedGroups.includes(object.class)),
    ];
  }

  /** Made once and kept until something else is to be said: ten thousand of them are asked for when one is added. */
  #objectItem(node: ObjectNode, look: SharedMemoryLook): vscode.TreeItem {
    const shown = this.#objects.get(node.id);
    if (shown?.item !== undefined) return shown.item.item;
    const now = this.#now();
    const item = objectItem(node, look, now);
    if (shown !== undefined) shown.item = { item, face: this.#face(node, look, now) };
    return item;
  }

  /** What shows of an object: its description, and below it what cannot be seen, in words where somebody looked. */
  #face({ id, object }: ObjectNode, look: SharedMemoryLook, now: number): string {
    const note = notVisible(object, look);
    return `${objectDescription(object, look, now)}|${this.#opened.has(id) ? note : note !== undefined}`;
  }

  /** From now on what is said below it counts as well. */
  #open(node: ObjectNode): void {
    if (this.#opened.has(node.id)) return;
    this.#opened.add(node.id);
    const shown = this.#objects.get(node.id);
    if (shown?.item === undefined || this.#look === undefined) return;
    shown.item = { item: shown.item.item, face: this.#face(node, this.#look, this.#now()) };
  }

  #roots(): SharedMemoryNode[] {
    if (this.#layout.isFlat) return shown('flat', this.#lists.get('flat') ?? []);
    return groups.flatMap((group) => (this.#lists.has(group) ? (this.#groups.get(group) ?? []) : []));
  }

  #notesOf({ id, object }: ObjectNode): readonly NoteNode[] {
    const text = this.#look === undefined ? undefined : notVisible(object, this.#look);
    return text === undefined ? [] : [{ kind: 'note', id: `${id}/note`, text, object }];
  }
}

function shown(id: string, nodes: readonly ObjectNode[]): SharedMemoryNode[] {
  if (nodes.length <= mostShown) return [...nodes];
  const text = vscode.l10n.t('and {0} more: filter by name', nodes.length - mostShown);
  return [...nodes.slice(0, mostShown), { kind: 'note', id: `${id}/more`, text, object: undefined }];
}

function sameNodes(a: readonly ObjectNode[] | undefined, b: readonly ObjectNode[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((node, index) => node === b[index]);
}

/** Equal where the same objects are described in the same words: ages are in minutes. */
function circumstances({ sight, semaphores }: SharedMemoryLook, now: number): string {
  const states = [...semaphores].map(([key, { value, waiters }]) => `${key}=${value},${waiters}`);
  const { noPermission, failed, vanished } = sight.notSeen;
  return [Math.floor(now / 60), noPermission + failed, vanished, sight.allProcessesListed, ...states].join(' ');
}

function nowInSeconds(): number {
  return Date.now() / 1000;
}
