/** The data of the Processes view: keeps its elements from look to look, and refreshes those that changed. */
import * as vscode from 'vscode';
import { type ProcessSummary, processKey } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessLook, ProcessLookout } from '../../platform/processes/processLookout.ts';
import { sentenceFor } from '../errors.ts';
import { Bursts } from '../views/bursts.ts';
import { processHover, regionHover } from './hover.ts';
import { kindItem, noteItem, processItem, regionItem, spaceItem } from './items.ts';
import type { KindNode, NoteNode, ProcessesNode, ProcessNode, SpaceNode } from './nodes.ts';
import { OpenedProcess } from './openedProcess.ts';
import { refusalSentence } from './refusalWords.ts';
import { type ProcessesLayout, ShownProcesses } from './shownProcesses.ts';

/** Beyond so many in one place VS Code's trees become slow. */
const mostShown = 10_000;

/** So many times what reading a process's regions took is waited before they are read again. */
const rest = 25;
/** Milliseconds that the regions of a process hold at least: what asks for them in a burst gets the same ones. */
const leastRest = 1000;

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
  readonly #shown: ShownProcesses;
  /** By processKey, of those that are open. */
  readonly #regions = new Map<string, ShownRegions>();
  /** By processKey, those whose kinds of regions show. */
  readonly #expanded = new Set<string>();
  /** Elements that were closed and have not been opened again. */
  readonly #closed = new Set<string>();
  readonly #items = new Bursts();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(layout: ProcessesLayout, lookout: Lookout) {
    this.#layout = layout;
    this.#lookout = lookout;
    this.#shown = new ShownProcesses(lookout.ownUid);
  }

  get layout(): ProcessesLayout {
    return this.#layout;
  }

  /** How many processes the filter leaves, and how many there are without it. */
  get counts(): { readonly shown: number; readonly whole: number } {
    const whole = this.#look === undefined ? 0 : this.#shown.countAll(this.#look.processes, this.#layout);
    return { shown: this.#shown.count, whole };
  }

  show(look: ProcessLook): void {
    const isFirst = this.#look === undefined;
    if (!isFirst && look === this.#look) return;
    this.#look = look;
    const changed = this.#arrange(look);
    if (isFirst || changed === 'all') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }

  /** Reads the regions of the open processes anew, all or those that have rested, and refreshes what changed. */
  async followRegions(which: 'all' | 'rested'): Promise<void> {
    await Promise.all(
      [...this.#expanded].map(async (id) => {
        const node = this.#shown.get(id);
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

  collapsed(node: ProcessesNode): void {
    const process = node.kind === 'space' ? node.parent : node;
    if (process.kind !== 'process') return;
    this.#closed.add(node.id);
    this.#forget(process, node.kind === 'process');
  }

  /** VS Code has kept the children of what was closed meanwhile: they are asked for anew. */
  expanded(node: ProcessesNode): void {
    if (this.#closed.delete(node.id)) this.#changed.fire([node]);
  }

  getTreeItem(node: ProcessesNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    return this.#items.do(() => this.#itemOf(node));
  }

  #itemOf(node: ProcessesNode): vscode.TreeItem {
    switch (node.kind) {
      case 'process':
        return processItem(node, this.#shown.childrenOf(node).length > 0);
      case 'space':
        return spaceItem(node);
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
        return [...this.#shown.roots];
      case 'process': {
        const children = this.#shown.childrenOf(node);
        if (children.length === 0) return await this.#kindsOf(node, node);
        return [{ kind: 'space', id: `${node.id}/space`, parent: node }, ...children];
      }
      case 'space':
        return await this.#kindsOf(node.parent, node);
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
    return node.kind === 'process' ? this.#shown.parentOf(node) : node.parent;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Nobody looks at its regions any more, nor, where `withChildren`, at those of the processes below it. */
  #forget(process: ProcessNode, withChildren: boolean): void {
    this.#expanded.delete(process.id);
    this.#regions.delete(process.id);
    if (withChildren) for (const child of this.#shown.childrenOf(process)) this.#forget(child, true);
  }

  /** Sorts the processes of a look into the list. Answers the elements to refresh, or that it is all of them. */
  #arrange(look: ProcessLook): readonly ProcessNode[] | 'all' {
    const changed = this.#shown.arrange(look.processes, this.#layout);
    for (const id of [...this.#expanded]) {
      if (this.#shown.get(id) !== undefined) continue;
      this.#expanded.delete(id);
      this.#regions.delete(id);
    }
    for (const id of this.#closed) {
      if (this.#shown.get(id.split('/', 1)[0] ?? '') === undefined) this.#closed.delete(id);
    }
    return changed;
  }

  async #kindsOf(node: ProcessNode, parent: ProcessNode | SpaceNode): Promise<ProcessesNode[]> {
    const note = (text: string): NoteNode[] => [{ kind: 'note', id: `${node.id}/note`, parent, text }];
    // Somebody looks at it: VS Code asks for the children of what is open only.
    this.#expanded.add(node.id);
    try {
      const known = this.#regions.get(node.id);
      const isFresh = known !== undefined && Date.now() < known.restedAt;
      const { opened } = isFresh ? known : await this.#read(node.process);
      return opened.kinds().map((regionKind): KindNode => {
        return { kind: 'kind', id: `${node.id}/${regionKind}`, parent, owner: node, opened, regionKind };
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
