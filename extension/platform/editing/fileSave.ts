import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { NativeFile } from '../../../native/index.d.ts';
import { type ByteRange, joinedRanges } from '../../core/byteRange.ts';
import { changedRanges, changedUnder, withDeleted } from '../../core/editing/changedUnder.ts';
import type {
  CutOffSaves,
  EditRefusal,
  FileTask,
  SaveConflict,
  SaveOptions,
  SaveResult,
  StagedSave,
} from '../../core/editing/stagedSave.ts';
import type { Change } from '../../core/overlay/changes.ts';
import { movesOthers } from '../../core/overlay/movesOthers.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import {
  type BlockDigests,
  blockLengthFor,
  blocksOf,
  changedBlocks,
  digestBytes,
  unknownDigests,
} from '../../core/overlay/unkeptBytes.ts';
import { saveContentsSteps } from '../../core/saving/saveContents.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { finished } from '../saving/fileTask.ts';
import type { FileIdentity } from '../saving/journals.ts';
import { completeSave, saveFile } from '../saving/saveFile.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import { inSlices, Slices } from '../slices.ts';
import { toFate } from '../sources/fileSource.ts';
import type { Machine } from '../sources/machine.ts';

/** A file system of layers, as containers have it. */
const layered = 'overlay';

/** Read at least, of what may hold more edits. */
const readAhead = 2 ** 14;

/** What a save of a file needs beside the file that is open. */
export interface SavedFile {
  readonly machine: Machine;
  readonly path: Uint8Array;
  /** Why nothing may be edited; undefined where it may. */
  readonly refusal: () => Promise<EditRefusal | undefined>;
}

/** Saves staged edits of a file, and tells what is in the way. */
export class FileSave implements StagedSave {
  readonly #file: NativeFile;
  readonly #saved: SavedFile;

  constructor(file: NativeFile, saved: SavedFile) {
    this.#file = file;
    this.#saved = saved;
  }

