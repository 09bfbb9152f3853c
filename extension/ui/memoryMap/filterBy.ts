import * as vscode from 'vscode';
import { type MappingKind, mappingKinds } from '../../core/memoryMap/memoryRegion.ts';
import { type RegionKind, regionKinds } from '../../core/memoryMap/regionKind.ts';
import type { MapFilter } from '../../protocol/mapTypes.ts';
import { mappingText } from '../processes/words.ts';
import type { MapSession } from './mapSession.ts';
import { kindWord } from './mapWords.ts';

interface Choice extends vscode.QuickPickItem {
  readonly regionKind?: RegionKind;
  readonly mapping?: MappingKind;
  readonly right?: string;
}

/** Asks for kinds, mappings and rights; what is chosen of each shows, and nothing chosen of one shows all. */
export async function askFilterBy(session: MapSession): Promise<void> {
  const { kinds = [], mappings = [], rights = '' } = session.filter;
  const heading = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const rightWords: readonly (readonly [string, string])[] = [
    ['r', vscode.l10n.t('can be read')],
    ['w', vscode.l10n.t('can be written')],
    ['x', vscode.l10n.t('can be executed')],
  ];
  const items: Choice[] = [
    heading(vscode.l10n.t('Kind')),
    ...regionKinds.map((regionKind) => ({
      label: kindWord(regionKind),
      regionKind,
      picked: kinds.includes(regionKind),
    })),
    heading(vscode.l10n.t('Mapping')),
    ...mappingKinds.map((mapping) => ({ label: mappingText(mapping), mapping, picked: mappings.includes(mapping) })),
    heading(vscode.l10n.t('Rights, all of those chosen')),
    ...rightWords.map(([right, label]) => ({ label, right, picked: rights.includes(right) })),
  ];
  const title = vscode.l10n.t('Filter Regions');
  const placeHolder = vscode.l10n.t('Where nothing is chosen, everything shows');
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, canPickMany: true });
  if (chosen !== undefined) session.setFilter(filterOf(chosen));
}

function filterOf(chosen: readonly Choice[]): MapFilter {
  return {
    kinds: chosen.flatMap(({ regionKind }) => regionKind ?? []),
    mappings: chosen.flatMap(({ mapping }) => mapping ?? []),
    rights: chosen.map(({ right }) => right ?? '').join(''),
  };
}
