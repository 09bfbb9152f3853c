import * as vscode from 'vscode';
import { printableName } from '../../core/text/printableName.ts';
import { decodeUtf8Strict, encodeUtf8 } from '../../core/text/utf8.ts';
import type { FolderEntry } from '../../platform/folders.ts';
import type { Platform } from '../../platform/platform.ts';

/** More entries than this make a list that nobody reads and that takes long to show. */
const mostEntries = 2000;

interface PathItem extends vscode.QuickPickItem {
  readonly path: Uint8Array;
  readonly isFolder: boolean;
}

const iconOf: Readonly<Record<FolderEntry['kind'], string>> = {
  folder: 'folder',
  file: 'file-binary',
  device: 'server',
  link: 'file-symlink-file',
  other: 'circle-slash',
};

/**
 * Asks for any path of the machine, outside the workspace too, completing it folder by folder. Names are listed as
 * bytes, so that one which is not UTF-8 can be chosen although it cannot be typed.
 */
export function askPath(
  platform: Platform,
  title: string = vscode.l10n.t('Open File in Memglass'),
): Promise<Uint8Array | undefined> {
  const input = vscode.window.createQuickPick<PathItem>();
  input.title = title;
  input.placeholder = vscode.l10n.t('A full path: /dev/shm/…, /proc/…, a core dump, a disk image, a block device');
  input.value = startFolder(platform);
  input.ignoreFocusOut = true;
  return new Promise((resolve) => {
    let accepted: Uint8Array | undefined;
    let listed = '';

    const list = async () => {
      const folder = folderOf(input.value, platform);
      if (folder === listed) return;
      listed = folder;
      input.busy = true;
      const items = await itemsOf(folder, input.value, platform);
      // The user may have typed on meanwhile.
      if (folder !== listed) return;
      input.items = items;
      input.busy = false;
    };

    input.onDidChangeValue(() => void list());
    input.onDidAccept(() => {
      const [item] = input.activeItems;
      if (item?.isFolder === true) {
        input.value = `${typedPrefix(input.value)}${decodeUtf8Strict(nameOf(item.path)) ?? ''}/`;
        // A folder whose name cannot be typed is entered by its path alone.
        void list();
        return;
      }
      accepted = item?.path ?? typedPath(input.value, platform);
      if (accepted !== undefined) input.hide();
    });
    input.onDidHide(() => {
      input.dispose();
      resolve(accepted);
    });
    void list();
    input.show();
  });
}

async function itemsOf(folder: string, typed: string, platform: Platform): Promise<PathItem[]> {
  const entries = await platform.listFolder(encodeUtf8(folder)).catch(() => []);
  const prefix = typedPrefix(typed);
  return entries
    .filter(({ kind, name }) => kind !== 'folder' || decodeUtf8Strict(name) !== undefined)
    .sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || compareBytes(a.name, b.name))
    .slice(0, mostEntries)
    .map(({ name, kind }) => ({
      // The whole path is the label, so that what is typed filters it.
      label: `${prefix}${printableName(name)}${kind === 'folder' ? '/' : ''}`,
      iconPath: new vscode.ThemeIcon(iconOf[kind]),
      path: Uint8Array.from([...encodeUtf8(folder), ...name]),
      isFolder: kind === 'folder',
    }));
}

function startFolder(platform: Platform): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const path = folder?.uri.scheme === 'file' ? folder.uri.path : platform.home;
  return path.endsWith('/') ? path : `${path}/`;
}

/** What is typed up to its last slash, as typed. */
function typedPrefix(typed: string): string {
  return typed.slice(0, typed.lastIndexOf('/') + 1);
}

/** The folder whose entries complete what is typed. */
function folderOf(typed: string, platform: Platform): string {
  const prefix = typedPrefix(typed) || '/';
  return prefix.startsWith('~/') ? platform.home + prefix.slice(1) : prefix;
}

function typedPath(typed: string, platform: Platform): Uint8Array | undefined {
  const path = typed.startsWith('~/') ? platform.home + typed.slice(1) : typed;
  return path.startsWith('/') ? encodeUtf8(path) : undefined;
}

function nameOf(path: Uint8Array): Uint8Array {
  return path.slice(path.lastIndexOf(0x2f) + 1);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
