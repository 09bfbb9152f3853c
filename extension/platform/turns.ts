import { setImmediate as nextTurn } from 'node:timers/promises';
import { OneByOne } from '../core/editing/oneByOne.ts';

/** Acts one after the other, each once who asked for the one before has heard how it ended. */
export class Turns {
  readonly #order = new OneByOne();
  #unfinished = 0;

  /** Whether nothing is under way or waits. */
  get isIdle(): boolean {
    return this.#unfinished === 0;
  }

  /** Settles as `act` does. */
  take<T>(act: () => Promise<T>): Promise<T> {
    this.#unfinished += 1;
    const done = this.#order.run(act);
    const heard = this.#order.run(() => nextTurn());
    void heard.then(() => {
      this.#unfinished -= 1;
    });
    return done;
  }
}
