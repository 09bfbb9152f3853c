import { readSummary } from '../../core/editing/editBackup.ts';
import { OneByOne } from '../../core/editing/oneByOne.ts';
import { EditKeeper, type KeepableEdits } from './editKeeper.ts';
import type { DocumentId, KeptDocument, KeptEdits } from './keptEdits.ts';

export interface Beginning {
  /** Edits of an earlier session from elsewhere: VS Code's own backup. */
  readonly given?: Uint8Array | undefined;
  /** Whether edits that the source has already are not staged again: their save was done, and then all ended at once. */
  readonly dropsDone: boolean;
  /** Hears it when edits cannot be written down. */
  readonly failed: (error: unknown) => void;
}

export interface Begun {
  readonly keeper: EditKeeper;
  /** Where the edits that are staged now come from. */
  readonly from: 'nowhere' | 'given' | 'kept' | 'moved';
  /** Whether what was given could not be read. */
  readonly isGivenUnreadable: boolean;
}

/** The documents of this window whose edits are written down, and what of theirs an earlier one has left. */
export class KeptDocuments {
  readonly #kept: KeptEdits;
  readonly #keepers = new Map<string, EditKeeper>();
  /** What open documents are written down under. */
  readonly #taken = new Set<string>();
  /** Keepers that have ended, until what they had to write is written. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Edits of documents that are closed and could not be written down: here as long as the window is. */
  readonly #unwritten = new Map<string, Uint8Array>();
  /** Edits are found for a document that is opened, or claimed, one after the other: who is late finds what was claimed. */
  readonly #finding = new OneByOne();
  /** Documents for which something is kept that was another's until its source got their name. */
  readonly #moved = new Set<string>();

  constructor(kept: KeptEdits) {
    this.#kept = kept;
  }

  /**
   * What a document is written down under until it has ended: `key`, or something of its own where another document of the
   * same source is open. Only one is where a file is opened by two URIs, or in two kinds of editor.
   */
  async reserve(key: string): Promise<string> {
    for (let nth = 1; ; nth++) {
      const own = nth === 1 ? key : `${key} #${nth}`;
      await this.#ending.get(own);
      if (this.#taken.has(own)) continue;
      this.#taken.add(own);
      return own;
    }
  }

  /** Puts edits that were kept of a document over its source, the later ones where there are two, and keeps them from then on. */
  async begin(edited: KeepableEdits, id: DocumentId, { given, dropsDone, failed }: Beginning): Promise<Begun> {
    await this.#ending.get(id.key);
    await this.#endElsewhere(id, given);
    const { found, keeper } = await this.#finding.run(async () => {
      const found = this.#unwritten.get(id.key) ?? (await this.#findOrLeave(id, given));
      const keeper = new EditKeeper(edited, this.#kept, id, found !== undefined, failed);
      this.#keepers.set(id.key, keeper);
      return { found, keeper };
    });
    const backups = laterFirst(found, given);
    if (backups.length > 0) await edited.completeSave();
    let isGivenUnreadable = false;
    let from: Begun['from'] = 'nowhere';
    for (const backup of backups) {
      if (dropsDone && (await edited.isDone(backup).catch(() => false))) {
        // An earlier one was done with it, or taken back.
        if (found !== undefined) await this.#kept.remove(id.key);
        break;
      }
      if (await edited.restore(backup)) {
        from = backup === given ? 'given' : this.#moved.has(id.key) ? 'moved' : 'kept';
        break;
      }
      if (backup === given) isGivenUnreadable = true;
      else await this.#kept.putAside(id.key);
    }
    this.#moved.delete(id.key);
    this.#unwritten.delete(id.key);
    return { keeper, from, isGivenUnreadable };
  }

