import * as l10n from '@vscode/l10n';
import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { PageCache } from '../model/pageCache.ts';
import { PageLoader } from '../model/pageLoader.ts';
import type { Announcer } from './announcer.ts';
import type { Surface } from './surface.ts';

/** The part of a view that has the host read what a surface shows, and says so while that fails. */
export class Reading {
  readonly #loader: PageLoader;
  readonly #announcer: Announcer;
  readonly #redraw: () => void;
  /** Whether the last read failed: said in the banner's place until one succeeds. */
  #isFailing = false;

  /** `redraw` asks for a frame; it may be asked for often. */
  constructor(
    host: Remote<HostApi>,
    cache: PageCache,
    announcer: Announcer,
    redraw: () => void,
    onLoaded: (loaded: ByteRange) => void,
  ) {
    this.#announcer = announcer;
    this.#redraw = redraw;
    this.#loader = new PageLoader(
      cache,
      (offset, length) => host.request('read', offset, length),
      (loaded) => {
        if (this.#isFailing) redraw();
        this.#isFailing = false;
        onLoaded(loaded);
      },
      () => this.#failed(),
    );
  }

  /** What to say in the banner's place; undefined where reading goes well. */
  get failure(): string | undefined {
    return this.#isFailing ? cannotRead() : undefined;
  }

  /** Asks for what `surface` shows, and for what it is about to unless it will not stay there. */
  want(surface: Surface, size: number, staysThere: boolean): void {
    this.#loader.want({ visible: surface.visible, ahead: staysThere ? surface.ahead() : [] }, size);
  }

  #failed(): void {
    if (!this.#isFailing) this.#announcer.say(cannotRead);
    this.#isFailing = true;
    this.#redraw();
  }
}

function cannotRead(): string {
  return l10n.t('The file cannot be read at the moment');
}
