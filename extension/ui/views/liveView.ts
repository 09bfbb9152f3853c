import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import type { VersionedBytes } from '../../core/byteSource.ts';
import type { LiveRate } from '../../core/live/liveRate.ts';
import type { LiveWindow } from '../../platform/liveWindow.ts';
import type { WatchedSource } from '../../platform/watchedSource.ts';
import type { LiveAction } from '../../protocol/hostApi.ts';
import type { LiveStatus } from '../../protocol/viewTypes.ts';
import { onDidChangeLiveRate, readLiveRate } from '../settings.ts';

/** Whether and how often the bytes of one view are looked at: by the setting, by the user's choice, and only while they show. */
export class LiveView implements vscode.Disposable {
  readonly #watched: WatchedSource;
  readonly #window: LiveWindow;
  readonly #resource: vscode.Uri;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: readonly vscode.Disposable[];
  #choice: LiveRate | undefined;
  #isPaused = false;
  /** Whether a view is there that asked for its first bytes, and shows. */
  #isShown = false;

  /** Fires when the status changed. */
  readonly onDidChange = this.#changed.event;

  /** `choice`: the rate this view was given, over the setting. */
  constructor(watched: WatchedSource, window: LiveWindow, resource: vscode.Uri, choice: LiveRate | undefined) {
    this.#watched = watched;
    this.#window = window;
    this.#resource = resource;
    this.#choice = choice;
    let { source } = watched;
    const stop = watched.onDidChange(() => {
      if (watched.isOver) window.pause();
      if (watched.source === source) return;
      // Opened anew: what was paused is another object.
      source = watched.source;
      this.#isPaused = false;
      this.#run();
    });
    this.#disposables = [onDidChangeLiveRate(() => this.#apply()), { dispose: stop }];
  }

  /** The rate chosen for this view; undefined where the setting decides. */
  get choice(): LiveRate | undefined {
    return this.#choice;
  }

  get rate(): LiveRate {
    // A file tells by its times that it was written: comparing its bytes all the time is for those who ask for it.
    return this.#choice ?? (this.#watched.source.can.watchBytes ? readLiveRate(this.#resource) : 'off');
  }

  get status(): LiveStatus | undefined {
    const { rate } = this;
    const { isOver, source } = this.#watched;
    if (rate === 'off' && !source.can.watchBytes) return undefined;
    return { rate, isPaused: (this.#isPaused || isOver) && rate !== 'off', age: this.#window.age, isOver };
  }

  setRate(rate: LiveRate): void {
    this.#choice = rate;
    this.#isPaused = false;
    this.#apply();
  }

  act(action: LiveAction): void {
    if (this.rate === 'off' || this.#watched.isOver) return;
    if (action === 'pauseOrResume') {
      this.#isPaused = !this.#isPaused;
      this.#apply();
    } else if (this.#isPaused) void this.#window.step().then(() => this.#changed.fire());
  }

  /** A view begins: it has nothing yet of what looks tell. */
  begin(): void {
    this.#window.reset();
    this.#isShown = true;
    this.#run();
  }

  /** Nobody sees it: nothing is read. */
  end(): void {
    this.#isShown = false;
    this.#window.reset();
  }

  show(range: ByteRange): void {
    this.#window.show(range);
  }

  served(offset: number, answer: VersionedBytes): void {
    this.#window.served(offset, answer);
  }

  dispose(): void {
    this.end();
    vscode.Disposable.from(this.#changed, ...this.#disposables).dispose();
  }

  #apply(): void {
    this.#run();
    this.#changed.fire();
  }

  #run(): void {
    const { rate } = this;
    if (!this.#isShown) return;
    if (rate === 'off' || this.#isPaused || this.#watched.isOver) this.#window.pause();
    else this.#window.run(rate);
  }
}
