/** Done in one task: about a millisecond of tree items. */
const most = 256;

/** Does what VS Code asks for by the thousand at once (the items of a tree) in tasks of some of it each. */
export class Bursts {
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** At once for the first ones of a burst. */
  do<Result>(make: () => Result): Result | Promise<Result> {
    // A burst is asked for in one go: when that is over, the next one begins.
    if (this.#asked === 0) void Promise.resolve().then(() => this.#end());
    const isTurn = this.#asked > 0 && this.#asked % most === 0;
    if (isTurn) this.#turn = this.#turn.then(nextTask);
    return this.#asked++ < most ? make() : this.#turn.then(make);
  }

  #end(): void {
    this.#asked = 0;
    this.#turn = Promise.resolve();
  }
}

function nextTask(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
