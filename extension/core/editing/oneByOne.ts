/** Acts one after the other, in the order they were asked for. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `act` does. One that fails holds nobody up. */
  run<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }
}
