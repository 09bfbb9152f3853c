import { cellState } from '../model/hexRow.ts';
import { type Selection, selectedRange } from '../model/selection.ts';
import type { Announcer } from './announcer.ts';
import { type ByteFacts, spokenWords } from './byteWords.ts';

/** What cursor speech asks of the view. */
export interface SpokenView {
  selection(): Selection;
  factsOf(offset: number): ByteFacts;
  /** What was typed since it was asked for last; empty for nothing. */
  takeTyped(): string;
}

/** Says the byte at the cursor to a screen reader, once more when it was still being read. */
export class CursorSpeech {
  readonly #announcer: Announcer;
  readonly #view: SpokenView;
  /** Whether it was said of the cursor's byte that it is being read. */
  #isAwaited = false;

  constructor(announcer: Announcer, view: SpokenView) {
    this.#announcer = announcer;
    this.#view = view;
  }

  speak(): void {
    this.#announcer.say(() => {
      const selection = this.#view.selection();
      const facts = this.#view.factsOf(selection.cursor);
      this.#isAwaited = facts.cell === cellState.pending;
      const words = spokenWords(facts, selectedRange(selection)?.length ?? 0);
      const typed = this.#view.takeTyped();
      return typed === '' ? words : `${typed}. ${words}`;
    });
  }

  /** Bytes came in. */
  loaded(): void {
    if (this.#isAwaited && this.#view.factsOf(this.#view.selection().cursor).cell !== cellState.pending) this.speak();
  }
}
