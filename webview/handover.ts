import type { InitialView } from '../extension/protocol/viewTypes.ts';
import type { SavedView } from './view/opening.ts';

/** What VS Code gives a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): SavedView | undefined;
  setState(state: SavedView): void;
}

/** What the first look (first.ts) leaves to the program (main.ts), which comes a moment later. */
export interface Handover {
  readonly vscode: VsCodeApi;
  readonly initial: InitialView;
  /** What the host said and the user did meanwhile, in order. Nothing is kept from now on. */
  endKeeping(): readonly Kept[];
}

export interface Kept {
  readonly event: Event;
  /** The button that was clicked, counted from the first of the document; -1 for none. */
  readonly button: number;
}

declare global {
  interface Window {
    memglass: Handover;
  }
}

const keptTypes = ['message', 'keydown', 'wheel', 'pointerdown', 'pointerup', 'click'] as const;

/** Keeps what comes before anybody is there to hear it. */
export function keepWhatComes(): Handover['endKeeping'] {
  const kept: Kept[] = [];
  const keep = (event: Event) => {
    const buttons = [...document.querySelectorAll('button')];
    const { target } = event;
    kept.push({ event, button: buttons.findIndex((button) => target instanceof Node && button.contains(target)) });
  };
  for (const type of keptTypes) window.addEventListener(type, keep, { passive: true });
  return () => {
    for (const type of keptTypes) window.removeEventListener(type, keep);
    return kept;
  };
}

/** Has what was kept happen again: what the host said to the window, clicks to their buttons, the rest to `grid`. */
export function repeat(kept: readonly Kept[], grid: HTMLElement): void {
  for (const { event, button } of kept) {
    if (button >= 0) {
      if (event.type === 'click') document.querySelectorAll('button')[button]?.click();
    } else if (event instanceof MessageEvent) window.dispatchEvent(new MessageEvent('message', { data: event.data }));
    else if (event instanceof KeyboardEvent) grid.dispatchEvent(new KeyboardEvent(event.type, event));
    else if (event instanceof WheelEvent) grid.dispatchEvent(new WheelEvent(event.type, event));
    else if (event instanceof PointerEvent) grid.dispatchEvent(new PointerEvent(event.type, event));
  }
}
