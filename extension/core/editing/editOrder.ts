/**
 * The edits of a document and its undos and redos, in the order they were asked for. An undo is of the newest edit, and it
 * is VS Code that knows which: it waits for all edits before it, one undo after the other, and edits after it wait for it.
 */
export class EditOrder {
  readonly #edits = new Set<Promise<unknown>>();
  #turns: Promise<unknown> = Promise.resolve();
  /** Undos and redos that are under way or wait. */
  #count = 0;

  /** Begins at once where no undo or redo is under way. Settles as `act` does. */
  edit<T>(act: () => Promise<T>): Promise<T> {
    return this.follow(this.#count === 0 ? act() : this.#turns.then(act));
  }

  /** Has the undos from now on wait for an edit that is under way. Gives it back. */
  follow<T>(edit: Promise<T>): Promise<T> {
    const followed: Promise<void> = settled(edit).then(() => void this.#edits.delete(followed));
    this.#edits.add(followed);
    return edit;
  }

  /** Resolves when all that was asked for so far is done, or has failed. */
  async settled(): Promise<void> {
    await Promise.all([this.#turns, ...this.#edits]);
  }

  /** An undo or a redo. Settles as `act` does. */
  turn<T>(act: () => Promise<T>): Promise<T> {
    this.#count++;
    const turn = this.settled().then(act);
    this.#turns = settled(turn).then(() => {
      this.#count--;
    });
    return turn;
  }
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}
