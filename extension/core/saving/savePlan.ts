import type { Overlay } from '../overlay/overlay.ts';
import { type SaveContents, saveContentsSteps } from './saveContents.ts';

/** What is known of a file that is to be saved. */
export interface SaveTarget {
  /** Bytes that are really allocated. */
  readonly allocated: number;
  /** Shared memory or a device: whoever has it keeps it, so it is neither replaced nor given another size. */
  readonly isFixed: boolean;
  /** Hard links to it. */
  readonly links: number;
  /** Whether its folder takes another file. */
  readonly isFolderWritable: boolean;
  /** Bytes that are free where the file is, and where a journal goes; undefined where nobody can tell. */
  readonly free: { readonly beside: number | undefined; readonly journal: number | undefined };
}

/** Why a file is not replaced by a new one, though most of it is written anew. */
export type InPlaceReason = 'fewBytes' | 'otherLinks' | 'folderNotWritable' | 'notAlike';

/** What a save costs. */
export interface SaveCost {
  /** Bytes to write, a journal counted. */
  readonly written: number;
  /** Bytes of space that are needed until it is done, and those that are free where they are needed. */
  readonly space: number;
  readonly free: number | undefined;
  /** At the pace of a slow disk. */
  readonly seconds: number;
  /** Whether the user should be asked before. */
  readonly isLong: boolean;
}

export type SavePlan =
  | { readonly way: 'nothing' }
  /** The size cannot change. */
  | { readonly way: 'refused' }
  /** Into the file itself; by way of a journal, unless one write of a page's part is all. */
  | {
      readonly way: 'inPlace';
      readonly usesJournal: boolean;
      readonly reason: InPlaceReason;
      readonly contents: SaveContents;
      readonly cost: SaveCost;
    }
  /** A new file beside it, which takes its name. */
  | { readonly way: 'beside'; readonly contents: SaveContents; readonly cost: SaveCost };

/** What goes through a journal rather than into a new file: it keeps the file what it is, and costs as much twice. */
const mostThroughJournal = 64 * 2 ** 20;

/** Neither a kill nor the page cache tears what lies within. Bytes. */
const page = 4096;

const slowDisk = 150e6;
const longSave = 20;

/**
 * How a save is best made so that a crash at any time leaves the old file or the new one, or a journal that completes it.
 * In steps, for a thread that must not be held up; the overlay must not change meanwhile.
 */
export function* savePlanSteps(overlay: Overlay, target: SaveTarget): Generator<undefined, SavePlan> {
  if (overlay.isEmpty) return { way: 'nothing' };
  if (target.isFixed && overlay.size !== overlay.sourceSize) return { way: 'refused' };
  const contents = yield* saveContentsSteps(overlay, 'changes');
  const reason = reasonToStay(contents, target);
  return reason === undefined ? yield* besidePlan(overlay, target) : inPlacePlan(overlay, contents, target, reason);
}

/** The same in place, where a new file cannot be given what the old one has. */
export function* inPlacePlanSteps(overlay: Overlay, target: SaveTarget): Generator<undefined, SavePlan> {
  return inPlacePlan(overlay, yield* saveContentsSteps(overlay, 'changes'), target, 'notAlike');
}

function reasonToStay(contents: SaveContents, target: SaveTarget): InPlaceReason | undefined {
  const copies = contents.pieces.sources.some((source) => source >= 0);
  if (!copies || target.isFixed || rewritten(contents) <= mostThroughJournal) return 'fewBytes';
  if (target.links > 1) return 'otherLinks';
  return target.isFolderWritable ? undefined : 'folderNotWritable';
}

function inPlacePlan(overlay: Overlay, contents: SaveContents, target: SaveTarget, reason: InPlaceReason): SavePlan {
  const usesJournal = !isOneWrite(contents) || overlay.size !== overlay.sourceSize;
  const bytes = rewritten(contents);
  const grown = Math.max(0, overlay.size - overlay.sourceSize);
  const space = usesJournal ? bytes + grown : grown;
  const cost = costOf(usesJournal ? 2 * bytes : bytes, space, usesJournal ? target.free.journal : target.free.beside);
  return { way: 'inPlace', usesJournal, reason, contents, cost };
}

function* besidePlan(overlay: Overlay, target: SaveTarget): Generator<undefined, SavePlan> {
  const contents = yield* saveContentsSteps(overlay, 'whole');
  // Holes are not written.
  const written = Math.min(overlay.size, target.allocated + contents.bytes.length);
  return { way: 'beside', contents, cost: costOf(written, written, target.free.beside) };
}

function costOf(written: number, space: number, free: number | undefined): SaveCost {
  const seconds = written / slowDisk;
  return { written, space, free, seconds, isLong: seconds > longSave || (free !== undefined && space > free) };
}

function rewritten({ pieces }: SaveContents): number {
  return pieces.lengths.reduce((sum, length) => sum + length, 0);
}

function isOneWrite({ pieces: { offsets, lengths } }: SaveContents): boolean {
  const [offset = 0] = offsets;
  const [length = 0] = lengths;
  return offsets.length === 1 && (offset % page) + length <= page;
}
