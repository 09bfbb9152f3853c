import type { EditStep } from '../../core/editing/documentEdits.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';

/** The document that steps are of. */
export interface SteppedDocument {
  readonly mayLookSaved: boolean;
  /** VS Code hears of the step now with which so many are done. Does nothing where the edits are others than `overlay`. */
  told(overlay: Overlay, step: number): void;
  /**
   * Undoes or redoes the step that leads from so many steps done to so many. Rejects with SourceError('notStagedAnyMore')
   * where the edits are others than `overlay` by then, or other steps are done; and with 'notKept'. Nothing is done then.
   */
  turn(overlay: Overlay, from: number, to: number): Promise<void>;
}

/**
 * A step of staged edits, or a part of one. VS Code keeps all of them as long as the tab is open, a hundred thousand it may
 * be: each has only what tells it from the others.
 */
export class StagedStep implements EditStep {
  readonly isStep: boolean;
  readonly #document: SteppedDocument;
  readonly #overlay: Overlay;
  readonly #number: number;

  /** `number`: so many steps are done with it. */
  constructor(document: SteppedDocument, overlay: Overlay, number: number, isStep: boolean) {
    this.isStep = isStep;
    this.#document = document;
    this.#overlay = overlay;
    this.#number = number;
  }

  get mayLookSaved(): boolean {
    return this.#document.mayLookSaved;
  }

  told(): void {
    this.#document.told(this.#overlay, this.#number);
  }

  undo(): Promise<void> {
    return this.#document.turn(this.#overlay, this.#number, this.#number - 1);
  }

  redo(): Promise<void> {
    return this.#document.turn(this.#overlay, this.#number - 1, this.#number);
  }
}
