/** The data of the Processes view: keeps its elements from look to look, and refreshes those that changed. */
import * as vscode from 'vscode';
import { type ProcessSort, type ProcessSummary, processKey, processList } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessLook, ProcessLookout } from '../../platform/processes/processLookout.ts';
import { sentenceFor } from '../errors.ts';
import { processHover, regionHover } from './hover.ts';
import { kindItem, noteItem, processItem, regionItem } from './items.ts';
import type { KindNode, NoteNode, ProcessesNode, ProcessNode } from './nodes.ts';
import { OpenedProcess } from './openedProcess.ts';
import { refusalSentence } from './refusalWords.ts';
import { processDescription, processLabel } from './words.ts';

export interface ProcessesLayout {
  readonly sort: ProcessSort;
  /** Those of all users, not only the user's own. */
  readonly isAll: boolean;
  /** Empty for all. */
  readonly filter: string;
}

/** Beyond so many in one place VS Code's trees become slow. */
const mostShown = 10_000;

/** So many times what reading a process's regions took is waited before they are read again. */
const rest = 25;
/** Milliseconds that the regions of a process hold at least: what asks for them in a burst gets the same ones. */
const leastRest = 1000;

interface ShownProcess {
  readonly node: ProcessNode;
  /** What its item said when it was last refreshed. */
  face: string;
}

/** The regions of a process that somebody has opened in the tree. */
interface ShownRegions {
  readonly opened: OpenedProcess;
  /** By Date.now(): when they are read again. */
  readonly restedAt: number;
}

type Lookout = Pick<ProcessLookout, 'look' | 'ownUid' | 'regions' | 'figures' | 'whyRefused'>;

