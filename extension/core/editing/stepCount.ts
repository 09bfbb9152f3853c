/** The edits as they were after so many steps. */
export interface StepMark {
  /** Undefined where no undo or redo leads there any more. */
  readonly step: number | undefined;
}

/** How the steps of a document's edits stand to what of them was saved last. */
export class StepCount {
  #done = 0;
  #saved = 0;
  /** Whether no undo or redo leads back to what was saved last. */
  #isSaveOutOfReach = false;
  #isMiscounted = false;
  /** After so many steps; undefined where no undo or redo leads there. */
  #cutOff: StepMark | undefined;
  readonly #marks = new Set<{ step: number | undefined }>();

  /** Steps that are done, and not undone. */
  get done(): number {
    return this.#done;
  }

  /** Whether who counts the steps that he asks for may take the edits for saved though they are not. */
  get mayLookSaved(): boolean {
    return this.#isSaveOutOfReach || this.#isMiscounted;
  }

  /** Whether a save was cut off. */
  get isCutOff(): boolean {
    return this.#cutOff !== undefined;
  }

  /** How many were done when the save began that was cut off, or else are now; undefined where no undo or redo leads there. */
  get atCutOff(): number | undefined {
    return this.#cutOff === undefined ? this.#done : this.#cutOff.step;
  }

  /** A step more. Those that were undone cannot be redone any more. */
  begin(): void {
    if (this.#done < this.#saved) this.#isSaveOutOfReach = true;
    if (this.#cutOff?.step !== undefined && this.#done < this.#cutOff.step) this.#cutOff = { step: undefined };
    this.#loseMarksAfter(this.#done);
    this.#done += 1;
  }

  /** The edits as they are now, until `release`. */
  mark(): StepMark {
    const mark = { step: this.#done };
    this.#marks.add(mark);
    return mark;
  }

  release(mark: StepMark): void {
    this.#marks.delete(mark);
  }

  /** By undo or redo. */
  go(to: number): void {
    this.#done = to;
  }

  /** An undo or a redo was asked for that could not be done, and was counted as done. */
  miscount(): void {
    this.#isMiscounted = true;
  }

  /**
   * Who counts hears of a step only now, which counts for him as not saved: where a save had it, what he takes for saved is
   * what was before it.
   */
  tell(step: number): void {
    if (step <= this.#saved && !this.#isSaveOutOfReach) this.#isMiscounted = true;
  }

  /** They are saved as they were after so many steps. */
  noteSaved(step = this.#done): void {
    this.#saved = step;
    this.#isSaveOutOfReach = false;
    this.#cutOff = undefined;
    // What was marked before is in it.
    for (const mark of this.#marks) if (mark.step !== undefined && mark.step < step) mark.step = step;
  }

  /** A save of them was cut off; `isKnown`: after the steps that are done, and not after some that nobody knows any more. */
  noteCutOff(isKnown: boolean): void {
    this.#cutOff = { step: isKnown ? this.#done : undefined };
  }

  /** What was cut off is settled in another way than by a save. */
  endCutOff(): void {
    this.#cutOff = undefined;
  }

  /** All are undone, or redone, that were since the save. */
  revert(): void {
    this.#done = this.#saved;
    this.#loseMarksAfter(this.#done);
  }

  /** The edits are others, to which no step leads. */
  forget(): void {
    this.#done = 0;
    this.#saved = 0;
    this.#isSaveOutOfReach = true;
    this.#cutOff = undefined;
    this.#loseMarksAfter(-1);
  }

  #loseMarksAfter(step: number): void {
    for (const mark of this.#marks) if (mark.step !== undefined && mark.step > step) mark.step = undefined;
  }
}
