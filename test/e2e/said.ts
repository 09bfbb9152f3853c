// What views say only for a while. Whoever looks now and then may miss it, so their pages note it as it shows.
import type { BrowserContext } from 'playwright-core';
import { until } from './until.ts';

/** Alerts, hints beside the cursor, and how old is what shows. */
const passing = '[role="alert"], .hint, .live-rate';

export class Said {
  #all: string[] = [];

  /** Since the last `forget`, in order. */
  get all(): readonly string[] {
    return this.#all;
  }

  /** Before the first page of the context. */
  async listenIn(context: BrowserContext): Promise<void> {
    await context.exposeBinding('memglassTestNote', (_, words: string) => void this.#all.push(words));
    await context.addInitScript(noteWhatShows, passing);
  }

  /** What follows is not answered with what was said before. */
  forget(): void {
    this.#all = [];
  }

  async waitFor(words: string): Promise<void> {
    await until(
      () => this.all.join('\n'),
      (all) => all.includes(words),
      `it is said: ${words}`,
    );
  }
}

/** Runs in each frame, before all else. */
function noteWhatShows(selector: string): void {
  const noted = new WeakMap<Element, string>();
  const note = () => {
    for (const each of document.querySelectorAll(selector)) {
      const words = each.checkVisibility() ? (each.textContent ?? '') : '';
      if (words === (noted.get(each) ?? '')) continue;
      noted.set(each, words);
      if (words !== '') (window as unknown as { memglassTestNote(words: string): void }).memglassTestNote(words);
    }
  };
  const observe = (whole: Document) =>
    new MutationObserver(note).observe(whole, {
      ...{ subtree: true, childList: true, characterData: true },
      attributeFilter: ['hidden'],
    });
  if (window === window.top) return;
  observe(document);
  // VS Code writes a webview's page into another document than the one its frame began with.
  const open = Document.prototype.open as () => Document;
  Document.prototype.open = function (this: Document) {
    const opened = open.call(this);
    observe(this);
    return opened;
  } as typeof Document.prototype.open;
}
