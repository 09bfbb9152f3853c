import type { VersionedBytes } from '../../core/byteSource.ts';
import type { Remote } from '../../protocol/rpc.ts';
import type { ViewApi } from '../../protocol/viewApi.ts';

/** Bytes sent along with a place: a screen of it, and what stands above it in the view. */
const bytesNear = 8192;
const bytesBefore = 1024;
const nearAlignment = 4096;

/** How a place is shown: for good, for the time being, or as the first one after another document. */
export type Showing = 'goTo' | 'preview' | 'arrive';

/** The bytes of places. */
interface PlaceBytes {
  read(offset: number, length: number): Promise<VersionedBytes>;
  /** They are on their way to the view. */
  onServed(offset: number, bytes: VersionedBytes): void;
}

/** Brings a view to places, and sends the bytes around each along: the view need not ask for them. */
export class PlaceShower {
  readonly #view: Remote<ViewApi>;
  readonly #bytes: PlaceBytes;
  #turn = 0;

  constructor(view: Remote<ViewApi>, bytes: PlaceBytes) {
    this.#view = view;
    this.#bytes = bytes;
  }

  async show(offset: number, how: Showing): Promise<void> {
    const turn = ++this.#turn;
    const start = Math.max(0, Math.floor((offset - bytesBefore) / nearAlignment) * nearAlignment);
    const bytes = await this.#bytes.read(start, bytesNear).catch(() => undefined);
    // Typed on meanwhile: the latest place is the one to show.
    if (turn !== this.#turn) return;
    if (bytes !== undefined) this.#bytes.onServed(start, bytes);
    const near = bytes === undefined ? undefined : { ...bytes, offset: start };
    if (how === 'preview') this.#view.notify('preview', offset, near);
    else this.#view.notify('goTo', offset, near, how === 'arrive');
  }

  /** Ends what was previewed, going back to where the user was. */
  cancelPreview(): void {
    this.#turn++;
    this.#view.notify('cancelPreview');
  }
}
