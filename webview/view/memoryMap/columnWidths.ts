import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import type { Metrics } from '../metrics.ts';
import { addressText } from './cells.ts';

/** Pixels between the edge of a column and its text, both sides together. */
export const columnPadding = 17;
/** A letter of the workbench's font, as a part of the editor's: with room to spare. */
const letter = 0.54;
/** Pixels of the mark beside a kind. */
const swatch = 14;
/** Letters of a name that are worth showing. */
const shortestName = 24;

/** Pixels of each column; that of the name is the least it gets. */
export function columnWidths(
  columns: readonly MapColumn[],
  space: AddressSpace,
  words: MapWords,
  { characterWidth, fontSize }: Metrics,
): readonly number[] {
  const longest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const digits = (characters: number) => characters * characterWidth;
  const letters = (characters: number) => characters * fontSize * letter;
  const body = (column: MapColumn): number => {
    switch (column) {
      case 'start':
      case 'end':
        return digits(addressText(space.columns.ends.at(-1) ?? 0n).length);
      case 'size':
      case 'rss':
      case 'pss':
      case 'privateDirty':
      case 'shared':
      case 'swap':
      case 'hugePages':
      case 'device':
        return digits(8);
      case 'rights':
        return digits(4);
      case 'offset':
      case 'inode':
        return digits(10);
      case 'flags':
        return digits(24);
      case 'kind':
        return letters(longest(Object.values(words.kinds))) + swatch;
      case 'mapping':
        return letters(longest(Object.values(words.mappings)));
      case 'others':
        return letters(9);
      case 'change':
        return letters(15);
      case 'name':
        return digits(shortestName);
    }
  };
  // A sort arrow stands beside the name of a column.
  return columns.map((column) =>
    Math.ceil(Math.max(body(column), letters(words.columns[column].length + 1.5)) + columnPadding),
  );
}
