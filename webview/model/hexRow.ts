import { type SingleByteTable, SUBSTITUTE } from '../../extension/core/text/textEncodings.ts';
import type { HexColumns } from './hexColumns.ts';

/** What a cell holds where it holds no byte. */
export const cellState = {
  /** Past the last row's end: nothing is drawn. */
  outside: -1,
  /** Asked for and not here yet. */
  pending: -2,
  /** Could not be read. */
  hole: -3,
  /** A zero that nobody ever wrote. */
  unwritten: -4,
} as const;

/** One cell: a byte, 0 … 255, or one of `cellState`. */
export type Cell = number;

/** A run of characters in a text, to be painted otherwise: dimmed where it says little, marked where it is a hole. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export interface HexRowText {
  readonly hex: string;
  /** One column per byte; `noCharacter` where a byte has none. */
  readonly decoded: string;
  /** What is drawn, dim, in the columns of the bytes that have no character; blanks elsewhere. */
  readonly fillers: string;
  readonly dimHex: readonly Run[];
  readonly holesHex: readonly Run[];
  readonly holesDecoded: readonly Run[];
  readonly unwrittenHex: readonly Run[];
}

const lowerDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const upperDigits = lowerDigits.map((digits) => digits.toUpperCase());

/** Stands in the decoded text for a byte that has no character. Blank, and not what any byte is drawn as. */
export const noCharacter = '\u00a0';

/** What stands for a cell that holds no byte; blanks where nothing does. */
const pairOf: Readonly<Record<number, string>> = { [cellState.hole]: '??', [cellState.unwritten]: '00' };

/** The texts of a row. `cells` holds `columns.bytesPerRow` cells, in the order of the source. */
export function hexRowText(
  cells: ArrayLike<Cell>,
  columns: HexColumns,
  upperCase: boolean,
  table: SingleByteTable,
): HexRowText {
  const digits = upperCase ? upperDigits : lowerDigits;
  const hex = new Array<string>(columns.hexWidth).fill(' ');
  const dimHex: Run[] = [];
  const holesHex: Run[] = [];
  const holesDecoded: Run[] = [];
  const unwrittenHex: Run[] = [];
  let decoded = '';
  let fillers = '';
  for (let index = 0; index < columns.bytesPerRow; index++) {
    const cell = cells[index] ?? cellState.outside;
    const start = columns.hexStart[index] ?? 0;
    const pair = cell >= 0 ? (digits[cell] ?? '  ') : (pairOf[cell] ?? '  ');
    hex[start] = pair.charAt(0);
    hex[start + 1] = pair.charAt(1);
    const isFilled = cell >= 0 && table.isPrintable[cell] !== true;
    const character = cell >= 0 ? (table.characters[cell] ?? SUBSTITUTE) : cell === cellState.hole ? '?' : ' ';
    decoded += isFilled ? noCharacter : character;
    fillers += isFilled ? character : ' ';
    // Across the blanks to a neighbour that is the same, where neighbours stand side by side.
    const gap = cells[index - 1] === cell && !columns.isSwapped ? 2 : 0;
    if (cell === 0) extend(dimHex, start, start + 2, gap);
    if (cell === cellState.unwritten) extend(unwrittenHex, start, start + 2, gap);
    if (cell === cellState.hole) {
      extend(holesHex, start, start + 2, gap);
      extend(holesDecoded, index, index + 1, 0);
    }
  }
  return {
    hex: withoutBlankEnd(hex.join('')),
    decoded: withoutBlankEnd(decoded),
    fillers: withoutBlankEnd(fillers),
    dimHex,
    holesHex,
    holesDecoded,
    unwrittenHex,
  };
}

function withoutBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(0, end);
}

/** Adds a run, or makes the last one longer where only a gap of blanks lies between. */
function extend(runs: Run[], start: number, end: number, gap: number): void {
  const last = runs.at(-1);
  if (last !== undefined && start >= last.end && start - last.end <= gap)
    runs[runs.length - 1] = { start: last.start, end };
  else runs.push({ start, end });
}
