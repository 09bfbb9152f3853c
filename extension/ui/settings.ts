import * as vscode from 'vscode';
import { isLiveRate, type LiveRate } from '../core/live/liveRate.ts';
import { type ChosenColumns, columnsOf, type MapColumn } from '../core/memoryMap/mapColumns.ts';
import { type ProcessSort, processSorts } from '../core/processes/processSummary.ts';
import type { SharedMemorySort } from '../core/sharedMemory/sharedMemoryList.ts';
import type { Typography, ViewLayout } from '../protocol/viewTypes.ts';

const section = 'memglass';

/** The settings' names, without the section, by what they lay out. */
const layoutKeys = {
  bytesPerRow: 'layout.bytesPerRow',
  groupSize: 'layout.groupSize',
  endianness: 'layout.groupEndianness',
  upperCase: 'layout.upperCase',
  addressRadix: 'layout.addressRadix',
} as const satisfies Record<keyof ViewLayout, string>;

/** The layout for a resource. Values that somebody wrote by hand and that mean nothing fall back to the defaults. */
export function readLayout(resource: vscode.Uri): ViewLayout {
  const settings = vscode.workspace.getConfiguration(section, resource);
  const bytesPerRow: unknown = settings.get(layoutKeys.bytesPerRow);
  const groupSize: unknown = settings.get(layoutKeys.groupSize);
  return {
    bytesPerRow: isBytesPerRow(bytesPerRow) ? bytesPerRow : 16,
    groupSize: groupSize === 2 || groupSize === 4 || groupSize === 8 ? groupSize : 1,
    endianness: settings.get(layoutKeys.endianness) === 'little' ? 'little' : 'big',
    upperCase: settings.get(layoutKeys.upperCase) !== false,
    addressRadix: settings.get(layoutKeys.addressRadix) === 'decimal' ? 'decimal' : 'hex',
  };
}

/** Writes one choice back to the scope that owns it now, or to the user's settings where none does. */
export async function writeLayout<K extends keyof ViewLayout>(
  resource: vscode.Uri,
  key: K,
  value: ViewLayout[K],
): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section, resource);
  await settings.update(layoutKeys[key], value, owningScope(settings.inspect(layoutKeys[key])));
}

const addressesKey = 'layout.addresses';

/** Whether memory of a process shows its addresses rather than offsets in the region. */
export function readShowsAddresses(resource: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(section, resource).get(addressesKey) !== 'offset';
}

export async function writeShowsAddresses(resource: vscode.Uri, shows: boolean): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section, resource);
  await settings.update(addressesKey, shows ? 'virtual' : 'offset', owningScope(settings.inspect(addressesKey)));
}

/** Whether others shall find a lock of ours on what is being written. */
export function readLocksWhileWriting(resource: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(section, resource).get('editing.lockWhileWriting') === true;
}

function owningScope(found: ReturnType<vscode.WorkspaceConfiguration['inspect']>): vscode.ConfigurationTarget {
  if (found?.workspaceFolderValue !== undefined) return vscode.ConfigurationTarget.WorkspaceFolder;
  if (found?.workspaceValue !== undefined) return vscode.ConfigurationTarget.Workspace;
  return vscode.ConfigurationTarget.Global;
}

/** How the Shared Memory view is laid out. Values that mean nothing fall back to the defaults. */
export function readTreeSettings(): { readonly sort: SharedMemorySort; readonly isFlat: boolean } {
  const settings = vscode.workspace.getConfiguration(section);
  const sort: unknown = settings.get('sharedMemory.sort');
  return {
    sort: sort === 'size' || sort === 'users' || sort === 'age' ? sort : 'name',
    isFlat: settings.get('sharedMemory.layout') === 'flat',
  };
}

export async function writeTreeSetting(key: 'sort' | 'layout', value: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  const name = `sharedMemory.${key}`;
  await settings.update(name, value, owningScope(settings.inspect(name)));
}