  get cutOff(): CutOffSaves {
    const { machine, path } = this.#saved;
    const { journals } = machine;
    return {
      find: async () => await journals.of(await this.#identity(), path),
      isLeft: async ({ journal }) => (await journals.look(journal)) !== undefined,
      bytes: async (save) => await journals.bytes(save),
      force: async (save) => await journals.force(save, path),
      discard: async (save) => await journals.discard(save),
    };
  }

  async refusal(): Promise<EditRefusal | undefined> {
    return await this.#saved.refusal();
  }

  async check(overlay: Overlay): Promise<SaveConflict | undefined> {
    return (await this.#moved(overlay)) ?? (await this.#changed(overlay));
  }

  async takeDigests(ranges: readonly ByteRange[], task: FileTask): Promise<readonly BlockDigests[]> {
    const divided = ranges.map((range) => ({ ...range, blockLength: blockLengthFor(range.length) }));
    return await this.#digestsOf(divided, task);
  }

  async complete(isCancelled: () => boolean): Promise<boolean> {
    const { machine, path } = this.#saved;
    return await completeSave(machine.journals, await this.#identity(), printableName(path), isCancelled);
  }

  async isCutOff(): Promise<boolean> {
    return await this.#saved.machine.journals.has(await this.#identity());
  }

  async save(overlay: Overlay, { overwrites, ...options }: SaveOptions): Promise<SaveResult> {
    // What was appended behind an insertion is seen here only: the save would find the size it expects.
    const isLooked = !overwrites && movesOthers(overlay);
    const blocked = isLooked ? await this.check(overlay) : await this.#moved(overlay);
    if (blocked !== undefined) return { kind: 'conflict', conflict: await this.#whole(blocked, overlay, options.task) };
    // The bytes are compared by the save itself, right before it writes.
    const first = await this.#write(overlay, { overwrites, ...options }).catch(async (error: unknown) => {
      // It was changed while the save was prepared, and is as it was.
      const isStale = error instanceof SourceError && error.code === 'stale';
      const found = isStale ? await this.check(overlay) : undefined;
      if (found === undefined) throw error;
      return { kind: 'conflict', conflict: await this.#whole(found, overlay, options.task) } as const;
    });
    if (first.kind === 'saved') return first;
    // What a save that failed midway has written already is no other's; what others write from now on is.
    const standing = await this.#standingUnder(overlay);
    const conflict = await this.check(overlay);
    const found = withDeleted(conflict, first.conflict);
    return found === undefined
      ? await this.#write(overlay, { overwrites, ...options }, standing)
      : { kind: 'conflict', conflict: found };
  }

  /** Whether it is another file, or has another size. */
  async #moved(overlay: Overlay): Promise<SaveConflict | undefined> {
    const { size, path } = await operation(() => this.#file.probe());
    if (path.kind !== 'same') return { kind: 'path', fate: toFate(path) };
    const now = Number(size);
    if (now === overlay.sourceSize) return undefined;
    const isPast = ({ kind, source, length }: Change) => source > now || (kind !== 'insert' && source + length > now);
    const pastEnd = [...overlay.allChanges()].filter(isPast).length;
    return { kind: 'size', was: overlay.sourceSize, now, pastEnd };
  }

  /** What the file is known by now: on an overlay another than when it was opened, once it was opened for writing. */
  async #identity(): Promise<FileIdentity> {
    const { dev, ino, fileSystem } = this.#file.facts;
    if (fileSystem !== layered) return { dev, ino };
    const found = await stat(Buffer.from(this.#saved.path), { bigint: true }).catch(() => undefined);
    // After that: what was found is this very file.
    const { path } = await operation(() => this.#file.probe());
    return found === undefined || path.kind !== 'same' ? { dev, ino } : { dev: found.dev, ino: found.ino };
  }

  /** Divided into blocks. Rejects with a SourceError. */
  async #digestsOf(
    ranges: readonly (ByteRange & { readonly blockLength: number })[],
    task: FileTask,
  ): Promise<BlockDigests[]> {
    const { machine, path } = this.#saved;
    // A file of its own, since it may take a minute.
    const file = await operation(() => machine.addon.openFile(path));
    try {
      task.report(0, 0);
      const { dev, ino } = await this.#identity();
      if (file.facts.dev !== dev || file.facts.ino !== ino) throw new SourceError('stale');
      const blocks = ranges.flatMap((range) => [...blocksOf(range, range.blockLength)]);
      const offsets = Float64Array.from(blocks, ({ offset }) => offset);
      const lengths = Float64Array.from(blocks, ({ length }) => length);
      const all = await operation(() => finished(file.digestBlocks({ offsets, lengths }), task));
      let at = 0;
      return ranges.map(({ length, blockLength }) => {
        const from = at;
        at += Math.ceil(length / blockLength) * digestBytes;
        return { blockLength, digests: all.slice(from, at) };
      });
    } finally {
      file.close();
    }
  }

  /** A conflict with what was deleted and is not kept: who has it gone over must have been told of all. */
  async #whole(conflict: SaveConflict, overlay: Overlay, task: FileTask): Promise<SaveConflict> {
    const deletions = overlay.unkeptDeletions();
    if (conflict.kind !== 'changed' || deletions.length === 0) return conflict;
    const known = deletions.map(({ bytes, length }) => bytes.digests ?? unknownDigests(length));
    const divided = deletions.map((range, i) => ({ ...range, blockLength: known[i]?.blockLength ?? range.length }));
    const report = (done: number, total: number) => task.report(done, total, 'deleted');
    const now = await this.#digestsOf(divided, { report, isCancelled: () => task.isCancelled() });
    const changed = divided.flatMap((range, i) => {
      const [before, after] = [known[i], now[i]];
      return before === undefined || after === undefined ? [range] : changedBlocks(range, before, after);
    });
    const deleted = joinedRanges(changed).map((range) => ({ ...range, isDeleted: true }));
    return changedRanges([...conflict.ranges, ...deleted], conflict.isCut);
  }

  /** What the file has now where a save looks at it, one after the other. */
  async #standingUnder(overlay: Overlay): Promise<Uint8Array> {
    const file = new Window(this.#file);
    const { offsets, lengths } = (await inSlices(saveContentsSteps(overlay, 'changes'))).checks;
    const parts: Uint8Array[] = [];
    for (const [i, offset] of offsets.entries()) {
      const length = lengths[i] ?? 0;
      parts.push(file.held(offset, length) ?? (await file.read(offset, length)));
    }
    return Buffer.concat(parts);
  }

  /** `standing`: what is under the edits, where that is something else than the user saw. */
  async #write(
    overlay: Overlay,
    { overwrites, task, approve }: SaveOptions,
    standing?: Uint8Array,
  ): Promise<SaveResult> {
    const { machine, path } = this.#saved;
    if (this.#file.facts.fileSystem === layered) await openForWriting(path);
    const save = { path, identity: await this.#identity(), isShared: false, overlay, task, overwrites, standing };
    const saved = await saveFile(machine.addon, machine.journals, {
      ...save,
      approve: async (plan) => plan.way === 'nothing' || plan.way === 'refused' || (await approve(plan.cost)),
    });
    if (saved.kind === 'saved') return { kind: 'saved', isNewFile: saved.way === 'beside' };
    const deleted = saved.deleted.map((range) => ({ ...range, isDeleted: true }));
    return { kind: 'conflict', conflict: changedRanges([...saved.ranges, ...deleted]) };
  }

  /** Where the file has neither what was there nor, from a save that failed midway, what is to be. */
  async #changed(overlay: Overlay): Promise<SaveConflict | undefined> {
    const file = new Window(this.#file);
    return await changedUnder(overlay, (offset, length) => file.held(offset, length) ?? file.read(offset, length));
  }
}

/** A file of the lower layer with other hard links is copied to the upper one then, and has another number there. */
async function openForWriting(path: Uint8Array): Promise<void> {
  const file = await open(Buffer.from(path), constants.O_RDWR | constants.O_NONBLOCK).catch(() => undefined);
  // What is in the way the save says.
  await file?.close();
}

/** What was read of a file last, with some more after it: edits have neighbours. */
class Window {
  readonly #file: NativeFile;
  readonly #slices = new Slices();
  #offset = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: NativeFile) {
    this.#file = file;
  }

  /** Undefined where it must be read. */
  held(offset: number, length: number): Uint8Array | undefined {
    const from = offset - this.#offset;
    return from >= 0 && from + length <= this.#bytes.length ? this.#bytes.subarray(from, from + length) : undefined;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.#slices.pause();
    const bytes = new Uint8Array(Math.max(length, readAhead));
    const { length: got, faults } = await operation(() => this.#file.read(offset, bytes));
    const sound = faults.reduce((end, fault) => Math.min(end, fault.offset - offset), got);
    // What cannot be read cannot be compared.
    if (sound < length) throw new SourceError('ioError', { errno: faults[0]?.code, syscall: 'pread' });
    [this.#offset, this.#bytes] = [offset, bytes.subarray(0, sound)];
    return bytes.subarray(0, length);
  }
}
