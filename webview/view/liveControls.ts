import * as l10n from '@vscode/l10n';
import type { LiveAction } from '../../extension/protocol/hostApi.ts';
import type { LiveStatus } from '../../extension/protocol/viewTypes.ts';
import { element, iconButton } from './element.ts';

export interface LiveControlEvents {
  onLive(action: LiveAction): void;
  onRate(): void;
}

/** How fresh what shows is, in words, and the buttons to stop, to go on and to look once. */
export class LiveControls {
  readonly element: HTMLElement;
  readonly #rate = element('button', { class: 'live-rate', type: 'button' });
  readonly #pause: HTMLButtonElement;
  readonly #step: HTMLButtonElement;
  #live: LiveStatus | undefined;
  #asOf: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: LiveControlEvents) {
    this.#rate.addEventListener('click', () => events.onRate());
    this.#pause = iconButton('debug-pause', '', () => events.onLive('pauseOrResume'));
    this.#step = iconButton('debug-step-over', l10n.t('Look Once (.)'), () => events.onLive('step'));
    this.#step.classList.add('live-step');
    this.element = element('span', { class: 'live', hidden: '' });
  }

  /** `asOf`: when what shows was so, milliseconds since the epoch; undefined where it is so now. */
  show(live: LiveStatus | undefined, asOf: number | undefined): void {
    // Called for each frame: what is the same must not cost a layout.
    if (live === this.#live && asOf === this.#asOf) return;
    this.#live = live;
    this.#asOf = asOf;
    this.element.hidden = live === undefined;
    clearTimeout(this.#timer);
    if (live === undefined) {
      this.element.replaceChildren();
      return;
    }
    // What is over can neither go on nor be looked at once more.
    const isOff = live.rate === 'off' || live.isOver === true;
    if (this.element.childElementCount === 0) this.element.append(this.#rate, this.#pause, this.#step);
    this.element.dataset['state'] = isOff ? 'off' : live.isPaused ? 'paused' : 'running';
    this.#pause.hidden = isOff;
    this.#step.hidden = !live.isPaused || isOff;
    const name = live.isPaused ? l10n.t('Resume (Space)') : l10n.t('Pause (Space)');
    this.#pause.title = name;
    this.#pause.setAttribute('aria-label', name);
    const icon = live.isPaused ? 'debug-continue' : 'debug-pause';
    this.#pause.firstElementChild?.setAttribute('class', `codicon codicon-${icon}`);
    this.#rate.title = titleOf(live);
    this.#tell();
  }

  /** Says the age, and again when it will have another name. */
  #tell(): void {
    const live = this.#live;
    if (live === undefined) return;
    const { words, for: lasting } = wordsOf(live, this.#asOf, Date.now());
    this.#rate.textContent = words;
    if (lasting !== undefined) this.#timer = setTimeout(() => this.#tell(), lasting);
  }
}

/** What is said of the age, and for how many milliseconds that is true; undefined where it stays true. */
function wordsOf(
  { rate, isPaused, isOver }: LiveStatus,
  asOf: number | undefined,
  now: number,
): { readonly words: string; readonly for?: number } {
  if (rate === 'off' || isOver === true) {
    if (asOf === undefined) return { words: l10n.t('not watching') };
    const time = new Date(asOf).toLocaleTimeString(undefined, { hour12: false });
    return { words: l10n.t('as of {0}', time) };
  }
  if (!isPaused) return { words: l10n.t('watching {0} Hz', rate) };
  if (asOf === undefined) return { words: l10n.t('paused') };
  const seconds = Math.max(0, Math.floor((now - asOf) / 1000));
  const untilNext = (unit: number) => unit * 1000 - ((now - asOf) % (unit * 1000)) + 1;
  if (seconds < 60) return { words: l10n.t('paused · {0} s ago', seconds), for: untilNext(1) };
  if (seconds < 3600) return { words: l10n.t('paused · {0} min ago', Math.floor(seconds / 60)), for: untilNext(60) };
  return { words: l10n.t('paused · {0} h ago', Math.floor(seconds / 3600)), for: untilNext(3600) };
}

function titleOf({ rate, isPaused, isOver }: LiveStatus): string {
  if (isOver === true) return l10n.t('Nothing can be read any more: these are the last bytes there were.');
  const change = l10n.t('Select to change the rate.');
  if (rate === 'off') return l10n.t('The bytes that show are not looked at again by themselves. {0}', change);
  if (isPaused) return l10n.t('The bytes stay as they were at the last look, until you resume. {0}', change);
  return l10n.t('The bytes that show are read and compared {0} times a second. {1}', rate, change);
}
