import * as l10n from '@vscode/l10n';
import { type ByteRange, isSameRange } from '../../extension/core/byteRange.ts';
import { formatCount, formatHexOffset } from '../../extension/core/expressions/numbers.ts';
import type { Look } from '../../extension/core/live/look.ts';
import type { HostApi, LiveAction } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { LiveStatus, SourceStatus } from '../../extension/protocol/viewTypes.ts';
import { placeOf } from '../model/addresses.ts';
import { News } from '../model/news.ts';
import type { PageCache } from '../model/pageCache.ts';
import type { Announcer } from './announcer.ts';

/**
 * The host is told of a place once the view has stood there so long, milliseconds. A view that is still moving would have it
 * look at what it is just about to answer, and wait for both.
 */
const restMs = 150;

/** A view that never stands still tells where it is this often, milliseconds. */
const tellEveryMs = 500;

/** A screen reader is told of changes at most this often, milliseconds. */
const sayEveryMs = 5000;

/** The part of a view that keeps what shows as the source is: what looks tell goes into the cache and becomes news. */
export class Watching {
  readonly news = new News();
  readonly #host: Remote<HostApi>;
  readonly #cache: PageCache;
  readonly #announcer: Announcer;
  readonly #redraw: () => void;
  #live: LiveStatus | undefined;
  #origin: string | undefined;
  /** When the bytes that show were looked at last, milliseconds since the epoch; undefined before the first look. */
  #lookedAt: number | undefined;
  #shown: ByteRange = { offset: 0, length: 0 };
  #told: ByteRange | undefined;
  #showsTimer: ReturnType<typeof setTimeout> | undefined;
  /** Since when it moves, and the host was not told; undefined where it was. */
  #movingSince: number | undefined;
  #fadeTimer: ReturnType<typeof setTimeout> | undefined;
  #unsaid = { count: 0, first: 0 };
  #sayTimer: ReturnType<typeof setTimeout> | undefined;

  /** `redraw` asks for a frame; it may be asked for often. */
  constructor(host: Remote<HostApi>, cache: PageCache, announcer: Announcer, redraw: () => void) {
    this.#host = host;
    this.#cache = cache;
    this.#announcer = announcer;
    this.#redraw = redraw;
    const motion = matchMedia('(prefers-reduced-motion: reduce)');
    // VS Code's own setting comes as a class of the body.
    const isCalm = () => motion.matches || document.body.classList.contains('vscode-reduce-motion');
    const settle = () => {
      this.news.isCalm = isCalm();
      redraw();
    };
    motion.addEventListener('change', settle);
    this.news.isCalm = isCalm();
  }

  /** Whether looks are on their way, now or once the pause ends. */
  get isLive(): boolean {
    return this.#live !== undefined && this.#live.rate !== 'off';
  }

