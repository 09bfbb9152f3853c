/** A memory map in words: of what happened to its process, of its columns, and of looks by their age. */
import * as vscode from 'vscode';
import { type MapColumn, mapColumns } from '../../core/memoryMap/mapColumns.ts';
import { mappingKinds } from '../../core/memoryMap/memoryRegion.ts';
import { type RegionKind, regionKinds } from '../../core/memoryMap/regionKind.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { MapBanner, MapProblem, MapWords } from '../../protocol/mapTypes.ts';
import { sentenceFor } from '../errors.ts';
import { refusalSentence } from '../processes/refusalWords.ts';
import { mappingText, rightsWords } from '../processes/words.ts';
import type { MapFate } from './mapWatch.ts';

/** For the view. */
export function mapWords(): MapWords {
  const named = <Key extends string>(keys: readonly Key[], name: (key: Key) => string) =>
    Object.fromEntries(keys.map((key) => [key, name(key)])) as Record<Key, string>;
  return {
    kinds: named(regionKinds, kindWord),
    mappings: named(mappingKinds, mappingText),
    columns: named(mapColumns, columnLabel),
    rights: rightsWords(),
  };
}

/** Short enough for a column. */
export function kindWord(kind: RegionKind): string {
  switch (kind) {
    case 'code':
      return vscode.l10n.t('program');
    case 'heap':
      return vscode.l10n.t('heap');
    case 'stack':
      return vscode.l10n.t('stack');
    case 'shared':
      return vscode.l10n.t('shared memory');
    case 'file':
      return vscode.l10n.t('file');
    case 'anonymous':
      return vscode.l10n.t('anonymous');
    case 'special':
      return vscode.l10n.t('special');
  }
}

export function columnLabel(column: MapColumn): string {
  switch (column) {
    case 'start':
      return vscode.l10n.t('Start');
    case 'end':
      return vscode.l10n.t('End');
    case 'size':
      return vscode.l10n.t('Size');
    case 'rights':
      return vscode.l10n.t('Rights');
    case 'kind':
      return vscode.l10n.t('Kind');
    case 'mapping':
      return vscode.l10n.t('Mapping');
    case 'offset':
      return vscode.l10n.t('Offset');
    case 'device':
      return vscode.l10n.t('Device');
    case 'inode':
      return vscode.l10n.t('Inode');
    case 'rss':
      return vscode.l10n.t('Rss');
    case 'pss':
      return vscode.l10n.t('Pss');
    case 'privateDirty':
      return vscode.l10n.t('Private dirty');
    case 'shared':
      return vscode.l10n.t('Shared');
    case 'swap':
      return vscode.l10n.t('Swap');
    case 'hugePages':
      return vscode.l10n.t('Huge pages');
    case 'flags':
      return vscode.l10n.t('Flags');
    case 'others':
      return vscode.l10n.t('Mapped by');
    case 'change':
      return vscode.l10n.t('Change');
    case 'name':
      return vscode.l10n.t('Name');
  }
}

/** The line over the table; the last data stays below it. `title`: the process as it was. */
export function bannerOf(fate: MapFate, title: string): MapBanner | undefined {
  switch (fate.kind) {
    case 'lives':
      return undefined;
    case 'ended':
      return {
        severity: 'warning',
        text: vscode.l10n.t('{0} has ended. What shows is what it mapped when it was last looked at.', title),
        actions: [{ id: 'chooseProcess', label: vscode.l10n.t('Choose Another Process…') }],
      };
    case 'becameOther':
      return {
        severity: 'warning',
        text: vscode.l10n.t(
          '{0} has become another program (exec), and its memory is gone. What shows is what it mapped when it was last looked at.',
          title,
        ),
        actions: [{ id: 'showNewProgram', label: vscode.l10n.t('Show the New Program') }],
      };
    case 'refused':
      return { severity: 'error', text: refusalText(fate), actions: [retry()] };
  }
}

/** In the place of the table: why there never was a look. */
export function problemOf(fate: Extract<MapFate, { kind: 'refused' }>, title: string): MapProblem {
  const isHopeless = fate.refusal?.kind === 'gone' || fate.refusal?.kind === 'kernelThread';
  const other = { id: 'chooseProcess', label: vscode.l10n.t('Choose Another Process…') } as const;
  const text = vscode.l10n.t('Process {0}: {1}', title, refusalText(fate));
  return { text, actions: isHopeless ? [other] : [retry(), other] };
}

function refusalText({ error, refusal }: Extract<MapFate, { kind: 'refused' }>): string {
  const isRule = error instanceof SourceError && ['noTrace', 'processGone', 'noAddressSpace'].includes(error.code);
  return isRule ? refusalSentence(refusal) : sentenceFor(error);
}

function retry(): MapBanner['actions'][number] {
  return { id: 'retry', label: vscode.l10n.t('Try Again') };
}

/** `3 minutes ago` */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return vscode.l10n.t('{0} s ago', seconds);
  if (seconds < 3600) return vscode.l10n.t('{0} min ago', Math.round(seconds / 60));
  return vscode.l10n.t('{0} h ago', Math.round(seconds / 3600));
}
