import * as l10n from '@vscode/l10n';
import { formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { RegionMark } from '../../model/memoryMap/regionMarks.ts';

const pageSize = 4096;

/** `+ new`, `↑ 64 KiB`: a sign and a word, for a meaning never rests on colour alone. */
export function changeText(mark: RegionMark): string {
  const rights = mark.rightsChanged && mark.kind !== 'rights' ? `, ${l10n.t('rights')}` : '';
  return bare(mark) + rights;
}

/** What that means, for a hover. */
export function changeMeaning({ kind, rightsChanged }: RegionMark): readonly string[] {
  const rights = l10n.t('Its rights are others now.');
  return kind === 'rights' || !rightsChanged ? [meaning(kind)] : [meaning(kind), rights];
}

function meaning(kind: RegionMark['kind']): string {
  switch (kind) {
    case 'appeared':
      return l10n.t('Nothing was mapped there.');
    case 'vanished':
      return l10n.t('It is mapped no more.');
    case 'grew':
      return l10n.t('It is longer now.');
    case 'shrank':
      return l10n.t('It is shorter now.');
    case 'moved':
      return l10n.t('The same object was mapped elsewhere.');
    case 'merged':
      return l10n.t('Several regions have become one.');
    case 'split':
      return l10n.t('One region has become several.');
    case 'divided':
      return l10n.t('The borders between regions lie elsewhere.');
    case 'rights':
      return l10n.t('Its rights are others now.');
  }
}

function bare({ kind, grownPages, before, after }: RegionMark): string {
  const grown = formatSize(Math.abs(grownPages) * pageSize);
  switch (kind) {
    case 'appeared':
      return `+ ${l10n.t('new')}`;
    case 'vanished':
      return `− ${l10n.t('gone')}`;
    case 'grew':
      return `↑ ${grown}`;
    case 'shrank':
      return `↓ ${grown}`;
    case 'moved':
      return `→ ${l10n.t('moved')}`;
    case 'merged':
      return `⊃ ${l10n.t('merged from {0}', before)}`;
    case 'split':
      return `⊂ ${l10n.t('split in {0}', after)}`;
    case 'divided':
      return `≠ ${before === 2 && after === 2 ? l10n.t('border moved') : l10n.t('{0} became {1}', before, after)}`;
    case 'rights':
      return `± ${l10n.t('rights')}`;
  }
}
