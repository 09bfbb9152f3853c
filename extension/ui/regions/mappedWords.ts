/** What a process has mapped where a view looks, in the few words of its header and the more of its hover. */
import * as vscode from 'vscode';
import type { MappedThere } from '../../core/byteSource.ts';
import { type MemoryRegion, mappingKind } from '../../core/memoryMap/memoryRegion.ts';
import { rightsLines, rightsText } from '../../core/memoryMap/rights.ts';
import type { RegionFacts } from '../../protocol/viewTypes.ts';
import { mappingText, rightsWords } from '../processes/words.ts';
import { boundsText } from './addressWords.ts';

/** `isNamed`: what has no name is called by its mapping, which is not said twice then. */
export function mappedWords({ regions, count }: MappedThere, isNamed: boolean): RegionFacts | undefined {
  const [region] = regions;
  if (region === undefined) return undefined;
  if (count === 1) {
    const what = [`${boundsText(region)}: ${mappingText(mappingKind(region))}`];
    return {
      rights: rightsText(region),
      mapping: isNamed ? mappingText(mappingKind(region)) : '',
      title: [...what, ...rightsLines(region, rightsWords())].join('\n'),
    };
  }
  const lines = regions.map((each) => `${boundsText(each)}  ${rightsText(each)}  ${mappingText(mappingKind(each))}`);
  const more = count - regions.length;
  return {
    rights: distinct(regions, rightsText).join(', '),
    mapping: vscode.l10n.t('{0} regions', count),
    title: [...lines, ...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : [])].join('\n'),
  };
}

function distinct(regions: readonly MemoryRegion[], text: (region: MemoryRegion) => string): readonly string[] {
  return [...new Set(regions.map(text))];
}
