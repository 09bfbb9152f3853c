/** The tree items of the Shared Memory view. */
import * as vscode from 'vscode';
import type { SharedMemoryClass, SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { holdNodes, type ObjectNode, type SharedMemoryNode, type UserNode } from './nodes.ts';
import { groupLabel, notVisible, objectDescription, objectLabel, processLabel, userDescription } from './words.ts';

export const openCommand = 'memglass.sharedMemory.open';

const iconOf: Readonly<Record<SharedMemoryClass, string>> = {
  posix: 'chip',
  semaphore: 'radio-tower',
  sysv: 'key',
  memfd: 'file-binary',
  sharedAnonymous: 'type-hierarchy-sub',
  deleted: 'trash',
};

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

export function groupItem(group: SharedMemoryClass, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(groupLabel(group), group === 'posix' || group === 'sysv' ? Expanded : Collapsed);
  item.id = group;
  item.description = String(count);
  item.contextValue = 'memglass.group';
  return item;
}

export function objectItem(node: ObjectNode, look: SharedMemoryLook, now: number): vscode.TreeItem {
  const { object } = node;
  const hasChildren = object.users.length > 0 || notVisible(object, look) !== undefined;
  const item = new vscode.TreeItem(objectLabel(object), hasChildren ? Collapsed : None);
  item.id = node.id;
  item.description = objectDescription(object, look, now);
  item.iconPath = new vscode.ThemeIcon(iconOf[object.class]);
  item.contextValue = contextValue(object);
  item.command = openOnClick(node);
  return item;
}

export function userItem(node: UserNode): vscode.TreeItem {
  const { user, isProcess } = node;
  if (!isProcess) {
    const item = new vscode.TreeItem(userDescription(node));
    item.id = node.id;
    item.contextValue = 'memglass.user';
    item.command = openOnClick(node);
    return item;
  }
  const item = new vscode.TreeItem(processLabel(user.process), holdNodes(node).length > 0 ? Collapsed : None);
  item.id = node.id;
  item.description = userDescription(node);
  item.iconPath = new vscode.ThemeIcon('server-process');
  item.contextValue = 'memglass.user';
  item.command = openOnClick(node);
  return item;
}

export function noteItem({ id, text }: { readonly id: string; readonly text: string }): vscode.TreeItem {
  const item = new vscode.TreeItem('', None);
  item.id = id;
  item.description = text;
  item.contextValue = 'memglass.note';
  return item;
}

function contextValue(object: SharedMemoryObject): string {
  return `memglass.${object.class}`;
}

function openOnClick(node: SharedMemoryNode): vscode.Command {
  return { command: openCommand, title: vscode.l10n.t('Open'), arguments: [node] };
}
