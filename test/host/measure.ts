// Measures what a user waits for when a file is opened: from the Enter key in quick open until the editor's first
// content is on the screen. Both ends are taken inside the browser on one clock (performance.timeOrigin + now, the same
// for all frames of a machine); nothing of the driver's own delay is in it.
import type { Frame, Page } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** What counts as painted: an element that fits `selector`, has a size, and shows these `digits` where they are given. */
export interface Painted {
  readonly selector: string;
  /** Its text, without blanks and in upper case, must be this. */
  readonly digits?: string;
}

interface Probe {
  readonly watched: Set<string>;
  readonly painted: { key: string; time: number }[];
  wake: () => void;
}

const probes = new WeakMap<Page, Probe>();

declare global {
  interface Window {
    memglassPainted(key: string, time: number): Promise<void>;
    memglassEnter?: number;
    /** What this frame showed first of all that is watched for: the other watchers then stop. */
    memglassFound?: string;
  }
}

/** Runs in every new frame: looks once per frame drawn, and reports when the frame with the element has been drawn. */
function watchForPaint(wanted: { selector: string; digits?: string; key: string }): void {
  const now = () => performance.timeOrigin + performance.now();
  // VS Code loads a webview in a hidden frame first, and can show it some frames later.
  const framesAreVisible = () => {
    for (let at: Window = window; at !== at.parent; at = at.parent) {
      try {
        if (at.frameElement?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) === false)
          return false;
      } catch {
        return true; // of another origin: its visibility cannot be asked from here
      }
    }
    return true;
  };
  const look = () => {
    if (window.memglassFound !== undefined) return;
    const element = document.querySelector(wanted.selector);
    const box = element?.getBoundingClientRect();
    const isRight = () =>
      wanted.digits === undefined || element?.textContent.replace(/\s/g, '').toUpperCase() === wanted.digits;
    if (box === undefined || box.width === 0 || box.height === 0 || !isRight() || !framesAreVisible()) {
      requestAnimationFrame(look);
      return;
    }
    window.memglassFound = wanted.key;
    // A message posted while drawing is delivered after the drawing.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => void window.memglassPainted(wanted.key, now());
    channel.port2.postMessage(0);
  };
  // The editor's content lives in frames inside the window's; looking in the window itself would only cost time.
  if (window === window.top) return;
  // A frame's first navigation keeps the window and its timers, but its frame callbacks go with the old document.
  let seen: Document | undefined;
  const follow = () => {
    if (document === seen) return;
    seen = document;
    requestAnimationFrame(look);
  };
  follow();
  const timer = setInterval(follow, 4);
  setTimeout(() => clearInterval(timer), 5000);
}

async function probeOf(page: Page): Promise<Probe> {
  const known = probes.get(page);
  if (known !== undefined) return known;
  const probe: Probe = { watched: new Set(), painted: [], wake: () => {} };
  await page.exposeBinding('memglassPainted', (_source, key: string, time: number) => {
    probe.painted.push({ key, time });
    probe.wake();
  });
  await page.evaluate(() => {
    const remember = (event: KeyboardEvent) => {
      if (event.key === 'Enter') window.memglassEnter = performance.timeOrigin + event.timeStamp;
    };
    window.addEventListener('keydown', remember, { capture: true });
  });
  probes.set(page, probe);
  return probe;
}

/**
 * Opens `fileName` by quick open and gives the milliseconds from Enter until `painted` (a selector, or more) was drawn in
 * a webview that did not exist before. The file must not be open. Any custom editor will do; choose a selector that
 * only its real content fits, such as `[data-cell="hex"]:not(:empty)`.
 */
export async function measureOpen(
  workbench: Workbench,
  fileName: string,
  painted: Painted | string,
  timeout = 30_000,
): Promise<number> {
  const { page } = workbench;
  const drawn = await watchFor(workbench, painted);
  await workbench.prepareQuickOpen(fileName);
  drawn.begin();
  await page.evaluate(() => delete window.memglassEnter);
  await page.keyboard.press('Enter');
  const paint = await drawn.time(timeout);
  const enter = await page.evaluate(() => window.memglassEnter);
  if (enter === undefined) throw new Error('the Enter key was not seen');
  return paint - enter;
}

/**
 * The same from the moment at which the extension host begins to run a command. Its clock is the machine's, and so is the
 * browser's.
 */
export async function measureCommand(
  workbench: Workbench,
  painted: Painted | string,
  command: string,
  ...args: readonly unknown[]
): Promise<number> {
  const drawn = await watchFor(workbench, painted);
  drawn.begin();
  const start = await workbench.inHost(
    (vscode, id, values) => {
      const now = performance.timeOrigin + performance.now();
      void vscode.commands.executeCommand(id, ...values);
      return now;
    },
    command,
    args,
  );
  return (await drawn.time(30_000)) - start;
}

interface Drawing {
  /** What was drawn before does not count. */
  begin(): void;
  /** When it was drawn, milliseconds since 1970. */
  time(timeout: number): Promise<number>;
}

async function watchFor({ page }: Workbench, painted: Painted | string): Promise<Drawing> {
  const probe = await probeOf(page);
  const wanted = typeof painted === 'string' ? { selector: painted } : painted;
  const key = `${wanted.selector} ${wanted.digits ?? ''}`;
  if (!probe.watched.has(key)) {
    probe.watched.add(key);
    await page.addInitScript(watchForPaint, { ...wanted, key });
  }
  const found = () => probe.painted.find((one) => one.key === key);
  return {
    begin: () => {
      probe.painted.length = 0;
    },
    time: (timeout) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`"${key}" was not drawn within ${timeout} ms`)), timeout);
        probe.wake = () => {
          const drawn = found();
          if (drawn === undefined) return;
          clearTimeout(timer);
          done(drawn.time);
        };
        probe.wake();
      }),
  };
}

/** Milliseconds of each of `count` round trips in the blank editor, webview to host and back, one after the other. */
export function measurePing(frame: Frame, count: number, bytes = 0): Promise<number[]> {
  return frame.evaluate(
    async ({ times, size }) => {
      const { ping } = window as unknown as { ping(bytes: number): Promise<unknown> };
      const results: number[] = [];
      for (let i = 0; i < times; i++) {
        const start = performance.now();
        await ping(size);
        results.push(performance.now() - start);
      }
      return results;
    },
    { times: count, size: bytes },
  );
}

/** The smallest value that at least `part` (0 to 1) of the values do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
