// Shared memory watched at 60 Hz: what it costs while nothing changes, that no queue grows while everything does, and
// how long a store of another process takes to be on the screen.
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { percentile } from '../host/measure.ts';
import type { Workbench } from '../host/workbench.ts';
import { LiveWriter } from '../support/liveWriter.ts';
import { Scratch, sampleBytes } from '../support/scratch.ts';
import type { BenchFiles } from './data.ts';
import { lookAfterFrames } from './drawnFrames.ts';
import { type Figure, median, randomNumbers, times } from './figure.ts';
import { cpuSeconds, hostPid } from './hostProcess.ts';
import { withWindow } from './window.ts';

const rate = 60;
const interval = 1000 / rate;
const seconds = 8;
const stores = 300;
const size = 64 * 1024;
/** On a screen of 1080 rows of pixels a bit more than 4 KiB show so. */
const bytesPerRow = 96;

export async function run(): Promise<Figure[]> {
  const scratch = new Scratch();
  try {
    return await withWindow(async (workbench, { files }) => {
      await workbench.changeSettings({ 'memglass.watching.rate': rate, 'memglass.layout.bytesPerRow': bytesPerRow });
      const message = percentile(await messageTimes(workbench, files), 0.95);
      const path = join(scratch.shmFolder(), 'ring');
      writeFileSync(path, sampleBytes(size));
      const quiet = await quietFigures(workbench, path);
      const writer = await LiveWriter.start(scratch, path);
      const busy = await busyFigures(workbench, path, writer);
      const latency = await latencyFigures(workbench, path, writer, message);
      rmSync(path);
      return [...quiet, ...busy, ...latency];
    });
  } finally {
    await scratch.clean();
  }
}

// Nothing changes.

async function quietFigures(workbench: Workbench, path: string): Promise<Figure[]> {
  const cpu = await cpuMeter(workbench);
  const net: number[] = [];
  const hidden: number[] = [];
  // What has just started is not idle yet, and what runs for the first time is not compiled.
  await openLive(workbench, path);
  await cpu(seconds);
  await workbench.closeAllEditors();
  // By turns, so that what the machine does meanwhile is in both.
  for (let round = 0; round < 3; round++) {
    const idle = await cpu(seconds);
    await openLive(workbench, path);
    net.push((await cpu(seconds)) - idle);
    await workbench.executeCommand('workbench.action.files.newUntitledFile');
    await workbench.page.locator('.monaco-editor').first().waitFor();
    // A text cursor blinks, with Memglass or without.
    await workbench.executeCommand('workbench.action.focusSideBar');
    hidden.push((await cpu(seconds)) - idle);
    await workbench.closeAllEditors();
  }
  await openLive(workbench, path);
  await workbench.executeCommand('workbench.action.files.newUntitledFile');
  const reads = await readsIn(path, 2000);
  await workbench.closeAllEditors();
  return [
    { name: 'live.window_60hz', value: median(net), unit: '% of a core', limit: 3 },
    { name: 'live.hidden', value: median(hidden), unit: '% of a core' },
    { name: 'live.hidden_reads', value: reads, unit: 'reads', limit: 0 },
  ];
}

/** The processor time of the extension host and of all that draws the window, in percent of a core, over some seconds. */
async function cpuMeter(workbench: Workbench): Promise<(seconds: number) => Promise<number>> {
  const pid = await hostPid(workbench);
  const browser = workbench.page.context().browser();
  if (browser === null) throw new Error('the window has no browser');
  const session = await browser.newBrowserCDPSession();
  const used = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, cpuSeconds(pid));
  };
  return async (duration) => {
    await workbench.page.waitForTimeout(3000);
    const before = await used();
    await workbench.page.waitForTimeout(duration * 1000);
    return ((await used()) - before) * (100 / duration);
  };
}

/** How many times of many that were looked at somebody had read the file: that moves its last access past its change. */
async function readsIn(path: string, milliseconds: number): Promise<number> {
  let reads = 0;
  const { mtime } = statSync(path);
  for (let passed = 0; passed < milliseconds; passed += 100) {
    utimesSync(path, new Date(0), mtime);
    await sleep(100);
    if (statSync(path).atimeMs > 0) reads++;
  }
  return reads;
}

// Everything changes.

