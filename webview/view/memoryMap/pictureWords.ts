import * as l10n from '@vscode/l10n';
import { formatCount, formatHexOffset, formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { type BarMeasure, figureOf, isPartial } from '../../../extension/core/memoryMap/kindBars.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import { type RegionSums, sumRegions } from '../../../extension/core/memoryMap/regionSums.ts';

/** Between facts on one line. */
export const separator = ' · ';

export function kindLabel(kind: RegionKind): string {
  switch (kind) {
    case 'code':
      return l10n.t('Executable and libraries');
    case 'heap':
      return l10n.t('Heap');
    case 'stack':
      return l10n.t('Stacks');
    case 'shared':
      return l10n.t('Shared memory');
    case 'file':
      return l10n.t('Mapped files');
    case 'anonymous':
      return l10n.t('Private anonymous');
    case 'special':
      return l10n.t('Special');
  }
}

export function measureLabel(measure: BarMeasure): string {
  switch (measure) {
    case 'committed':
      return l10n.t('Committed');
    case 'resident':
      return l10n.t('Resident');
    case 'dirty':
      return l10n.t('Dirty');
    case 'swapped':
      return l10n.t('Swapped');
  }
}

/** What a measure counts. */
export function measureMeaning(measure: BarMeasure): string {
  switch (measure) {
    case 'committed':
      return l10n.t('Address space that is more than reserved');
    case 'resident':
      return l10n.t('What of it is in memory, shared pages counted whole');
    case 'dirty':
      return l10n.t('Written to: it would have to be saved before its memory could be taken back');
    case 'swapped':
      return l10n.t('Moved out to swap');
  }
}

/** `1.5 GiB`; `≥ 1.5 GiB` where some regions are not measured; `…` while none is. */
export function figureText(sums: RegionSums, measure: BarMeasure): string {
  const bytes = figureOf(sums, measure);
  if (bytes === undefined) return '…';
  return isPartial(sums, measure) ? `≥ ${formatSize(bytes)}` : formatSize(bytes);
}

/** `Heap: 12 regions, 30 MiB committed, 28 MiB resident, 27 MiB dirty, 0 B swapped`. */
export function kindWords(label: string, sums: RegionSums): string {
  const count = sums.regions === 1 ? l10n.t('1 region') : l10n.t('{0} regions', formatCount(sums.regions));
  const committed = l10n.t('{0} committed', formatSize(sums.committed));
  const reserved = sums.size - sums.committed;
  const more = reserved > 0n ? [l10n.t('{0} reserved', formatSize(reserved))] : [];
  const figures =
    figureOf(sums, 'resident') === undefined
      ? [l10n.t('what is in memory is not known yet')]
      : [
          l10n.t('{0} resident', figureText(sums, 'resident')),
          l10n.t('{0} dirty', figureText(sums, 'dirty')),
          l10n.t('{0} swapped', figureText(sums, 'swapped')),
        ];
  return `${label}: ${[count, committed, ...more, ...figures].join(', ')}`;
}

export function addressText(address: bigint): string {
  return formatHexOffset(address, { digits: 12, group: true, upperCase: false });
}

/** `[heap] · rw-p · 132 KiB · 120 KiB resident · at 5581 2c3f 4000`. */
export function regionWords(space: AddressSpace, figures: RegionFigures, row: number): string {
  const { name, kind } = space.objectOf(row);
  const label = kindLabel(kind);
  const sums = sumRegions(space, figures, [row]);
  const resident = sums.measured === 0 ? [] : [l10n.t('{0} resident', formatSize(sums.resident))];
  const start = space.columns.starts[row] ?? 0n;
  return [
    name === '' ? label : shortName(name),
    ...(name === '' ? [] : [label]),
    space.isReserved(row) ? l10n.t('reserved') : space.rightsText(row),
    formatSize(sums.size),
    ...resident,
    l10n.t('at {0}', addressText(start)),
  ].join(separator);
}

/** The last part of a path; any other name as it is. */
export function shortName(name: string): string {
  return name.startsWith('/') && !name.startsWith('/memfd:') ? name.slice(name.lastIndexOf('/') + 1) : name;
}
