// A jump anywhere in 8 GiB, from the key press to the right bytes in the page, against an empty round trip.
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
import { type Bench, withWindow } from './window.ts';

const jumps = 300;

declare global {
  interface Window {
    memglassKey?: number;
  }
}

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, { files }) => {
    const random = randomNumbers(1);
    const pings = await pingTimes(workbench, files, random);
    await workbench.openFile(files.large.name);
    const frame = await probeView(workbench, files.large);
    const idle = await recordIdle(frame, 3000);
    const frameTime = median(idle.deltas);
    const results = await jumpTimes(workbench, files.large, random);
    const ping = percentile(pings, 0.95);
    const p95 = percentile(results, 0.95);
    return [
      { name: 'ping.p50', value: median(pings), unit: 'ms' },
      { name: 'ping.p95', value: ping, unit: 'ms' },
      { name: 'jump.frame', value: frameTime, unit: 'ms' },
      { name: 'jump.p50', value: median(results), unit: 'ms' },
      { name: 'jump.p95', value: p95, unit: 'ms' },
      { name: 'jump.max', value: Math.max(...results), unit: 'ms' },
      { name: 'jump.p95_vs_ping', value: p95 / (ping + frameTime), unit: 'ratio', limit: 2 },
    ];
  });
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

async function jumpTimes(workbench: Workbench, file: DataFile, random: () => number): Promise<number[]> {
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
    const digits = `0x${Math.floor(file.size * (0.1 + 0.9 * random())).toString(16)}`;
    const offset = Number(digits);
    await input.fill(digits.slice(0, -1));
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
