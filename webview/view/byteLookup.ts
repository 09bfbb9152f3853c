import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import { placeOf } from '../model/addresses.ts';
import type { PageCache } from '../model/pageCache.ts';
import type { Pointers } from '../model/pointers.ts';
import type { ByteFacts } from './byteWords.ts';
import type { Scene, Spot } from './surface.ts';

/** What is known of single bytes: from the cache at once, from the host where it takes a question. */
export class ByteLookup {
  readonly #host: Remote<HostApi>;
  readonly #cache: PageCache;
  readonly #pointers: Pointers;
  readonly #view: { readonly scene: Scene };

  constructor(host: Remote<HostApi>, cache: PageCache, pointers: Pointers, view: { readonly scene: Scene }) {
    this.#host = host;
    this.#cache = cache;
    this.#pointers = pointers;
    this.#view = view;
  }

  factsOf(offset: number): ByteFacts {
    const { status } = this.#view.scene;
    const cell = new Int16Array(1);
    this.#cache.cells(offset, cell, status.size, status.shownSize);
    const place = placeOf(offset, status);
    return { offset, place, cell: cell[0] ?? 0, hole: this.#cache.holeAt(offset), isPastEnd: offset >= status.size };
  }

  /** Where the value at a spot leads, where it is a pointer. */
  async pointerWords({ offset }: Spot): Promise<string | undefined> {
    const { width } = this.#pointers;
    if (width === 0) return undefined;
    const first = offset - (offset % width);
    const cells = new Int16Array(width);
    const { size, shownSize } = this.#view.scene.status;
    this.#cache.cells(first, cells, size, shownSize);
    if (!this.#pointers.isAt(cells, 0)) return undefined;
    return await this.#host.request('describe', this.#pointers.addressAt(cells, 0)).catch(() => undefined);
  }
}
