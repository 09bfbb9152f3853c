import { endOf } from '../../core/byteRange.ts';
import type { ByteSource } from '../../core/byteSource.ts';
import { isSeenOrOurs, type PlannedStore, planStores } from '../../core/editing/applyPlan.ts';
import { changedRanges, changedUnder } from '../../core/editing/changedUnder.ts';
import type { EditRefusal, SaveConflict, SaveOptions, SaveResult, StagedSave } from '../../core/editing/stagedSave.ts';
import type { LiveStores } from '../../core/live/liveStores.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { SourceError } from '../../core/sourceError.ts';
import { Slices } from '../slices.ts';
import { readWhole } from './readWhole.ts';

/**
 * Applies edits that were staged over memory which others use: each range that is edited is stored in the very object
 * that is open, and nothing else. Its size never changes.
 */
export class MemorySave implements StagedSave {
  readonly #source: ByteSource;
  readonly #stores: LiveStores;

  constructor(source: ByteSource, stores: LiveStores) {
    this.#source = source;
    this.#stores = stores;
  }

  async refusal(): Promise<EditRefusal | undefined> {
    return await this.#stores.refusal();
  }

  async check(overlay: Overlay): Promise<SaveConflict | undefined> {
    const { size, fate } = await this.#source.probe();
    // What is only without its name now is still what the user sees, and what others have mapped.
    const isOther = fate.kind === 'replaced' || fate.kind === 'gone' || fate.kind === 'unknown';
    if (isOther) return { kind: 'path', fate };
    const pastEnd = [...overlay.allChanges()].filter((change) => endOf(change) > size).length;
    if (pastEnd > 0) return { kind: 'size', was: overlay.sourceSize, now: size, pastEnd };
    const slices = new Slices();
    return await changedUnder(overlay, async (offset, length) => {
      await slices.pause();
      return await readWhole(this.#source, offset, length);
    });
  }

  /** What was stored in part is known for what it is when it is applied again. */
  async complete(): Promise<boolean> {
    return false;
  }

  async isCutOff(): Promise<boolean> {
    return false;
  }

  /** Where not all is stored, what was is put back: as far as it can be, and where nobody has stored over it. */
  async save(overlay: Overlay, { overwrites, task }: SaveOptions): Promise<SaveResult> {
    const found = await this.check(overlay);
    if (found !== undefined && !(overwrites && found.kind === 'changed')) return { kind: 'conflict', conflict: found };
    const slices = new Slices();
    const stored: Stored[] = [];
    let [done, total] = [0, 0];
    for (const { length } of overlay.allChanges()) total += length;
    try {
      for (const store of planStores(overlay)) {
        await slices.pause();
        if (task.isCancelled()) throw new SourceError('cancelled');
        if (!(await this.#store(store, overwrites, stored))) {
          await this.#putBack(stored);
          const range = { offset: store.offset, length: store.bytes.length };
          return { kind: 'conflict', conflict: (await this.check(overlay)) ?? changedRanges([range]) };
        }
        done += store.bytes.length;
        task.report(done, total);
      }
    } catch (error) {
      await this.#putBack(stored);
      throw error;
    }
    return { kind: 'saved', isNewFile: false };
  }

  /** False where others have changed what the user saw: also between looking and storing. Adds to `stored` what it stored. */
  async #store(store: PlannedStore, overwrites: boolean, stored: Stored[]): Promise<boolean> {
    const { offset, bytes } = store;
    const was = await readWhole(this.#source, offset, bytes.length);
    if (!overwrites && !isSeenOrOurs(store, was)) return false;
    const note = (length: number) =>
      stored.push({ offset, was: was.subarray(0, length), bytes: bytes.slice(0, length) });
    try {
      const outcome = await this.#stores.store(offset, overwrites ? undefined : was, bytes);
      note(outcome.kind === 'stored' ? bytes.length : outcome.stored);
      return outcome.kind === 'stored';
    } catch (error) {
      note(error instanceof SourceError ? (error.detail.stored ?? 0) : 0);
      throw error;
    }
  }

  /** The last first. What others have stored over it since stays theirs. Never rejects. */
  async #putBack(stored: readonly Stored[]): Promise<void> {
    for (const { offset, was, bytes } of stored.toReversed()) {
      if (was.length > 0) await this.#stores.store(offset, bytes, was).catch(() => {});
    }
  }
}

/** Bytes that were stored, and what stood there before. */
interface Stored {
  readonly offset: number;
  readonly was: Uint8Array;
  readonly bytes: Uint8Array;
}
