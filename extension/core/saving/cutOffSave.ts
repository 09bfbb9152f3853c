import { type ByteRange, endOf } from '../byteRange.ts';

/** What is left of a save that was cut off and could not be completed: what its journal says. */
export interface CutOffSave {
  /** The path of its journal, which names it. */
  readonly journal: string;
  /** When the journal was written: milliseconds since 1970. */
  readonly at: number;
  /** The file, as it was then; undefined where the journal is too damaged to tell. */
  readonly path: Uint8Array | undefined;
  /** Whether all is known of what it was to write; else only what `ranges` has. */
  readonly isWhole: boolean;
  /** Of the file, before it and after it. Bytes. */
  readonly oldSize: number;
  readonly newSize: number;
  /** What it was to write, in order and none next to another. */
  readonly ranges: readonly ByteRange[];
}

/** How a file that is open and such a save belong together. */
export type CutOffRelation =
  /** It is the file. */
  | 'same'
  /** It is the file, which was moved since. */
  | 'moved'
  /** It is the file, and nobody has looked whether it can be completed: it may not be written now. */
  | 'waiting'
  /** It is the file, which was touched since and has nothing of the save: what was there before may have been put back. */
  | 'undone'
  /** Another file has the path now: what it is saved as is nobody's concern. */
  | 'replaced';

/** Bytes that it was to write. */
export function bytesOf({ ranges }: Pick<CutOffSave, 'ranges'>): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

/** Bytes of such a save that are held in memory at most: as many as go through a journal, unless a file cannot be replaced. */
export const mostHeld = 64 * 2 ** 20;

/** Whether its bytes can be staged, and compared with what is there. */
export function isHeldInMemory(save: Pick<CutOffSave, 'ranges'>): boolean {
  return bytesOf(save) <= mostHeld;
}

/** From the first byte to the last; undefined where nothing is known. */
export function extentOf({ ranges }: Pick<CutOffSave, 'ranges'>): ByteRange | undefined {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { offset: first.offset, length: endOf(last) - first.offset };
}
