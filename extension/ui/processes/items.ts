/** The tree items of the Processes view. */
import * as vscode from 'vscode';
import type { RegionKind } from '../../core/memoryMap/regionKind.ts';
import type { KindNode, NoteNode, ProcessNode, RegionNode } from './nodes.ts';
import { kindLabel, processDescription, processLabel, regionDescription, regionLabel, sumsText } from './words.ts';

export const openRegionCommand = 'memglass.processes.openRegion';

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

const iconOf: Readonly<Record<RegionKind, string>> = {
  code: 'file-binary',
  heap: 'layers',
  stack: 'list-ordered',
  shared: 'chip',
  file: 'file',
  anonymous: 'circle-outline',
  special: 'gear',
};

export function processItem({ id, process }: ProcessNode): vscode.TreeItem {
  const item = new vscode.TreeItem(processLabel(process), Collapsed);
  item.id = id;
  item.description = processDescription(process);
  item.iconPath = new vscode.ThemeIcon(process.mayLook ? 'server-process' : 'lock');
  item.contextValue = 'memglass.process';
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
  const { name, mapping } = opened.space.objectOf(row);
  const item = new vscode.TreeItem(regionLabel(name, mapping), None);
  item.id = node.id;
  const place = `${region.start.toString(16)}–${region.end.toString(16)}`;
  item.description = regionDescription(opened.space.rightsText(row), place, opened.sumsOf(row));
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
