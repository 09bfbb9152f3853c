import * as l10n from '@vscode/l10n';
import { formatCount } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { MappingKind } from '../../../extension/core/memoryMap/memoryRegion.ts';
import { type PageState, pageStates } from '../../../extension/core/memoryMap/pageCounts.ts';
import type { PageShares } from '../../model/memoryMap/regionPages.ts';
import { addressText, shortName } from './pictureWords.ts';

export function pagesTitle(space: AddressSpace, row: number): string {
  const { name } = space.objectOf(row);
  const place = addressText(space.columns.starts[row] ?? 0n);
  return name === '' ? l10n.t('Pages at {0}', place) : l10n.t('Pages of {0} at {1}', shortName(name), place);
}

export function stateName(state: PageState | 'absent', mapping: MappingKind): string {
  switch (state) {
    case 'anonymous':
      return mapping === 'privateFile' ? l10n.t('private copies') : l10n.t('private');
    case 'file':
      return mapping === 'sharedAnonymous' ? l10n.t('shared') : l10n.t('of the file');
    case 'zero':
      return l10n.t('only zeros');
    case 'swapped':
      return l10n.t('swapped out');
    case 'guard':
      return l10n.t('guard');
    case 'absent':
      return l10n.t('absent');
  }
}

export function stateMeaning(state: PageState | 'absent'): string {
  switch (state) {
    case 'anonymous':
      return l10n.t(
        'In memory, without a file behind it. In a private mapping of a file: a copy, because it was written to.',
      );
    case 'file':
      return l10n.t('In memory, as the file or the shared object has it.');
    case 'zero':
      return l10n.t('Read and never written to: the kernel’s one page of zeros, which takes no memory.');
    case 'swapped':
      return l10n.t('Moved out to swap. An access brings it back.');
    case 'guard':
      return l10n.t('An access raises a fault on purpose.');
    case 'absent':
      return l10n.t(
        'Nothing stands in the page table: never touched by this process, or taken back. A file’s page may be in the page cache all the same.',
      );
  }
}

/** What is known of so many pages, a line for each fact. */
export function shareLines(shares: PageShares, pages: number, mapping: MappingKind): readonly string[] {
  const there = pageStates.flatMap((state) => {
    const count = Math.round(shares[state] * pages);
    if (count === 0) return [];
    return [pages === 1 ? stateName(state, mapping) : `${formatCount(count)} ${stateName(state, mapping)}`];
  });
  return [
    ...(there.length === 0 ? [stateName('absent', mapping)] : there),
    ...(shares.exclusive > 0 ? [l10n.t('of this process alone')] : []),
    ...(shares.huge > 0 ? [l10n.t('in huge pages')] : []),
    ...(shares.softDirty > 0 ? [l10n.t('soft-dirty')] : []),
  ];
}

/** What each of the states means that some of the pages have. */
export function shareMeanings(shares: PageShares): readonly string[] {
  const there = pageStates.filter((state) => shares[state] > 0);
  return there.length === 0 ? [stateMeaning('absent')] : there.map(stateMeaning);
}
