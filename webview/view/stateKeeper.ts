import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { ViewState } from '../../extension/protocol/viewTypes.ts';

/** Scrolling alone is told at most this often, milliseconds: it is only for coming back. */
const scrollingEveryMs = 100;

/** Tells the host, and the webview's own store, where the user is. */
export class StateKeeper {
  readonly #host: Remote<HostApi>;
  readonly #store: (state: ViewState) => void;
  #told = '';
  #latest: ViewState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Remote<HostApi>, store: (state: ViewState) => void) {
    this.#host = host;
    this.#store = store;
    // A hidden webview is torn down: what waits must be kept before.
    window.addEventListener('pagehide', () => this.#tell());
  }

  /** `isUrgent`: commands of the host depend on it (the selection), so it goes at once. */
  changed(state: ViewState, isUrgent: boolean): void {
    this.#latest = state;
    if (isUrgent) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), scrollingEveryMs);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const state = this.#latest;
    const key = JSON.stringify(state);
    if (state === undefined || key === this.#told) return;
    this.#told = key;
    this.#store(state);
    this.#host.notify('viewChanged', state);
  }
}
