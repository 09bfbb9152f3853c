/** Processes and their regions in words. Everything a program named comes through printableName. */
import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { MappedObject } from '../../core/memoryMap/addressSpace.ts';
import type { MappingKind } from '../../core/memoryMap/memoryRegion.ts';
import type { RegionKind } from '../../core/memoryMap/regionKind.ts';
import type { RegionSums } from '../../core/memoryMap/regionSums.ts';
import type { RightsFact } from '../../core/memoryMap/rights.ts';
import { commandLine, type ProcessSummary, processName } from '../../core/processes/processSummary.ts';

/** Between facts on one line. */
const separator = ' · ';
const longestCommand = 200;

export function processLabel(process: ProcessSummary): string {
  return `${processName(process)} ${process.pid}`;
}

export function processDescription(process: ProcessSummary): string {
  const { threads, resident, state } = process;
  const facts = [
    state === 'Z' ? vscode.l10n.t('ended') : formatSize(resident),
    ...(threads > 1 ? [vscode.l10n.t('{0} threads', threads)] : []),
    commandLine(process, longestCommand),
  ];
  return facts.filter((fact) => fact !== '').join(separator);
}

export function stateText(state: string): string {
  switch (state) {
    case 'R':
      return vscode.l10n.t('running');
    case 'S':
      return vscode.l10n.t('sleeping');
    case 'D':
      return vscode.l10n.t('waiting in the kernel');
    case 'Z':
    case 'X':
      return vscode.l10n.t('ended');
    case 'T':
      return vscode.l10n.t('stopped');
    case 't':
      return vscode.l10n.t('stopped by a debugger');
    case 'I':
      return vscode.l10n.t('idle');
    default:
      return state;
  }
}

export function kindLabel(kind: RegionKind): string {
  switch (kind) {
    case 'code':
      return vscode.l10n.t('Executable and libraries');
    case 'heap':
      return vscode.l10n.t('Heap');
    case 'stack':
      return vscode.l10n.t('Stacks');
    case 'shared':
      return vscode.l10n.t('Shared memory');
    case 'file':
      return vscode.l10n.t('Mapped files');
    case 'anonymous':
      return vscode.l10n.t('Private anonymous');
    case 'special':
      return vscode.l10n.t('Special');
  }
}

export function mappingText(mapping: MappingKind): string {
  switch (mapping) {
    case 'privateAnonymous':
      return vscode.l10n.t('private anonymous');
    case 'sharedAnonymous':
      return vscode.l10n.t('shared anonymous');
    case 'privateFile':
      return vscode.l10n.t('private file');
    case 'sharedFile':
      return vscode.l10n.t('shared file');
  }
}

/** What each letter of `r-xp` says. */
export function rightsWords(): Readonly<Record<RightsFact, string>> {
  return {
    read: vscode.l10n.t('the process may read it'),
    noRead: vscode.l10n.t('the process may not read it'),
    write: vscode.l10n.t('the process may write to it'),
    noWrite: vscode.l10n.t('the process may not write to it'),
    execute: vscode.l10n.t('the process may run it'),
    noExecute: vscode.l10n.t('the process may not run it'),
    private: vscode.l10n.t('private: what the process writes is a copy of its own, and no other process sees it'),
    shared: vscode.l10n.t('shared: what is written is seen by all who map it, and in the file behind it'),
  };
}

/** `12.1 MiB · 3 MiB in memory · 1 MiB dirty · 4 KiB swapped · 24 regions`; what is 0 or not known is left out. */
export function sumsText({ regions, size, resident, dirty, swapped }: RegionSums): string {
  const count = regions === 1 ? vscode.l10n.t('1 region') : vscode.l10n.t('{0} regions', regions);
  return [formatSize(size), ...figuresText({ resident, dirty, swapped }), count].join(separator);
}

/**
 * Of one region: `rw-p · 132 KiB · private file · 64 KiB in memory · 7f2a10d00000–7f2a10d21000`; a narrow view cuts the
 * end off. What has no name is called by its mapping, which is not said twice then.
 */
export function regionDescription(
  { name, mapping }: Pick<MappedObject, 'name' | 'mapping'>,
  rights: string,
  place: string,
  sums: RegionSums,
): string {
  const kind = name === '' ? [] : [mappingText(mapping)];
  return [rights, formatSize(sums.size), ...kind, ...figuresText(sums), place].join(separator);
}

function figuresText({ resident, dirty, swapped }: Pick<RegionSums, 'resident' | 'dirty' | 'swapped'>): string[] {
  return [
    ...(resident > 0 ? [vscode.l10n.t('{0} in memory', formatSize(resident))] : []),
    ...(dirty > 0 ? [vscode.l10n.t('{0} dirty', formatSize(dirty))] : []),
    ...(swapped > 0 ? [vscode.l10n.t('{0} swapped', formatSize(swapped))] : []),
  ];
}

/** The last part of the name; for what has none, what it is. */
export function regionLabel(name: string, mapping: MappingKind): string {
  if (name === '') return mappingText(mapping);
  const isPath = name.startsWith('/') && !name.startsWith('/memfd:');
  return isPath ? name.slice(name.lastIndexOf('/') + 1) : name;
}

/** What the list is filtered by, and how many that leaves; empty without a filter. */
export function filterText(
  text: string,
  file: { readonly text: string; readonly refused: number } | undefined,
  { shown, whole }: { readonly shown: number; readonly whole: number },
): string {
  if (text === '' && file === undefined) return '';
  return [
    ...(text === '' ? [] : [vscode.l10n.t('Filter “{0}”', text)]),
    ...(file === undefined ? [] : [vscode.l10n.t('Mapping “{0}”', file.text)]),
    vscode.l10n.t('{0} of {1}', shown, whole),
    ...(file === undefined || file.refused === 0 ? [] : [vscode.l10n.t('{0} not visible to you', file.refused)]),
  ].join(separator);
}
