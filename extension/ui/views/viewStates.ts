import type * as vscode from 'vscode';
import type { LiveRate } from '../../core/live/liveRate.ts';
import type { ViewState } from '../../protocol/viewTypes.ts';

/** Sources whose place is remembered; the least recently left is forgotten first. */
const most = 200;

/** Writing after each move would write all day; much later, and a quick reload would forget the last one. */
const saveAfterMs = 200;

const key = 'viewStates';

/** What is remembered of a view. */
export interface RememberedView extends ViewState {
  /** The rate that was chosen for it, over the setting. */
  readonly liveRate?: LiveRate | undefined;
}

/** Where the user was in each source, for reopening it. Kept with the workspace. */
export class ViewStates {
  readonly #memento: vscode.Memento;
  readonly #states: Map<string, RememberedView>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    this.#states = new Map(memento.get<[string, RememberedView][]>(key, []));
  }

  get(source: string): RememberedView | undefined {
    return this.#states.get(source);
  }

  set(source: string, state: RememberedView): void {
    this.#states.delete(source);
    this.#states.set(source, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > most && oldest !== undefined) this.#states.delete(oldest);
    this.#timer ??= setTimeout(() => void this.#save(), saveAfterMs);
  }

  /** Writes what waits; VS Code waits for it when the extension is deactivated. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) await this.#save();
  }

  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#memento.update(key, [...this.#states]);
  }
}
