import type { NativeFile } from '../../../native/index.d.ts';
import { changedRuns } from '../../core/byteChanges.ts';
import { type ByteRange, endOf } from '../../core/byteRange.ts';
import type { EditRefusal, SaveConflict, SaveOptions, SaveResult, StagedSave } from '../../core/editing/stagedSave.ts';
import type { Change, Overlay } from '../../core/overlay/overlay.ts';
import { putBytes } from '../../core/overlay/putBytes.ts';
import { SourceError } from '../../core/sourceError.ts';
import { saveFile } from '../saving/saveFile.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import { toFate } from '../sources/fileSource.ts';
import type { Machine } from '../sources/machine.ts';

/** Ranges of a conflict that are told; a user looks at some. */
const mostTold = 100;

/** Compared at a time. */
const block = 2 ** 20;

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

  async refusal(): Promise<EditRefusal | undefined> {
    return await this.#saved.refusal();
  }

  async check(overlay: Overlay): Promise<SaveConflict | undefined> {
    const { size, path } = await operation(() => this.#file.probe());
    if (path.kind !== 'same') return { kind: 'path', fate: toFate(path) };
    const changes = [...overlay.allChanges()];
    const now = Number(size);
    if (now !== overlay.sourceSize) return { kind: 'size', was: overlay.sourceSize, now };
    return await this.#changed(overlay, changes);
  }

  async save(overlay: Overlay, { overwrites, ...options }: SaveOptions): Promise<SaveResult> {
    const found = await this.check(overlay);
    if (found !== undefined && !(overwrites && found.kind === 'changed')) return { kind: 'conflict', conflict: found };
    const first = await this.#write(overlay, { overwrites, ...options });
    if (first.kind === 'saved') return first;
    // What a save that failed midway has written already is no other's.
    const others = await this.check(overlay);
    return others === undefined ? await this.#write(overlay, { overwrites: true, ...options }) : first;
  }

  async #write(overlay: Overlay, { overwrites, task, approve }: SaveOptions): Promise<SaveResult> {
    const { machine, path } = this.#saved;
    const { dev, ino } = this.#file.facts;
    const save = { path, identity: { dev, ino }, isShared: false, overlay, task, overwrites };
    const saved = await saveFile(machine.addon, machine.journals, {
      ...save,
      approve: async (plan) => plan.way === 'nothing' || plan.way === 'refused' || (await approve(plan.cost)),
    });
    if (saved.kind === 'saved') return { kind: 'saved', isNewFile: saved.way === 'beside' };
    const { ranges } = saved;
    const conflict = { kind: 'changed', ranges: ranges.slice(0, mostTold), isCut: ranges.length > mostTold } as const;
    return { kind: 'conflict', conflict };
  }

  /** Where the file has neither what was there nor, from a save that failed midway, what is to be. */
  async #changed(overlay: Overlay, changes: readonly Change[]): Promise<SaveConflict | undefined> {
    const ranges: ByteRange[] = [];
    for (const change of changes) {
      if (change.kind === 'insert' || !change.isKept) continue;
      const put = change.kind === 'overwrite' ? putBytes(overlay, change) : undefined;
      for (let done = 0; done < change.length; done += block) {
        const offset = change.source + done;
        const seen = new Uint8Array(Math.min(block, change.length - done));
        overlay.readOriginals(change.id, done, seen);
        const now = new Uint8Array(seen.length);
        const { length, faults } = await operation(() => this.#file.read(offset, now));
        // What cannot be read cannot be compared.
        if (length < now.length || faults.length > 0) throw new SourceError('ioError', { errno: faults[0]?.code });
        for (const run of changedRuns(seen, now)) {
          const ours = put?.subarray(done + run.offset, done + endOf(run));
          const isWritten = ours !== undefined && Buffer.compare(ours, now.subarray(run.offset, endOf(run))) === 0;
          if (!isWritten) ranges.push({ offset: offset + run.offset, length: run.length });
        }
        if (ranges.length > mostTold) return { kind: 'changed', ranges: ranges.slice(0, mostTold), isCut: true };
      }
    }
    return ranges.length === 0 ? undefined : { kind: 'changed', ranges, isCut: false };
  }
}