export class ProcessTree implements vscode.TreeDataProvider<ProcessesNode> {
  readonly #lookout: Lookout;
  readonly #changed = new vscode.EventEmitter<ProcessesNode[] | undefined>();
  #layout: ProcessesLayout;
  #look: ProcessLook | undefined;
  #shown = new Map<string, ShownProcess>();
  /** By processKey, of those that are open. */
  readonly #regions = new Map<string, ShownRegions>();
  readonly #expanded = new Set<string>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(layout: ProcessesLayout, lookout: Lookout) {
    this.#layout = layout;
    this.#lookout = lookout;
  }

  get layout(): ProcessesLayout {
    return this.#layout;
  }

  /** How many processes the filter leaves, and how many there are without it. */
  get counts(): { readonly shown: number; readonly whole: number } {
    const whole = this.#look === undefined ? 0 : this.#listed(this.#look, '').length;
    return { shown: this.#shown.size, whole };
  }

  show(look: ProcessLook): void {
    const isFirst = this.#look === undefined;
    if (!isFirst && look === this.#look) return;
    this.#look = look;
    const changed = this.#arrange(look);
    if (isFirst || changed === 'roots') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }

  /** Reads the regions of the open processes anew, all or those that have rested, and refreshes what changed. */
  async followRegions(which: 'all' | 'rested'): Promise<void> {
    await Promise.all(
      [...this.#expanded].map(async (id) => {
        const node = this.#shown.get(id)?.node;
        const before = this.#regions.get(id);
        if (node === undefined || before === undefined) return;
        if (which === 'rested' && Date.now() < before.restedAt) return;
        const now = await this.#read(node.process).catch(() => undefined);
        // One that cannot be read any more has ended, and goes with the next look; or it is told when it is asked for.
        if (now === undefined || now.opened.differsFrom(before.opened)) this.#changed.fire([node]);
      }),
    );
  }

  arrange(layout: ProcessesLayout): void {
    this.#layout = layout;
    if (this.#look === undefined) return;
    this.#arrange(this.#look);
    this.#changed.fire(undefined);
  }

  expanded(node: ProcessesNode): void {
    if (node.kind === 'process') this.#expanded.add(node.id);
  }

  collapsed(node: ProcessesNode): void {
    if (node.kind !== 'process') return;
    this.#expanded.delete(node.id);
    this.#regions.delete(node.id);
  }

  getTreeItem(node: ProcessesNode): vscode.TreeItem {
    switch (node.kind) {
      case 'process':
        return processItem(node);
      case 'kind':
        return kindItem(node);
      case 'region':
        return regionItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  async getChildren(node?: ProcessesNode): Promise<ProcessesNode[]> {
    if (this.#look === undefined) {
      this.#look = await this.#lookout.look();
      this.#arrange(this.#look);
    }
    switch (node?.kind) {
      case undefined:
        return [...this.#shown.values()].map(({ node }) => node);
      case 'process':
        return await this.#kindsOf(node);
      case 'kind':
        return regionsOf(node);
      case 'region':
      case 'note':
        return [];
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: ProcessesNode): vscode.TreeItem {
    if (node.kind === 'process') item.tooltip = processHover(node.process);
    if (node.kind === 'region') item.tooltip = regionHover(node);
    return item;
  }

  getParent(node: ProcessesNode): ProcessesNode | undefined {
    return node.kind === 'process' ? undefined : node.parent;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #listed({ processes }: ProcessLook, text: string): readonly ProcessSummary[] {
    const uid = this.#layout.isAll ? undefined : this.#lookout.ownUid;
    return processList(processes, this.#layout.sort, { uid, text });
  }

  /** Sorts the processes of a look into the list. Answers the elements to refresh, or that it is all of them. */
  #arrange(look: ProcessLook): readonly ProcessNode[] | 'roots' {
    const before = this.#shown;
    const now = new Map<string, ShownProcess>();
    const changed: ProcessNode[] = [];
    for (const process of this.#listed(look, this.#layout.filter)) {
      const id = processKey(process);
      const known = before.get(id);
      const shown = known ?? { node: { kind: 'process', id, process }, face: '' };
      const isSame = shown.node.process === process && known !== undefined;
      const face = isSame ? shown.face : `${processLabel(process)}|${processDescription(process)}|${process.mayLook}`;
      if (known !== undefined && known.face !== face) changed.push(known.node);
      Object.assign(shown.node, { process });
      shown.face = face;
      now.set(id, shown);
    }
    this.#shown = now;
    for (const id of [...this.#expanded]) {
      if (now.has(id)) continue;
      this.#expanded.delete(id);
      this.#regions.delete(id);
    }
    const keys = [...before.keys()];
    let at = 0;
    const isSameList = before.size === now.size && [...now.keys()].every((key) => key === keys[at++]);
    return isSameList ? changed : 'roots';
  }

  async #kindsOf(node: ProcessNode): Promise<ProcessesNode[]> {
    const note = (text: string): NoteNode[] => [{ kind: 'note', id: `${node.id}/note`, parent: node, text }];
    // Somebody looks at it: VS Code asks for the children of what is open only.
    this.#expanded.add(node.id);
    try {
      const known = this.#regions.get(node.id);
      const isFresh = known !== undefined && Date.now() < known.restedAt;
      const { opened } = isFresh ? known : await this.#read(node.process);
      return opened.kinds().map((regionKind): KindNode => {
        return { kind: 'kind', id: `${node.id}/${regionKind}`, parent: node, opened, regionKind };
      });
    } catch (error) {
      if (!(error instanceof SourceError) || error.code === 'processGone') return note(vscode.l10n.t('It has ended.'));
      if (error.code !== 'noTrace') return note(sentenceFor(error));
      return note(refusalSentence(await this.#lookout.whyRefused(node.process, 'look')));
    }
  }

  async #read(process: ProcessSummary): Promise<ShownRegions> {
    const start = Date.now();
    const opened = await OpenedProcess.read(process, this.#lookout);
    const end = Date.now();
    const shown = { opened, restedAt: end + Math.max(leastRest, rest * (end - start)) };
    this.#regions.set(processKey(process), shown);
    return shown;
  }
}

function regionsOf(node: KindNode): ProcessesNode[] {
  const { opened, regionKind } = node;
  const nodes: ProcessesNode[] = [];
  for (const row of opened.rows(regionKind)) {
    if (nodes.length === mostShown) {
      const text = vscode.l10n.t('and {0} more regions', opened.sums(regionKind).regions - mostShown);
      nodes.push({ kind: 'note', id: `${node.id}/more`, parent: node, text });
      break;
    }
    const region = opened.space.region(row);
    nodes.push({ kind: 'region', id: `${node.id}/${region.start.toString(16)}`, parent: node, region, row });
  }
  return nodes;
}
