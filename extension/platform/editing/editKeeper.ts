import type { BackupStamp } from '../../core/editing/editBackup.ts';
import type { DocumentId, KeptEdits } from './keptEdits.ts';

/** How long a pause in editing is: then the edits are written down. And how long they wait at most, if there is none. Milliseconds. */
const pauseMs = 100;
const longestWaitMs = 400;

/** Writing takes at most one part of so many of the time, where there are very many edits. */
const restPerWork = 4;

/** Edits that are in no source yet, and are to outlive the window. */
export interface KeepableEdits {
  readonly hasEdits: boolean;
  /** Calls `listener` after each change of them, until the returned function is called. */
  onDidEdit(listener: () => void): () => void;
  /** Resolves when all that was asked for until now is done, or has failed. */
  settled(): Promise<void>;
  backup(stamp?: BackupStamp): Promise<Uint8Array>;
  /** Has the edits of a backup be these. Answers false where it is no backup. */
  restore(backup: Uint8Array): Promise<boolean>;
  /** The same, unless what is edited by then would be lost. */
  restoreUnlessEdited(backup: Uint8Array): Promise<'restored' | 'unreadable' | 'edited'>;
  /** Completes a save that was cut off with the window of it, before edits are restored that it may have saved. Never rejects. */
  completeSave(): Promise<void>;
  /** Whether the source has all edits of a backup already. */
  isDone(backup: Uint8Array): Promise<boolean>;
}

/** Writes the staged edits of one document down soon after each step, and removes them when there are none any more. */
export class EditKeeper {
  readonly #edited: KeepableEdits;
  readonly #kept: KeptEdits;
  readonly #id: DocumentId;
  readonly #failed: (error: unknown) => void;
  readonly #stopFollowing: () => void;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Since when something waits to be written. */
  #waitsSince: number | undefined;
  #notBefore = 0;
  /** Whether there may be edits of this document in the folder. */
  #isKept: boolean;
  /** Whether those are claimed, and not yet put over the source. */
  #isClaimed = false;
  #hasFailed = false;
  #isOver = false;

  /** `isKept`: its edits were taken from the folder. `failed` hears it when edits cannot be written down; again only after they could. */
  constructor(
    edited: KeepableEdits,
    kept: KeptEdits,
    id: DocumentId,
    isKept: boolean,
    failed: (error: unknown) => void,
  ) {
    this.#edited = edited;
    this.#kept = kept;
    this.#id = id;
    this.#isKept = isKept;
    this.#failed = failed;
    this.#stopFollowing = edited.onDidEdit(() => this.#schedule());
  }

  /** Whether what is staged now could not be written down. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get hasEdits(): boolean {
    return this.#edited.hasEdits;
  }

  /** Edits of this document are in the folder that it has not written down, and that are to be put over the source. */
  noteClaimed(): void {
    this.#isKept = true;
    this.#isClaimed = true;
  }

  /** They are what is written down of this document now. */
  noteBroughtBack(): void {
    this.#isClaimed = false;
  }

  /** What would be written down. */
  async backup(): Promise<Uint8Array> {
    return await this.#edited.backup(this.stamp());
  }

  /** For another backup of the same edits: it tells later that both are of one. */
  stamp(): BackupStamp {
    return this.#kept.stamp(this.#id);
  }

  /** Resolves when what is staged now is written down, or what is not staged any more removed. Never rejects. */
  async settle(): Promise<void> {
    if (this.#waitsSince !== undefined) this.#begin();
    await this.#writing;
  }

  /** The edits go another way: what was written down is removed, and nothing is written any more. */
  async giveUp(): Promise<void> {
    this.#end();
    this.#writing = this.#writing.then(() => this.#remove()).catch(() => {});
    await this.#writing;
    this.#hasFailed = false;
  }

  /** Ends it; what is staged stays written down. VS Code closes a document before it has been reverted, not after. */
  async close(): Promise<void> {
    await this.#edited.settled();
    await this.settle();
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#stopFollowing();
    clearTimeout(this.#timer);
    this.#waitsSince = undefined;
  }

  #schedule(): void {
    if (this.#isOver) return;
    const now = performance.now();
    this.#waitsSince ??= now;
    const at = Math.max(this.#notBefore, Math.min(now + pauseMs, this.#waitsSince + longestWaitMs));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), at - now);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#waitsSince = undefined;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const began = performance.now();
    try {
      if (!this.#edited.hasEdits) return await this.#remove();
      // Who was faster than they were is not to lose them.
      if (this.#isClaimed) await this.#kept.leave(this.#id.key);
      this.#isClaimed = false;
      const edits = await this.backup();
      this.#isKept = true;
      await this.#kept.write(this.#id.key, edits);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#failed(error);
      this.#hasFailed = true;
    } finally {
      const now = performance.now();
      this.#notBefore = now + restPerWork * (now - began);
    }
  }

  async #remove(): Promise<void> {
    if (!this.#isKept || this.#isClaimed) return;
    await this.#kept.remove(this.#id.key);
    this.#isKept = false;
  }
}
