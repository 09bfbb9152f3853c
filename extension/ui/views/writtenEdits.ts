import { refKey, type SourceRef } from '../../core/sourceRef.ts';
import type { EditKeeper } from '../../platform/editing/editKeeper.ts';
import type { KeptDocuments } from '../../platform/editing/keptDocuments.ts';
import type { DocumentId } from '../../platform/editing/keptEdits.ts';
import { sayBroughtBack, sayNotKept } from '../editing/keptWords.ts';
import type { DocumentSteps } from './documentSteps.ts';
import type { HexDocument } from './hexDocument.ts';
import type { Opened } from './openedDocument.ts';

type OpenSource = Extract<Opened, { ok: true }>;

/** What of a document's edits is written down, by VS Code and by ourselves, and how it comes back once it is opened again. */
export class WrittenEdits {
  readonly #document: HexDocument;
  readonly #steps: DocumentSteps;
  readonly #kept: KeptDocuments;
  /** Edits of an earlier session that could not be put over the source yet. */
  #given: Uint8Array | undefined;
  /** Writes the edits down, live those that are not written; undefined where nothing is staged ever. */
  #keeper: EditKeeper | undefined;
  /** What they are written down under; undefined where nothing is, or the source is not open yet. */
  #key: string | undefined;
  #isBringingBack = false;

  constructor(document: HexDocument, steps: DocumentSteps, kept: KeptDocuments) {
    this.#document = document;
    this.#steps = steps;
    this.#kept = kept;
  }

  /** Whether edits of an earlier session are being put over the source: of very many that takes a while. */
  get isBringingBack(): boolean {
    return this.#isBringingBack;
  }

  /** Whether edits of an earlier session could not be put over the source yet: a save without them would lose them. */
  get isWaiting(): boolean {
    return this.#given !== undefined;
  }

  /** Whether all that is staged could be written down. */
  get isWhole(): boolean {
    return this.#keeper?.hasFailed === false;
  }

  /** Takes the edits that VS Code has kept, to be put over the source. Never rejects. */
  async take(backup: Promise<Uint8Array> | undefined): Promise<void> {
    // Without it there is nothing to put over the source; VS Code keeps the file.
    this.#given = (await backup?.catch(() => undefined)) ?? this.#given;
  }

  /** The user wants them no more. */
  dropWaiting(): void {
    this.#given = undefined;
  }

  /** Resolves when all edits until now are written down, or that has failed. */
  async settle(): Promise<void> {
    await this.#keeper?.settle();
  }

  /** For VS Code to keep. */
  async backup(source: () => OpenSource): Promise<Uint8Array> {
    // What could not be put over the source must not be lost by being written down anew without it.
    if (this.#given !== undefined) return this.#given;
    await this.settle();
    const { edited, live } = source();
    return live === undefined ? await edited.backup(this.#keeper?.stamp()) : new Uint8Array(0);
  }

  /** Puts edits that were not saved over the source: those that VS Code gave, or what we wrote down ourselves. */
  async bringBack(source: OpenSource): Promise<void> {
    this.#isBringingBack = true;
    try {
      await this.#bringBack(source);
    } finally {
      this.#isBringingBack = false;
    }
  }

  /** Puts edits over the source that an ended window has left and that are claimed, where the document was open already. */
  async bringBackLeft({ edited, live }: OpenSource): Promise<void> {
    if (this.#key === undefined) return;
    if (!(await this.#kept.bringBack(live?.unwritten ?? edited, this.#id(this.#key)))) return;
    if (live === undefined) this.#tellBack(true);
  }

  async giveUp(): Promise<void> {
    await this.#keeper?.giveUp();
  }

  /** What is written down is for the document of another path from now on. False where nothing is. */
  async handOver(to: SourceRef): Promise<boolean> {
    return this.#key !== undefined && (await this.#kept.move(this.#key, this.#keyOf(to)));
  }

  /** The document is closed, and takes no edits any more once `over` has settled. Resolves when all is written down. */
  async end(over: Promise<unknown>): Promise<void> {
    // Without one it is being opened, or nothing is written down.
    if (this.#key === undefined) await over;
    if (this.#key !== undefined) await this.#kept.end(this.#id(this.#key), over);
  }

  async #bringBack({ ref, edited, live }: OpenSource): Promise<void> {
    const given = this.#given;
    if (live !== undefined) {
      // All that VS Code knows of is in the source: it ended before it heard so.
      this.#given = undefined;
      if (given !== undefined) this.#steps.tellSaved();
      this.#key = await this.#kept.reserve(this.#keyOf(ref));
      const { keeper } = await this.#kept.begin(live.unwritten, this.#id(this.#key), {
        dropsDone: false,
        failed: sayNotKept,
      });
      this.#keeper = keeper;
      return;
    }
    if (edited.saving === undefined && given === undefined) return;
    await this.#document.access.findRefusal();
    this.#key = await this.#kept.reserve(this.#keyOf(ref));
    const begun = await this.#kept.begin(edited, this.#id(this.#key), {
      given,
      // Memory may be by chance what was to be stored, and something else a moment later.
      dropsDone: !edited.isMemory,
      failed: sayNotKept,
    });
    this.#keeper = begun.keeper;
    // What was written down by ourselves is no earlier than what cannot be read.
    if (!begun.isGivenUnreadable || begun.from !== 'nowhere') this.#given = undefined;
    if (begun.from === 'nowhere') {
      // Its save was done, and VS Code ended before it heard so.
      if (given !== undefined && !begun.isGivenUnreadable) this.#steps.tellSaved();
      return;
    }
    this.#tellBack(begun.from === 'kept' && given === undefined);
  }

  /** VS Code knows of none of these edits. */
  #tellBack(isSaid: boolean): void {
    // VS Code takes a document for saved once what came after a backup is undone.
    if (this.#document.isSavedByWorkbench) this.#steps.tellUnsaved();
    else this.#steps.tellSaved();
    if (isSaid) void sayBroughtBack(this.#document);
  }

  #id(key: string): DocumentId {
    return { key, uri: this.#document.uri.toString() };
  }

  /** What the edits of a source are written down under by the only document of it. */
  #keyOf(ref: SourceRef): string {
    return `${this.#document.mode} ${refKey(ref)}`;
  }
}
