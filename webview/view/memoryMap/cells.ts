/** The cells of a memory map's table as text. Everything a program named is safe to show already. */
import * as l10n from '@vscode/l10n';
import { formatCount, formatHexOffset, formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import { rightsLines } from '../../../extension/core/memoryMap/rights.ts';
import { vmFlags } from '../../../extension/core/memoryMap/vmFlags.ts';
import type { MapWords, OtherMapper } from '../../../extension/protocol/mapTypes.ts';
import type { ShownRegion } from '../../model/memoryMap/mapModel.ts';
import { changeMeaning, changeText } from './changeWords.ts';
import { columnMeaning } from './columnWords.ts';

const pageSize = 4096;

export function cellText(column: MapColumn, region: ShownRegion, words: MapWords): string {
  const { space, row, figures } = region;
  switch (column) {
    case 'start':
      return addressText(space.columns.starts[row] ?? 0n);
    case 'end':
      return addressText(space.columns.ends[row] ?? 0n);
    case 'size':
      return formatSize(space.pages(row) * pageSize);
    case 'rights':
      return space.rightsText(row);
    case 'kind':
      return words.kinds[space.kindOf(row)];
    case 'mapping':
      return words.mappings[space.objectOf(row).mapping];
    case 'offset':
      return hasFile(space, row) ? formatHexOffset(space.columns.offsets[row] ?? 0n, { upperCase: false }) : '';
    case 'device':
      return hasFile(space, row) ? deviceText(space, row) : '';
    case 'inode':
      return hasFile(space, row) ? String(space.objectOf(row).inode) : '';
    case 'name':
      return space.objectOf(row).name;
    case 'shared':
      return figureText(sharedBytes(region));
    case 'flags':
      return figures.flags(row)?.join(' ') ?? '';
    case 'others':
      return othersText(region.others);
    case 'change':
      return region.mark === undefined ? '' : changeText(region.mark);
    default:
      return figureText(figures.at(column, row));
  }
}

/** Those of [vsyscall] alone are longer, and must not make the column wide. */
const groupedDigits = 12;

/** `7f2a 10d0 0000` */
export function addressText(address: bigint): string {
  const isLong = address >= 1n << BigInt(4 * groupedDigits);
  return formatHexOffset(address, { group: !isLong, digits: 8, upperCase: false });
}

function hasFile(space: AddressSpace, row: number): boolean {
  const { inode, device } = space.objectOf(row);
  return inode !== 0n || device.major !== 0 || device.minor !== 0;
}

function deviceText(space: AddressSpace, row: number): string {
  const { major, minor } = space.objectOf(row).device;
  return `${major}:${minor}`;
}

/** Nothing where it is not known: that is not 0. */
function figureText(bytes: number): string {
  return Number.isNaN(bytes) ? '' : bytes === 0 ? '0' : formatSize(bytes);
}

function othersText(others: readonly OtherMapper[] | undefined): string {
  if (others === undefined) return '';
  if (others.length === 0) return l10n.t('no other');
  return others.length === 1 ? l10n.t('1 other') : l10n.t('{0} others', others.length);
}

/** More are counted, not named. */
const mostNamed = 12;

/** All that is known of a region, as lines: what its cells say on hovers, those too that do not show. */
export function regionLines(region: ShownRegion, words: MapWords): readonly string[] {
  const { space, row } = region;
  const text = (column: MapColumn) => cellText(column, region, words);
  const label = (column: MapColumn) => `${words.columns[column]} ${text(column)}`;
  const place = l10n.t(
    '{0} to {1}: {2}, {3}',
    text('start'),
    text('end'),
    text('size'),
    exact(space.pages(row) * pageSize),
  );
  const file = hasFile(space, row) ? [(['offset', 'device', 'inode'] as const).map(label).join(', ')] : [];
  const figures = figureColumns.flatMap((column) => {
    const [meaning, bytes] = cellHover(column, region, words);
    if (meaning === undefined || bytes === undefined) return [];
    return text(column) === '0' ? [`${label(column)}: ${meaning}`] : [`${label(column)}, ${bytes}: ${meaning}`];
  });
  const parts = [
    [...cellHover('name', region, words), place, ...file],
    cellHover('change', region, words),
    cellHover('rights', region, words),
    figures,
    cellHover('flags', region, words),
    region.others === undefined ? [] : [label('others'), ...cellHover('others', region, words)],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]));
}

const figureColumns: readonly MapColumn[] = ['rss', 'pss', 'privateDirty', 'shared', 'swap', 'hugePages'];

/** What a cell says at length; nothing where the cell itself says all. */
export function cellHover(column: MapColumn, region: ShownRegion, words: MapWords): readonly string[] {
  const { space, row, figures } = region;
  switch (column) {
    case 'size':
      return [exact(space.pages(row) * pageSize)];
    case 'rights':
      return rightsLines({ rights: space.rights(row), sharing: space.sharing(row) }, words.rights);
    case 'flags':
      return (figures.flags(row) ?? []).map(
        (flag) => `${flag}  ${vmFlags[flag] ?? l10n.t('newer than this Memglass')}`,
      );
    case 'others': {
      const others = region.others ?? [];
      const more = others.length - mostNamed;
      const named = others.slice(0, mostNamed).map(({ label }) => label);
      return more > 0 ? [...named, l10n.t('and {0} more', more)] : named;
    }
    case 'rss':
    case 'pss':
    case 'privateDirty':
    case 'swap':
    case 'hugePages':
      return figureHover(column, figures.at(column, row));
    case 'shared':
      return figureHover(column, sharedBytes(region));
    case 'change':
      return region.mark === undefined ? [] : [changeText(region.mark), ...changeMeaning(region.mark)];
    case 'name':
    case 'kind':
    case 'mapping': {
      const name = space.objectOf(row).name;
      return [
        ...(name === '' ? [] : [name]),
        `${words.kinds[space.kindOf(row)]}: ${cellText('mapping', region, words)}`,
      ];
    }
    default:
      return [];
  }
}

function sharedBytes({ figures, row }: ShownRegion): number {
  return figures.at('sharedClean', row) + figures.at('sharedDirty', row);
}

function figureHover(column: MapColumn, bytes: number): readonly string[] {
  return Number.isNaN(bytes) ? [] : [columnMeaning(column), exact(bytes)];
}

function exact(bytes: number): string {
  return l10n.t('{0} bytes', formatCount(bytes));
}
