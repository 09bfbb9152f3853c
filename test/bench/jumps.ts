// Jumps anywhere in a large source, from the key press to the right bytes in the page, against an empty round trip.
//
// The key press is the last digit of the offset in "Go to Offset": the view follows what is typed, so this key decides
// where it goes, and the next one, Enter, finds the bytes already on the screen. Typed without its last digit the same
// text means a place far away, where the view is by then. So each press is a whole jump: the key goes to the extension
// host, the offset from there to the view, its request to the host, the bytes back, and then a frame is drawn.
import { setTimeout as sleep } from 'node:timers/promises';
import { measurePing, percentile } from '../host/measure.ts';
import type { Workbench } from '../host/workbench.ts';
import type { DataFile } from './data.ts';
import { type Figure, median, randomNumbers, times } from './figure.ts';
import { probeView, recordIdle } from './pageProbe.ts';
import type { Bench } from './window.ts';

const jumps = 300;

declare global {
  interface Window {
    memglassKey?: number;
  }
}

export interface JumpSubject {
  /** What the figures' names begin with: `jump.`, `region.jump_`. */
  readonly prefix: string;
  /** What the view shows, byte by byte. */
  readonly data: DataFile;
  /** Shows it in the active tab. */
  readonly open: () => Promise<void>;
  /** What is typed for an offset, up to its hex digits. */
  readonly typedBefore: string;
}

export async function jumpFigures(workbench: Workbench, { files }: Bench, subject: JumpSubject): Promise<Figure[]> {
  const { prefix, data, open, typedBefore } = subject;
  const random = randomNumbers(1);
  const pings = await pingTimes(workbench, files, random);
  await open();
  const frame = await probeView(workbench, data);
  const idle = await recordIdle(frame, 3000);
  const frameTime = median(idle.deltas);
  const results = await jumpTimes(workbench, data, typedBefore, random);
  const ping = percentile(pings, 0.95);
  const p95 = percentile(results, 0.95);
  return [
    { name: `${prefix}ping_p50`, value: median(pings), unit: 'ms' },
    { name: `${prefix}ping_p95`, value: ping, unit: 'ms' },
    { name: `${prefix}frame`, value: frameTime, unit: 'ms' },
    { name: `${prefix}p50`, value: median(results), unit: 'ms' },
    { name: `${prefix}p95`, value: p95, unit: 'ms' },
    { name: `${prefix}max`, value: Math.max(...results), unit: 'ms' },
    { name: `${prefix}p95_vs_ping`, value: p95 / (ping + frameTime), unit: 'ratio', limit: 2 },
  ];
}

/** The blank editor's: they do not depend on what Memglass does. One at a time, at the pace of the jumps. */
async function pingTimes(workbench: Workbench, files: Bench['files'], random: () => number): Promise<number[]> {
  await workbench.openFile(files.blank);
  await workbench.webview().locator('#blank').waitFor();
  const frame = await workbench.webviewFrame();
  await measurePing(frame, 20);
  const pings = await times(jumps, async () => {
    await sleep(30 + 30 * random());
    return await measurePing(frame, 1);
  });
  await workbench.closeAllEditors();
  return pings.flat();
}

async function jumpTimes(
  workbench: Workbench,
  data: DataFile,
  typedBefore: string,
  random: () => number,
): Promise<number[]> {
  const { page } = workbench;
  const frame = await workbench.webviewFrame();
  const isThere = (offset: number) => frame.evaluate((at) => window.memglassProbe.whenShown(at), offset);
  await page.evaluate(() => {
    const remember = (event: KeyboardEvent) => {
      window.memglassKey = performance.timeOrigin + event.timeStamp;
    };
    window.addEventListener('keydown', remember, { capture: true });
  });
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget:visible .quick-input-box input').first();
  await input.waitFor();
  const results = await times(jumps + 5, async () => {
    const digits = `0x${Math.floor(data.size * (0.1 + 0.9 * random())).toString(16)}`;
    const offset = Number(digits);
    await input.fill(typedBefore + digits.slice(0, -1));
    await isThere(Math.floor(offset / 16));
    await sleep(30 + 30 * random());
    const shown = isThere(offset);
    await page.keyboard.press(digits.slice(-1));
    const key = await page.evaluate(() => window.memglassKey);
    return (await shown) - (key ?? Number.NaN);
  });
  await page.keyboard.press('Enter');
  return results.slice(5);
}