  /**
   * The source of a document has another name now: what is kept of the document is for the one of that name, by their
   * keys. Answers false where nothing is, or not all of it.
   */
  async move(from: string, to: string): Promise<boolean> {
    const keeper = this.#keepers.get(from);
    await (this.#ending.get(from) ?? keeper?.close());
    const isWhole = keeper?.hasFailed !== true && !this.#unwritten.has(from);
    const isKept = isWhole && (await this.#kept.takeFrom(to, this.#kept.window, from)) !== undefined;
    if (isKept) this.#moved.add(to);
    return isKept;
  }

  /**
   * The document is closed: what is staged once `settled` is, which never rejects, stays written down, or is kept here where
   * it cannot be. Resolves then.
   */
  async end({ key }: DocumentId, settled: Promise<unknown> = Promise.resolve()): Promise<void> {
    const ending = settled
      .then(() => this.#close(key))
      .finally(() => {
        if (this.#ending.get(key) === ending) this.#ending.delete(key);
      });
    this.#ending.set(key, ending);
    await ending;
  }

  /** Removes what ended windows have left beside edits. */
  async tidy(): Promise<void> {
    await this.#kept.tidy();
  }

  /** At the end of the window: all that is staged is written down, for whoever opens its document next. */
  async dispose(): Promise<void> {
    await Promise.all([...[...this.#keepers.values()].map((keeper) => keeper.settle()), ...this.#ending.values()]);
    for (const [key, edits] of this.#unwritten) await this.#kept.write(key, edits).catch(() => {});
    await this.#kept.dispose();
  }

  /** What windows that have ended left, the latest first. */
  async left(): Promise<KeptDocument[]> {
    return await this.#kept.left();
  }

  /**
   * Makes edits that an ended window has left this window's: the document has them once it is opened, or takes them. Answers
   * `edited` where it has edits here, which stay; `gone` where another window was first.
   */
  async claim({ summary, window }: KeptDocument): Promise<'claimed' | 'edited' | 'gone'> {
    const was = summary?.stamp?.document;
    if (was === undefined) return 'gone';
    const key = was.replace(/ #\d+$/, '');
    await this.#ending.get(key);
    return await this.#finding.run(async () => {
      const keeper = this.#keepers.get(key);
      await keeper?.settle();
      const isOurs = async () => (await this.#kept.of(key)).some((kept) => kept.window === this.#kept.window);
      if (keeper?.hasEdits === true || this.#unwritten.has(key) || (await isOurs())) return 'edited';
      if ((await this.#kept.takeFrom(key, window, was)) === undefined) return 'gone';
      keeper?.noteClaimed();
      return 'claimed';
    });
  }

  /**
   * Puts edits that were claimed over the source of a document that is open already. Answers whether that was done: not
   * where something was edited meanwhile, and then they are left as before.
   */
  async bringBack(edited: KeepableEdits, { key }: DocumentId): Promise<boolean> {
    const found = await this.#kept.take(key);
    if (found === undefined) return false;
    const outcome = await edited.restoreUnlessEdited(found);
    if (outcome === 'edited') return false;
    this.#keepers.get(key)?.noteBroughtBack();
    // What is edited now would be written in their place.
    if (outcome === 'unreadable') await this.#kept.putAside(key);
    return outcome === 'restored';
  }

  async discard(left: KeptDocument): Promise<void> {
    await this.#kept.discard(left);
  }

  async #close(key: string): Promise<void> {
    const keeper = this.#keepers.get(key);
    await keeper?.close();
    this.#keepers.delete(key);
    this.#taken.delete(key);
    if (keeper?.hasFailed && keeper.hasEdits) this.#unwritten.set(key, await keeper.backup());
  }

  /** A folder that cannot be read is no reason not to open the document; but what is edited now must not take their place. */
  async #findOrLeave(id: DocumentId, given: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    try {
      return await this.#find(id, given);
    } catch {
      await this.#kept.leave(id.key).catch(() => {});
      return undefined;
    }
  }

  /** VS Code hands a document over under its new name: the one that it was writes nothing down any more. */
  async #endElsewhere({ key }: DocumentId, given: Uint8Array | undefined): Promise<void> {
    const stamp = given && readSummary(given)?.stamp;
    // What another window has written under it is of no document that is open here.
    if (stamp === undefined || stamp.window !== this.#kept.window || stamp.document === key) return;
    await (this.#ending.get(stamp.document) ?? this.#keepers.get(stamp.document)?.giveUp());
  }

  async #find({ key }: DocumentId, given: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    const stamp = given && readSummary(given)?.stamp;
    if (stamp === undefined) return await this.#kept.take(key);
    if (stamp.window !== this.#kept.window || stamp.document !== key) {
      // VS Code hands the document of that window over, or the document under its new name.
      const handed = await this.#kept.takeFrom(key, stamp.window, stamp.document);
      if (handed !== undefined) return handed;
    }
    // What yet another window has left are other edits: of two over one source only one would stay.
    return await this.#kept.takeOwn(key);
  }
}

/** Two backups of the same edits, the later one first; what tells no time was written by an older Memglass. */
function laterFirst(found: Uint8Array | undefined, given: Uint8Array | undefined): Uint8Array[] {
  const both = [found, given].filter((backup) => backup !== undefined);
  const at = (backup: Uint8Array) => readSummary(backup)?.stamp?.at ?? 0;
  return both.sort((a, b) => at(b) - at(a));
}
