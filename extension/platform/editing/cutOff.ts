import type { EditStep } from '../../core/editing/documentEdits.ts';
import type { CutOffSaves } from '../../core/editing/stagedSave.ts';
import { movesOthers } from '../../core/overlay/movesOthers.ts';
import { Overlay } from '../../core/overlay/overlay.ts';
import { type CutOffEdits, cutOffEdits, isPartOf } from '../../core/saving/cutOffEdits.ts';
import type { CutOffRelation, CutOffSave } from '../../core/saving/cutOffSave.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { EditedSource } from './editedSource.ts';
import { readWhole } from './readWhole.ts';

interface Found {
  readonly save: CutOffSave;
  readonly relation: CutOffRelation;
  /** Whether the edits that were staged when it was found are those of the save, and move bytes. */
  readonly isOfEdits: boolean;
}

/** A save of a document's file that was cut off and could not be completed, until the user has said what becomes of it. */
export class CutOff {
  readonly #edited: EditedSource;
  #found: Found | undefined;

  constructor(edited: EditedSource) {
    this.#edited = edited;
  }

  get save(): CutOffSave | undefined {
    return this.#found?.save;
  }

  get relation(): CutOffRelation {
    return this.#found?.relation ?? 'same';
  }

  /** Looks whether there is one. One that has nothing left to do is over. */
  async look(): Promise<void> {
    const before = this.#found;
    const found = await this.#saves?.find();
    const isSame = found !== undefined && found.save.journal === before?.save.journal;
    const isOfEdits = isSame ? before.isOfEdits : found !== undefined && (await this.#isOfEdits(found.save));
    this.#found = found && { ...found, isOfEdits };
    if (found?.save.isWhole && (await this.#isDone().catch(() => false))) await this.discard();
    else if (before !== undefined || found !== undefined) this.#edited.refresh();
  }

  /** Whether it is still to be decided: another view or another window may have done so. What is over is forgotten then. */
  async isLeft(): Promise<boolean> {
    const { save } = this;
    if (save === undefined) return false;
    if (await this.#saves?.isLeft(save)) return true;
    await this.look();
    return false;
  }

  /** What of it is still to be done to the file as it is now. Undefined: too much to be held. Rejects as `stage` does. */
  async edits(): Promise<CutOffEdits | undefined> {
    return await this.#planned(await this.#base(this.#edited.overlay));
  }

  /**
   * Stages it over the file as it is now. It is left where it was: `discard` it once the edits are safe. `left`: bytes that
   * have no place in the file any more. Rejects with SourceError('editsTooLarge'), and 'editsInTheWay' where the edits that
   * are staged would come into the file twice.
   */
  async stage(): Promise<{ readonly step: EditStep | undefined; readonly left: number }> {
    let left = 0;
    const step = await this.#edited.editTogether(async (overlay) => {
      const over = await this.#base(overlay);
      const planned = await this.#planned(over);
      if (planned === undefined) throw new SourceError('editsTooLarge');
      left = planned.left;
      return { over, edits: planned.edits };
    });
    return { step, left };
  }

  /** Completes it over whatever others have written since. Rejects with a SourceError. */
  async force(): Promise<void> {
    if (this.save === undefined) return;
    if (movesOthers(this.#edited.overlay)) throw new SourceError('editsInTheWay');
    await this.#saves?.force(this.save);
    await this.look();
  }

  /** The file stays as it is, and can be saved again. */
  async discard(): Promise<void> {
    if (this.save === undefined) return;
    await this.#saves?.discard(this.save);
    await this.look();
  }

  get #saves(): CutOffSaves | undefined {
    return this.#edited.saving?.cutOff;
  }

  /** What it is staged over: later edits, or none in the place of those that it has itself. */
  async #base(overlay: Overlay): Promise<Overlay> {
    if (this.#found?.isOfEdits !== true || !movesOthers(overlay)) return overlay;
    if (!(await this.#has(this.#found.save, overlay))) throw new SourceError('editsInTheWay');
    return new Overlay(await this.#edited.source.size());
  }

  async #isOfEdits(save: CutOffSave): Promise<boolean> {
    const { overlay, isCutOff } = this.#edited;
    return movesOthers(overlay) && (isCutOff || (await this.#has(save, overlay)));
  }

  async #has(save: CutOffSave, overlay: Overlay): Promise<boolean> {
    const bytes = await this.#saves?.bytes(save);
    return bytes !== undefined && isPartOf(overlay, save, bytes);
  }

  async #isDone(): Promise<boolean> {
    const planned = await this.#planned(new Overlay(await this.#edited.source.size()));
    return planned?.edits.length === 0 && planned.left === 0;
  }

  async #planned(overlay: Overlay): Promise<CutOffEdits | undefined> {
    const { save } = this;
    const bytes = save && (await this.#saves?.bytes(save));
    if (save === undefined || bytes === undefined) return undefined;
    return await cutOffEdits(save, bytes, overlay, (offset, length) => readWhole(this.#edited.source, offset, length));
  }
}
