import * as l10n from '@vscode/l10n';
import type { Announcer } from './announcer.ts';

/** Edits are taken within a blink; over a slow connection, or from a busy host, within this. Milliseconds. */
const patience = 5000;

/**
 * Says so where the host takes no edits: what is typed shows at once, whether anybody hears of it or not, and a host that
 * has ended, or that another extension holds up, says nothing.
 */
export class UntakenEdits {
  readonly #announcer: Announcer;
  readonly #redraw: () => void;
  /** The number of the first that is not taken; undefined where all are. */
  #first: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLate = false;

  /** `redraw` asks for a frame. */
  constructor(announcer: Announcer, redraw: () => void) {
    this.#announcer = announcer;
    this.#redraw = redraw;
  }

  /** What to say in the banner's place; undefined where nothing waits for long. */
  get words(): string | undefined {
    return this.#isLate ? words() : undefined;
  }

  /** `sent`: what the host has not told of yet, in order. Each that it takes says that it is there. */
  follow([first]: readonly { readonly number: number }[]): void {
    if (first?.number === this.#first) return;
    this.#first = first?.number;
    clearTimeout(this.#timer);
    if (this.#isLate) this.#redraw();
    this.#isLate = false;
    if (first !== undefined) this.#timer = setTimeout(() => this.#beLate(), patience);
  }

  #beLate(): void {
    this.#isLate = true;
    this.#announcer.say(words);
    this.#redraw();
  }
}

function words(): string {
  return l10n.t(
    'What you typed last is shown here only: VS Code’s extension host has not taken it yet. If this stays, copy it, then reload the window: what was taken before comes back.',
  );
}
