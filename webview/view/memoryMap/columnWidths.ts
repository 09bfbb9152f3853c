import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import type { Density } from '../../model/memoryMap/narrowTable.ts';
import type { RegionMark } from '../../model/memoryMap/regionMarks.ts';
import { element } from '../element.ts';
import type { Metrics } from '../metrics.ts';
import { addressText } from './cells.ts';
import { changeText } from './changeWords.ts';

/** Pixels between the edge of a column and its text, both sides together, as memoryMap.css has it, and one to spare. */
export const columnPadding: Readonly<Record<Density, number>> = { usual: 17, compact: 9 };
/** Pixels for the arrow beside the name of a column that is sorted by. */
const arrow = 14;
/** Pixels of the mark beside a kind. */
const swatch = 14;
/** Letters of a name that are worth showing. */
const shortestName: Readonly<Record<Density, number>> = { usual: 18, compact: 6 };
/** Digits of an address of a program; only those of the kernel's own pages have more. */
export const compactDigits = 12;

/** Those that come with numbers, as long as they usually are: borders that move between regions change rights. */
const longChanges: readonly RegionMark[] = [
  { kind: 'divided', grownPages: 0, before: 2, after: 2, rightsChanged: true },
  { kind: 'merged', grownPages: 0, before: 99, after: 1, rightsChanged: false },
  { kind: 'split', grownPages: 0, before: 1, after: 99, rightsChanged: false },
];

/** Pixels that a text takes in the workbench's font: in a cell, and as the name of a column. */
export interface TextWidths {
  inCell(text: string): number;
  inHead(text: string): number;
}

/** What decides how wide a column is. */
export interface WidthFacts {
  readonly space: AddressSpace;
  readonly words: MapWords;
  readonly metrics: Metrics;
  readonly texts: TextWidths;
}

/** Measures in the fonts that memoryMap.css gives to cells and to the names of columns. */
export function textWidths(page: HTMLElement): TextWidths {
  const context = element('canvas').getContext('2d');
  const style = getComputedStyle(page);
  const size = Number.parseFloat(style.getPropertyValue('--vscode-font-size')) || 13;
  const family = style.getPropertyValue('--vscode-font-family') || 'sans-serif';
  // Asked for at each draw.
  const known = new Map<string, number>();
  const width = (text: string, pixels: number) => {
    const font = `${pixels}px ${family}`;
    const found = known.get(font + text);
    if (found !== undefined || context === null) return found ?? text.length * pixels;
    context.font = font;
    const measured = context.measureText(text).width;
    known.set(font + text, measured);
    return measured;
  };
  return { inCell: (text) => width(text, size), inHead: (text) => width(text, size * 0.92) };
}

/** Pixels of a column, of that of the name the least it gets. `isSorted`: whether the table is sorted by it. */
export function columnWidth(
  column: MapColumn,
  density: Density,
  isSorted: boolean,
  { space, words, metrics, texts }: WidthFacts,
): number {
  const { inCell, inHead } = texts;
  const isCompact = density === 'compact';
  const longest = (all: readonly string[]) => Math.max(...all.map(inCell));
  const digits = (characters: number) => characters * metrics.characterWidth;
  const body = (): number => {
    switch (column) {
      case 'start':
      case 'end':
        return digits(isCompact ? compactDigits : addressText(space.columns.ends.at(-1) ?? 0n).length);
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
        return longest(Object.values(words.kinds)) + swatch;
      case 'mapping':
        return longest(Object.values(words.mappings));
      case 'others':
        return inCell('99 others');
      case 'change':
        return longest(longChanges.map(changeText));
      case 'name':
        return digits(shortestName[density]);
    }
  };
  // Where there is room, no column moves as it gets its arrow.
  const head = inHead(words.columns[column]) + (isCompact && !isSorted ? 0 : arrow);
  return Math.ceil(Math.max(body(), head) + columnPadding[density]);
}
