// What is looked at inside the webview, through the handles that the grid promises to tests (role="row" with
// data-offset, data-cell="hex"). Looks are taken right after a frame was drawn: what was found then was on the screen.
import type { Frame } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';
import { type DataFile, wordAt } from './data.ts';
import { lookAfterFrames } from './drawnFrames.ts';

/** Frames of some seconds. */
export interface Recording {
  /** Milliseconds from each frame to the next. */
  readonly deltas: readonly number[];
  /** Frames that were looked at, and the milliseconds that looking took. */
  readonly looks: number;
  readonly looking: number;
  /** Frames in which a row had blanks where bytes belong, or in which rows did not reach down to the end of the grid. */
  readonly placeholders: number;
  /** Frames in which a row showed other bytes than the file has there. */
  readonly wrong: number;
  /** Tasks over 50 ms, milliseconds each. */
  readonly longTasks: readonly number[];
}

export interface PageProbe {
  /**
   * When all rows hold the file's bytes and one of them is that of `offset`: the time (on the clock that all frames
   * share) at which that frame had been drawn.
   */
  whenShown(offset: number): Promise<number>;
  record(): void;
  stop(): Recording;
  /** Offset and height of the first row. */
  firstRow(): { offset: number; height: number };
  /** Elements and texts: of the view, and of the whole document with what VS Code puts into its head. */
  nodes(): { view: number; document: number };
}

declare global {
  interface Window {
    memglassProbe: PageProbe;
  }
}

/** Runs in the webview. */
function install(word: typeof wordAt, size: number, dataBytes: number): void {
  const bytesPerRow = 16;
  const expected = (offset: number) => {
    let digits = '';
    for (let at = offset; at < Math.min(size, offset + bytesPerRow); at++) {
      const byte = at < dataBytes ? (word(Math.floor(at / 4)) >>> (8 * (at % 4))) & 0xff : 0;
      digits += (byte < 16 ? '0' : '') + byte.toString(16);
    }
    return digits.toUpperCase();
  };
  const digitsIn = (row: Element) =>
    (row.querySelector('[data-cell="hex"]')?.textContent ?? '').replaceAll(' ', '').toUpperCase();
  const rows = () =>
    [...document.querySelectorAll<HTMLElement>('[role="row"][data-offset]')]
      .map((row) => ({ element: row, offset: Number(row.dataset['offset']), digits: digitsIn(row) }))
      .sort((a, b) => a.offset - b.offset);
  const reachesDown = (all: ReturnType<typeof rows>) => {
    const last = all.at(-1);
    const grid = document.querySelector('[role="grid"]');
    if (last === undefined || grid === null) return false;
    const box = last.element.getBoundingClientRect();
    return last.offset + bytesPerRow >= size || box.bottom >= grid.getBoundingClientRect().bottom - box.height;
  };
  let endLook = () => false;
  let recording:
    | {
        deltas: number[];
        looks: number;
        looking: number;
        placeholders: number;
        wrong: number;
        longTasks: number[];
      }
    | undefined;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) recording?.longTasks.push(entry.duration);
  });
  window.memglassProbe = {
    whenShown: (offset) => {
      const first = offset - (offset % bytesPerRow);
      const wanted = expected(first);
      return window.memglassUntilDrawn(() => {
        const drawnAt = performance.timeOrigin + performance.now();
        // One row at first, all of them only when it is there: looking, too, takes time.
        const row = document.querySelector(`[role="row"][data-offset="${first}"]`);
        if (row === null || digitsIn(row) !== wanted) return undefined;
        const all = rows();
        const isRight = reachesDown(all) && all.every(({ offset: at, digits }) => digits === expected(at));
        return isRight ? drawnAt : undefined;
      });
    },
    record() {
      const into = {
        deltas: [] as number[],
        looks: 0,
        looking: 0,
        placeholders: 0,
        wrong: 0,
        longTasks: [] as number[],
      };
      recording = into;
      observer.observe({ entryTypes: ['longtask'] });
      let last: number | undefined;
      const frame = (time: number) => {
        if (recording !== into) return;
        if (last !== undefined) into.deltas.push(time - last);
        last = time;
        window.requestAnimationFrame(frame);
      };
      const look = () => {
        const start = performance.now();
        const all = rows();
        const isShort = (row: (typeof all)[number]) => row.digits.length < 2 * Math.min(bytesPerRow, size - row.offset);
        into.looks++;
        if (!reachesDown(all) || all.some(isShort)) into.placeholders++;
        else if (!all.every((row) => row.digits === expected(row.offset))) into.wrong++;
        into.looking += performance.now() - start;
      };
      window.memglassLooks.add(look);
      endLook = () => window.memglassLooks.delete(look);
      window.requestAnimationFrame(frame);
    },
    stop() {
      for (const entry of observer.takeRecords()) recording?.longTasks.push(entry.duration);
      observer.disconnect();
      endLook();
      const result = recording;
      recording = undefined;
      if (result === undefined) throw new Error('nothing was recorded');
      return result;
    },
    firstRow() {
      const [first] = rows();
      if (first === undefined) throw new Error('there are no rows');
      return { offset: first.offset, height: first.element.getBoundingClientRect().height };
    },
    nodes() {
      const countOf = (root: Node) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
        let count = 1;
        while (walker.nextNode() !== null) count++;
        return count;
      };
      return { view: countOf(document.body), document: countOf(document) };
    },
  };
}

/** Puts the probe into the visible Memglass view, which shows `file`. */
export async function probeView(workbench: Workbench, file: DataFile): Promise<Frame> {
  await workbench.webview().locator('[role="grid"]:not([aria-busy]) [data-cell="hex"]:not(:empty)').first().waitFor();
  const frame = await workbench.webviewFrame();
  await lookAfterFrames(frame);
  await frame.evaluate(`(${String(install)})(${String(wordAt)}, ${file.size}, ${file.dataBytes})`);
  await frame.evaluate(() => window.memglassProbe.whenShown(window.memglassProbe.firstRow().offset));
  return frame;
}

/** Frames of `milliseconds` in which nothing happens. */
export async function recordIdle(frame: Frame, milliseconds: number): Promise<Recording> {
  await frame.evaluate(() => window.memglassProbe.record());
  await frame.page().waitForTimeout(milliseconds);
  return await frame.evaluate(() => window.memglassProbe.stop());
}