/** Calls `listener` when a setting changes that `readTreeSettings` reads. */
export function onDidChangeTreeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.sharedMemory`)) listener();
  });
}

/** What the Processes view shows. Values that mean nothing fall back to the defaults. */
export function readProcessSettings(): {
  readonly sort: ProcessSort;
  readonly isTree: boolean;
  readonly isAll: boolean;
} {
  const settings = vscode.workspace.getConfiguration(section);
  const sort: unknown = settings.get('processes.sort');
  return {
    sort: processSorts.find((each) => each === sort) ?? 'name',
    isTree: settings.get('processes.layout') === 'tree',
    isAll: settings.get('processes.show') === 'all',
  };
}

export async function writeProcessSetting(key: 'sort' | 'show' | 'layout', value: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  const name = `processes.${key}`;
  await settings.update(name, value, owningScope(settings.inspect(name)));
}

/** Calls `listener` when a setting changes that `readProcessSettings` reads. */
export function onDidChangeProcessSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.processes`)) listener();
  });
}

const mapColumnsKey = 'memoryMap.columns';

/** The columns of memory maps. */
export function readMapColumns(): readonly MapColumn[] {
  return columnsOf(vscode.workspace.getConfiguration(section).get(mapColumnsKey));
}

/** Those that the user chose, `usual` where nobody did. */
export function readChosenMapColumns(): ChosenColumns {
  const { globalValue, workspaceValue, workspaceFolderValue } =
    vscode.workspace.getConfiguration(section).inspect(mapColumnsKey) ?? {};
  const isChosen = [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined);
  return isChosen ? readMapColumns() : 'usual';
}

export async function writeMapColumns(columns: readonly MapColumn[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  await settings.update(mapColumnsKey, columns, owningScope(settings.inspect(mapColumnsKey)));
}

/** Seconds between two looks at the process of a memory map that shows; undefined where only the user refreshes. */
export function readMapInterval(): number | undefined {
  const interval: unknown = vscode.workspace.getConfiguration(section).get('memoryMap.refresh');
  if (interval === 'off') return undefined;
  return typeof interval === 'number' && interval >= 1 && interval <= 60 ? interval : 2;
}

/** Calls `listener` when a setting changes that the two above read. */
const mapPictureKey = 'memoryMap.picture';

/** Whether memory maps show the picture of the address space. */
export function readShowsPicture(): boolean {
  return vscode.workspace.getConfiguration(section).get(mapPictureKey, true);
}

export async function writeShowsPicture(shows: boolean): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  await settings.update(mapPictureKey, shows, owningScope(settings.inspect(mapPictureKey)));
}

export function onDidChangeMapSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.memoryMap`)) listener();
  });
}

/** The editor's typography, which a webview is not told by itself. */
export function readTypography(resource: vscode.Uri): Typography {
  const editor = vscode.workspace.getConfiguration('editor', resource);
  return {
    lineHeight: numberOr(editor.get('lineHeight'), 0),
    letterSpacing: numberOr(editor.get('letterSpacing'), 0),
    fontWeight: String(editor.get('fontWeight') ?? 'normal'),
  };
}

/** The most bytes that one copy takes. */
export function copyLimit(): number {
  return Math.max(1, numberOr(vscode.workspace.getConfiguration(section).get('copy.limit'), 16)) * 2 ** 20;
}

/** The most bytes that other extensions read of a source at a time, as a file. */
export function fileReadLimit(): number {
  return Math.max(0, numberOr(vscode.workspace.getConfiguration(section).get('files.readLimit'), 64)) * 2 ** 20;
}

/** Calls `listener` when a setting changes that `readLayout` or `readTypography` reads. */
export function onDidChangeLook(listener: () => void): vscode.Disposable {
  const read = [`${section}.layout`, 'editor.lineHeight', 'editor.letterSpacing', 'editor.fontWeight'];
  const font = ['editor.fontFamily', 'editor.fontSize'];
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if ([...read, ...font].some((key) => event.affectsConfiguration(key))) listener();
  });
}

const liveRateKey = 'watching.rate';

/** How often shared memory is looked at. */
export function readLiveRate(resource: vscode.Uri): LiveRate {
  const rate: unknown = vscode.workspace.getConfiguration(section, resource).get(liveRateKey);
  return isLiveRate(rate) ? rate : 10;
}

/** Calls `listener` when the setting changes that `readLiveRate` reads. */
export function onDidChangeLiveRate(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.${liveRateKey}`)) listener();
  });
}

function isBytesPerRow(value: unknown): value is ViewLayout['bytesPerRow'] {
  return value === 'auto' || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 512);
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** Whether VS Code saves what is edited by itself, a moment later or when the editor loses the focus. */
export function isAutoSaved(resource: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('files', resource).get('autoSave') !== 'off';
}

export function onDidChangeAutoSave(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('files.autoSave')) listener();
  });
}
