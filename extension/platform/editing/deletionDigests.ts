import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteRange } from '../../core/byteRange.ts';
import type { FileTask, StagedSave } from '../../core/editing/stagedSave.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { type UnkeptBytes, unknownDigests } from '../../core/overlay/unkeptBytes.ts';

/** How often one who waits looks whether he is to go on. Milliseconds. */
const lookInterval = 100;

type Deletion = ByteRange & { readonly bytes: UnkeptBytes };

/** Digests that are being taken. */
interface Taking {
  readonly deletions: readonly Deletion[];
  /** Bytes. */
  done: number;
  readonly total: number;
  isStopped: boolean;
}

/**
 * The bytes of a long deletion are too many to be kept for a save, which is to tell whether they are still those that the
 * user deleted. Digests of them are taken instead, from the deletion on and beside all else: only a save waits for the
 * time that it takes to read them. The time of the file would be had for nothing, but not every store through a mapping
 * moves it, and it does not tell whether somebody has written elsewhere.
 */
export class DeletionDigests {
  readonly #saving: () => StagedSave | undefined;
  readonly #taking = new Map<Taking, Promise<void>>();

  /** `saving`: that of the source. */
  constructor(saving: () => StagedSave | undefined) {
    this.#saving = saving;
  }

  /**
   * The edits are others: begins where a long deletion has no digests, and ends where there is none any more. What others
   * change once it has resolved is told from what was there. Never rejects.
   */
  async follow(overlay: Overlay): Promise<void> {
    const standing = overlay.unkeptDeletions();
    const all = new Set(standing.map(({ bytes }) => bytes));
    const taken = new Set<UnkeptBytes>();
    for (const taking of this.#taking.keys()) {
      const isNeeded = taking.deletions.some(({ bytes }) => all.has(bytes));
      if (!isNeeded) this.#stop(taking);
      else for (const { bytes } of taking.deletions) taken.add(bytes);
    }
    const missing = standing.filter(({ bytes }) => bytes.digests === undefined && !taken.has(bytes));
    if (missing.length === 0) return;
    const total = missing.reduce((sum, { length }) => sum + length, 0);
    const taking: Taking = { deletions: missing, done: 0, total, isStopped: false };
    await new Promise<void>((begun) => {
      this.#taking.set(taking, this.#take(taking, begun).finally(begun));
    });
  }

  /** Resolves once all have been taken. Answers false where the user does not wait for it. */
  async taken({ report, isCancelled }: FileTask): Promise<boolean> {
    while (this.#taking.size > 0) {
      if (isCancelled()) return false;
      const sum = (of: 'done' | 'total') => [...this.#taking.keys()].reduce((all, taking) => all + taking[of], 0);
      report(sum('done'), sum('total'), 'deleted');
      await Promise.race([sleep(lookInterval), ...this.#taking.values()]);
    }
    return true;
  }

  /** Ends what is under way. */
  end(): void {
    for (const taking of this.#taking.keys()) this.#stop(taking);
  }

  #stop(taking: Taking): void {
    taking.isStopped = true;
    this.#taking.delete(taking);
  }

  /** Never rejects. */
  async #take(taking: Taking, begun: () => void): Promise<void> {
    const { deletions } = taking;
    const task = {
      report: (done: number) => {
        taking.done = done;
        begun();
      },
      isCancelled: () => taking.isStopped,
    };
    // What cannot be read, nobody can tell of later.
    const digests = await this.#saving()
      ?.takeDigests?.(deletions, task)
      .catch(() => undefined);
    // Where it was stopped, they are taken anew once the deletion stands again.
    if (taking.isStopped) return;
    for (const [i, { bytes, length }] of deletions.entries()) bytes.digests = digests?.[i] ?? unknownDigests(length);
    this.#taking.delete(taking);
  }
}

/** The source is another by now: of what no digests were taken before, nobody knows what it was. */
export function noteUnknown(overlay: Overlay): void {
  for (const { length, bytes } of overlay.unkeptDeletions()) bytes.digests ??= unknownDigests(length);
}