async function busyFigures(workbench: Workbench, path: string, writer: LiveWriter): Promise<Figure[]> {
  const frame = await openLive(workbench, path);
  const cpu = await cpuMeter(workbench);
  await writer.spin(0, size);
  await frame.evaluate(() => {
    window.memglassLooked = 0;
    window.addEventListener('message', ({ data }) => {
      if (data?.method === 'looked') window.memglassLooked++;
    });
  });
  const started = performance.now();
  const used = await cpu(seconds);
  const looks = (await frame.evaluate(() => window.memglassLooked)) / ((performance.now() - started) / 1000);
  // What waited in a queue would show first.
  const settled = await storeAndSee(frame, writer, Uint8Array.of(0xc0, 0xff, 0xee, 0x11));
  await workbench.closeAllEditors();
  return [
    { name: 'live.busy_looks', value: looks, unit: 'per second', limit: rate * 1.02 },
    { name: 'live.busy_cpu', value: used, unit: '% of a core' },
    { name: 'live.busy_settle', value: settled, unit: 'ms', limit: 250 },
  ];
}

// One store at a time.

async function latencyFigures(
  workbench: Workbench,
  path: string,
  writer: LiveWriter,
  message: number,
): Promise<Figure[]> {
  const random = randomNumbers(7);
  const frame = await openLive(workbench, path);
  const frameTime = await frameTimeOf(frame);
  const results = await times(stores + 5, async (i) => {
    // At any moment between two looks.
    await sleep(50 + 50 * random());
    return await storeAndSee(frame, writer, Uint8Array.of(i >> 8, i & 0xff, 0xa5, Math.floor(256 * random())));
  });
  await workbench.closeAllEditors();
  const p95 = percentile(results.slice(5), 0.95);
  const floor = interval + message + frameTime;
  return [
    { name: 'live.message_p95', value: message, unit: 'ms' },
    { name: 'live.frame', value: frameTime, unit: 'ms' },
    { name: 'live.latency_p50', value: median(results.slice(5)), unit: 'ms' },
    { name: 'live.latency_p95', value: p95, unit: 'ms' },
    { name: 'live.latency_p95_vs_floor', value: p95 / floor, unit: 'ratio', limit: 1.3 },
  ];
}

declare global {
  interface Window {
    memglassLooked: number;
    /** When the first row begins with these digits: milliseconds since the epoch, after its frame was drawn. */
    memglassSeen(digits: string): Promise<number>;
  }
}

/** Opens the segment and puts a probe into its view. */
async function openLive(workbench: Workbench, path: string): Promise<Frame> {
  await workbench.openWith(path, 'memglass.hex');
  await workbench.webview().locator('.live[data-state="running"]').waitFor();
  const frame = await workbench.webviewFrame();
  await lookAfterFrames(frame);
  await frame.evaluate(() => {
    window.memglassSeen = (digits) =>
      window.memglassUntilDrawn(() => {
        const text = document.querySelector('[role="row"][data-offset="0"] [data-cell="hex"]')?.textContent;
        const isThere = text?.replaceAll(' ', '').startsWith(digits) === true;
        return isThere ? performance.timeOrigin + performance.now() : undefined;
      });
  });
  return frame;
}

async function storeAndSee(frame: Frame, writer: LiveWriter, bytes: Uint8Array): Promise<number> {
  const digits = Buffer.from(bytes).toString('hex').toUpperCase();
  const seen = frame.evaluate((wanted) => window.memglassSeen(wanted), digits);
  // The probe must be there before the bytes are.
  await frame.evaluate(() => 0);
  const stored = await writer.store(0, bytes);
  return (await seen) - stored;
}

/** From the extension host to the blank editor, with nothing else to do: milliseconds each. */
async function messageTimes(workbench: Workbench, files: BenchFiles): Promise<number[]> {
  await workbench.openFile(files.blank);
  await workbench.webview().locator('#blank').waitFor();
  const frame = await workbench.webviewFrame();
  const random = randomNumbers(3);
  const results = await times(stores, async () => {
    await sleep(30 + 30 * random());
    return await frame.evaluate(async () => {
      const { ping } = window as unknown as { ping(): Promise<{ readonly sentAt: number }> };
      const { sentAt } = await ping();
      return performance.timeOrigin + performance.now() - sentAt;
    });
  });
  await workbench.closeAllEditors();
  return results.slice(20);
}

function frameTimeOf(frame: Frame): Promise<number> {
  return frame.evaluate(
    () =>
      new Promise<number>((done) => {
        const ends: number[] = [];
        const next = (time: number) => {
          ends.push(time);
          if (ends.length <= 120) requestAnimationFrame(next);
          else done(((ends.at(-1) ?? 0) - (ends[0] ?? 0)) / (ends.length - 1));
        };
        requestAnimationFrame(next);
      }),
  );
}
