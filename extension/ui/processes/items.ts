/** The tree items of the Processes view. */
import * as vscode from 'vscode';
import type { RegionKind } from '../../core/memoryMap/regionKind.ts';
import type { KindNode, NoteNode, ProcessNode, RegionNode, SpaceNode } from './nodes.ts';
import { kindLabel, processDescription, processLabel, regionDescription, regionLabel, sumsText } from './words.ts';

export const openRegionCommand = 'memglass.processes.openRegion';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

const iconOf: Readonly<Record<RegionKind, string>> = {
  code: 'file-binary',
  heap: 'layers',
  stack: 'list-ordered',
  shared: 'chip',
  file: 'file',
  anonymous: 'circle-outline',
  special: 'gear',
};

/** `isParent`: whether processes that it has started stand below it. */
export function processItem({ id, process }: ProcessNode, isParent: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(processLabel(process), isParent ? Expanded : Collapsed);
  // VS Code remembers by the id what was open: as a list nothing of this was.
  item.id = isParent ? `${id}/parent` : id;
  item.description = processDescription(process);
  item.iconPath = new vscode.ThemeIcon(process.mayLook ? 'server-process' : 'lock');
  item.contextValue = 'memglass.process';
  return item;
}

export function spaceItem({ id }: SpaceNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Regions'), Collapsed);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('list-tree');
  item.contextValue = 'memglass.space';
  return item;
}

export function kindItem({ id, regionKind, opened }: KindNode): vscode.TreeItem {
  const item = new vscode.TreeItem(kindLabel(regionKind), Collapsed);
  item.id = id;
  item.description = sumsText(opened.sums(regionKind));
  item.iconPath = new vscode.ThemeIcon(iconOf[regionKind]);
  item.contextValue = 'memglass.regionKind';
  return item;
}

export function regionItem(node: RegionNode): vscode.TreeItem {
  const { region, row, parent } = node;
  const { opened } = parent;
  const object = opened.space.objectOf(row);
  const item = new vscode.TreeItem(regionLabel(object.name, object.mapping), None);
  item.id = node.id;
  const place = `${region.start.toString(16)}–${region.end.toString(16)}`;
  item.description = regionDescription(object, opened.space.rightsText(row), place, opened.sumsOf(row));
  item.contextValue = 'memglass.region';
  item.command = { command: openRegionCommand, title: vscode.l10n.t('Open'), arguments: [node] };
  return item;
}

export function noteItem({ id, text }: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem('', None);
  item.id = id;
  item.description = text;
  item.tooltip = text;
  item.contextValue = 'memglass.note';
  return item;
}