  /** When what shows was as it shows, milliseconds since the epoch; undefined where that is now, or not known. */
  get asOf(): number | undefined {
    if (this.#live === undefined || this.#isRunning) return undefined;
    return (this.isLive ? this.#lookedAt : undefined) ?? this.#cache.readAt(this.#shown);
  }

  /** Takes in how things are. What shows in `visible` stays: in a pause for as long as it lasts, else until it is read. */
  statusChanged({ generation, size, live, origin, editing }: SourceStatus, visible: ByteRange): void {
    this.#origin = origin;
    const [wasLive, wasRunning] = [this.isLive, this.#isRunning];
    const before = this.#live;
    this.#live = live;
    this.#cache.keepsLost = this.isLive;
    if (live?.age !== undefined) this.#lookedAt = Date.now() - live.age;
    this.news.isHeld = live?.isPaused === true;
    // What was fetched ahead while looks kept only what showed fresh is older than what will be said of it.
    if (wasRunning && !this.#isRunning) this.#cache.retain(visible, !this.isLive);
    // Looks tell of bytes, and not of what of them is edited.
    const isPatched = this.#isRunning && editing?.isHeld !== true;
    if (!this.news.isHeld) this.#cache.advance(generation, visible, isPatched);
    if (this.isLive) this.#cache.grow(size);
    if (!this.isLive) this.#told = undefined;
    if (wasLive && before?.isPaused !== live?.isPaused) this.#announcer.say(() => spokenState(live));
    this.#tellShown();
  }

  /** Takes a look in: the cache has its bytes then, and the next frame shows them. */
  looked({ range, runs, bytes, writing, holes, unwritten, isAfterPause }: Look): void {
    const now = performance.now();
    const news: ByteRange[] = [];
    let at = 0;
    for (const run of runs) {
      const changed = this.#cache.patch(run.offset, bytes.subarray(at, at + run.length));
      at += run.length;
      if (run.isNews) news.push(...changed);
    }
    this.#cache.describe(range, holes, unwritten);
    // What is new since the pause takes the place of what was new before it.
    if (isAfterPause && news.length > 0) this.news.clear();
    for (const one of news) this.news.mark(one, now);
    this.news.writing = writing;
    this.#lookedAt = Date.now();
    this.#say(news);
  }

  /** Takes in what was written by the user, who sees it as a change like others. */
  wrote(offset: number, bytes: Uint8Array): void {
    const range = { offset, length: bytes.length };
    for (const changed of this.#cache.patch(offset, bytes)) this.news.mark(changed, performance.now());
    this.#cache.describe(range, undefined, []);
  }

  /** Takes in what stands where the user typed what is not stored: news is what he had not seen there before. */
  notStored(offset: number, bytes: Uint8Array, shown: Uint8Array): void {
    this.#cache.patch(offset, shown);
    this.wrote(offset, bytes);
  }

  act(action: LiveAction): void {
    if (this.isLive) this.#host.notify('live', action);
  }

  /** A frame was drawn, which shows `visible`: the next one comes when news looks different. */
  drawn(visible: ByteRange): void {
    const hasMoved = !isSameRange(visible, this.#shown);
    this.#shown = visible;
    this.#tellShown(hasMoved);
    clearTimeout(this.#fadeTimer);
    const next = this.news.untilNext(performance.now());
    this.#fadeTimer = next === undefined ? undefined : setTimeout(this.#redraw, next);
  }

  get #isRunning(): boolean {
    return this.isLive && this.#live?.isPaused === false;
  }

  #tellShown(hasMoved = false): void {
    if (!this.#hasToTell || (this.#showsTimer !== undefined && !hasMoved)) return;
    if (this.#told === undefined) {
      this.#tell();
      return;
    }
    const now = performance.now();
    this.#movingSince ??= now;
    clearTimeout(this.#showsTimer);
    this.#showsTimer = setTimeout(() => this.#tell(), Math.min(restMs, this.#movingSince + tellEveryMs - now));
  }

  #tell(): void {
    this.#showsTimer = undefined;
    this.#movingSince = undefined;
    if (!this.#hasToTell) return;
    this.#told = this.#shown;
    this.#host.notify('shows', this.#shown);
  }

  get #hasToTell(): boolean {
    return this.isLive && (this.#told === undefined || !isSameRange(this.#told, this.#shown));
  }

  /** At once, and then now and then: changes come faster than words. */
  #say(news: readonly ByteRange[]): void {
    const [first] = news;
    if (first === undefined || !document.hasFocus()) return;
    if (this.#unsaid.count === 0) this.#unsaid.first = first.offset;
    this.#unsaid.count += news.reduce((sum, { length }) => sum + length, 0);
    if (this.#sayTimer === undefined) this.#sayNow();
  }

  #sayNow(): void {
    this.#sayTimer = undefined;
    const { count, first } = this.#unsaid;
    if (count === 0) return;
    this.#unsaid = { count: 0, first: 0 };
    this.#announcer.say(() =>
      l10n.t(
        '{0} changed bytes, the first at {1}',
        formatCount(count),
        `0x${formatHexOffset(placeOf(first, { origin: this.#origin }))}`,
      ),
    );
    this.#sayTimer = setTimeout(() => this.#sayNow(), sayEveryMs);
  }
}

function spokenState(live: LiveStatus | undefined): string {
  if (live === undefined || live.rate === 'off') return l10n.t('not watching');
  return live.isPaused ? l10n.t('paused') : l10n.t('watching {0} Hz', live.rate);
}
