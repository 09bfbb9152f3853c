/** How many places are remembered. */
const longest = 100;

/** The places a user jumped between, as a browser keeps its pages. */
export class History {
  #back: number[] = [];
  #forward: number[] = [];

  get canGoBack(): boolean {
    return this.#back.length > 0;
  }

  get canGoForward(): boolean {
    return this.#forward.length > 0;
  }

  /** A jump leaves `from`. What lay ahead is forgotten. */
  left(from: number): void {
    if (this.#back.at(-1) !== from) this.#back = [...this.#back, from].slice(-longest);
    this.#forward = [];
  }

  /** The place before; `here` becomes the place ahead. */
  back(here: number): number | undefined {
    const place = this.#back.pop();
    if (place !== undefined) this.#forward.push(here);
    return place;
  }

  /** The place ahead; `here` becomes the place before. */
  forward(here: number): number | undefined {
    const place = this.#forward.pop();
    if (place !== undefined) this.#back.push(here);
    return place;
  }

  /** Whoever comes from another document goes back to it first, by VS Code's own Go Back. */
  clear(): void {
    this.#back = [];
    this.#forward = [];
  }

  /** For a view's saved state. */
  save(): HistoryPlaces {
    return { back: [...this.#back], forward: [...this.#forward] };
  }

  restore(places: HistoryPlaces): void {
    this.#back = [...places.back];
    this.#forward = [...places.forward];
  }
}

export interface HistoryPlaces {
  readonly back: readonly number[];
  readonly forward: readonly number[];
}
