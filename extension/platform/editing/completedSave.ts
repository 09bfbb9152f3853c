import type { StepCount } from '../../core/editing/stepCount.ts';
import { isDone, isSurelyDone } from '../../core/overlay/isDone.ts';
import { movesOthers } from '../../core/overlay/movesOthers.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { atStep } from './atStep.ts';
import { noteUnknown } from './deletionDigests.ts';
import type { EditedSource } from './editedSource.ts';

/**
 * What becomes of a document's edits where a save of them was cut off: until it is completed some of them are in the source
 * already, and then all that there were when it began.
 */
export class CompletedSave {
  readonly #edited: Pick<EditedSource, 'overlay' | 'source' | 'saving'>;
  readonly #steps: StepCount;
  /** Whether one was completed that another window, or an earlier one, had left. */
  #isOfOthers = false;

  constructor(edited: Pick<EditedSource, 'overlay' | 'source' | 'saving'>, steps: StepCount) {
    this.#edited = edited;
    this.#steps = steps;
  }

  /** A save failed, and is cut off: the source is neither what it was nor what it is to be. What is typed now is no part of it. */
  note(): void {
    const { overlay } = this.#edited;
    overlay.endStep();
    if (movesOthers(overlay)) this.#steps.noteCutOff(true);
  }

  /**
   * Completes one that was left, before edits are put over the source again that it may have brought there. Answers whether
   * there was one. Never rejects.
   */
  async completeLeft(): Promise<boolean> {
    // One that another window is at is not waited for.
    this.#isOfOthers = (await this.#edited.saving?.complete(() => true).catch(() => false)) ?? false;
    return this.#isOfOthers;
  }

  /** Whether the source has edits of an earlier window already, which are not over it now. */
  async has(overlay: Overlay): Promise<boolean> {
    const { source } = this.#edited;
    return await (this.#isOfOthers ? isDone(overlay, source) : isSurelyDone(overlay, source));
  }

  /**
   * Edits were put over the source again, as they were at the end of an earlier window: they may be those of such a save, or
   * in the source by chance. Then nothing is taken for what others have appended, and the user is asked.
   */
  async noteRestored(overlay: Overlay): Promise<void> {
    if (!movesOthers(overlay)) return;
    const mayBeThere = this.#isOfOthers || (await isDone(overlay, this.#edited.source).catch(() => true));
    if (mayBeThere) this.#steps.noteCutOff(false);
  }

  /**
   * It is completed: where the source is what the view was when it began, only what was edited or undone since stays over it.
   * Answers whether that is so; `inPart` where some of that takes bytes that were not kept, and is lost.
   */
  async adopt(): Promise<'not' | 'whole' | 'inPart'> {
    const step = this.#steps.atCutOff;
    if (step === undefined) return 'not';
    const { overlay, source } = this.#edited;
    let isAdopted = false;
    const isWhole = await atStep(overlay, this.#steps, step, async () => {
      isAdopted = await isDone(overlay, source);
      if (!isAdopted) return;
      overlay.saved();
      this.#steps.noteSaved();
    });
    if (!isAdopted) return 'not';
    // What a long deletion leaves out may be others' by now: nobody looked at it where it is since the save.
    noteUnknown(overlay);
    return isWhole ? 'whole' : 'inPart';
  }
}
