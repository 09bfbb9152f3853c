// The Memory Map: of a process with 65,530 regions against a blank editor and `cat` of the same files, of one with 500
// refreshed against `cat` and a frame, and scrolled against an idle page.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { measureCommand, percentile } from '../host/measure.ts';
import type { Workbench } from '../host/workbench.ts';
import { type Owner, type Program, startSpace } from '../support/programs.ts';
import { type Figure, inPairs, median, pairedRatio } from './figure.ts';
import { longestTask } from './longestTask.ts';
import { turnWheel } from './wheel.ts';
import { type Bench, withVSCode } from './window.ts';

const pairs = 7;
const refreshes = 15;
const seconds = 5;

/** Ends programs when the bench is over. */
class Programs implements Owner {
  readonly #undo: (() => void | Promise<void>)[] = [];

  after(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  async end(): Promise<void> {
    for (const undo of this.#undo.splice(0)) await undo();
  }
}

export async function run(): Promise<Figure[]> {
  const programs = new Programs();
  try {
    return await withVSCode(async (bench) => {
      const many = await startSpace(programs, 'regions', 70_000);
      const some = await startSpace(programs, 'regions', 470);
      const inWindow = <T>(use: (workbench: Workbench) => Promise<T>) =>
        bench.inWindow(async (workbench) => {
          await workbench.changeSettings({ 'memglass.memoryMap.refresh': 'off' });
          return await use(workbench);
        });
      // What is watched for first in a window is all that is: so a window for each.
      const opened = await inWindow((workbench) => openRows(workbench, bench, many));
      const filled = await inWindow((workbench) => openFigures(workbench, many, opened.ours));
      const others = await inWindow(async (workbench) => [
        await hostTask(workbench, many),
        ...(await scroll(workbench, many)),
        ...(await refresh(workbench, some)),
      ]);
      return [...opened.figures, ...filled, ...others];
    });
  } finally {
    await programs.end();
  }
}

/** Milliseconds that cat takes for files of a process. */
function cat({ pid }: Program, ...names: readonly string[]): number {
  const start = performance.now();
  const done = spawnSync(
    'cat',
    names.map((name) => `/proc/${pid}/${name}`),
    { maxBuffer: 2 ** 28 },
  );
  if (done.status !== 0) throw new Error(String(done.stderr));
  return performance.now() - start;
}

/** Where the first region of a process begins, in hex. */
function firstStart({ pid }: Program): string {
  return (
    execFileSync('head', ['-c', '64', `/proc/${pid}/maps`], { encoding: 'utf8' })
      .split('-')[0]
      ?.replace(/^0+/, '') ?? ''
  );
}

/** Opens the map until `column` of its first row is drawn, and closes it. */
async function openMap(workbench: Workbench, program: Program, column: string): Promise<number> {
  const cell = `[role="row"][data-start="${firstStart(program)}"] [data-cell="${column}"]:not(:empty)`;
  const time = await measureCommand(workbench, cell, 'memglass.openMemoryMap', program.pid);
  await workbench.closeAllEditors();
  return time;
}

async function openRows(
  workbench: Workbench,
  { files }: Bench,
  program: Program,
): Promise<{ readonly figures: readonly Figure[]; readonly ours: number }> {
  const uri = { $uri: `file://${join(files.folder, files.blank)}` };
  const openBlank = async () => {
    const time = await measureCommand(workbench, '#blank', 'vscode.openWith', uri, 'blank.editor');
    await workbench.closeAllEditors();
    return time;
  };
  await openBlank();
  await openMap(workbench, program, 'start');
  const [ours, floor, blanks]: [number[], number[], number[]] = [[], [], []];
  await inPairs(
    pairs,
    async () => void ours.push(await openMap(workbench, program, 'start')),
    async () => {
      const time = await openBlank();
      blanks.push(time);
      floor.push(time + cat(program, 'maps'));
    },
  );
  const figures = [
    ms('map.blank_ms', blanks),
    ms('map.open_65530_ms', ours),
    { name: 'map.open_65530_vs_floor', value: pairedRatio(ours, floor), unit: 'ratio', limit: 1.5 },
  ];
  return { figures, ours: median(ours) };
}

/** `rows`: milliseconds until the rows are there, which the figures come after. */
async function openFigures(workbench: Workbench, program: Program, rows: number): Promise<readonly Figure[]> {
  await openMap(workbench, program, 'rss');
  const [after, smaps]: [number[], number[]] = [[], []];
  await inPairs(
    pairs,
    async () => void after.push((await openMap(workbench, program, 'rss')) - rows),
    () => void smaps.push(cat(program, 'smaps')),
  );
  return [
    ms('map.smaps_65530_ms', after),
    ms('map.smaps_65530_cat_ms', smaps),
    { name: 'map.smaps_65530_vs_cat', value: pairedRatio(after, smaps), unit: 'ratio', limit: 1.5 },
  ];
}

function ms(name: string, values: readonly number[]): Figure {
  return { name, value: median(values), unit: 'ms' };
}

async function hostTask(workbench: Workbench, program: Program): Promise<Figure> {
  const longest: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    longest.push(await longestTaskOf(workbench, program));
    await workbench.closeAllEditors();
  }
  return { name: 'map.open_65530_host_longest_task', value: median(longest), unit: 'ms', limit: 16 };
}

/** On the host's main thread, until the figures are there. */
function longestTaskOf(workbench: Workbench, { pid }: Program): Promise<number> {
  const work = new Function(
    'vscode',
    `return (async () => {
      await vscode.commands.executeCommand('memglass.openMemoryMap', ${pid});
      await new Promise((done) => setTimeout(done, 4000));
    })()`,
  ) as Parameters<typeof longestTask>[1];
  return longestTask(workbench, work);
}

interface Recording {
  readonly deltas: readonly number[];
  readonly longTasks: readonly number[];
}

/** Frames and long tasks of a page while something is done to it. */
async function record(frame: Frame, work: (frame: Frame) => Promise<unknown>): Promise<Recording> {
  await frame.evaluate(() => {
    const recording = { deltas: [] as number[], longTasks: [] as number[], isOver: false };
    Object.assign(window, { recording });
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) recording.longTasks.push(duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
    let last: number | undefined;
    const look = (now: number) => {
      if (last !== undefined) recording.deltas.push(now - last);
      last = now;
      if (recording.isOver) observer.disconnect();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await work(frame);
  return await frame.evaluate(() => {
    const { recording } = window as unknown as { recording: Recording & { isOver: boolean } };
    recording.isOver = true;
    return recording;
  });
}

/**
 * Until the figures are there, and what is drawn after them. The page waits by itself: what the driver brings into a
 * page to wait for an element there is a long task of its own.
 */
function untilDrawn(frame: Frame): Promise<void> {
  return frame.evaluate(async () => {
    while (document.querySelector('[data-cell="rss"]:not(:empty)') === null)
      await new Promise((done) => requestAnimationFrame(done));
    await new Promise((done) => setTimeout(done, 2000));
  });
}

/** Opens a map; milliseconds of the page's longest task. */
async function openingTask(workbench: Workbench, program: Program): Promise<number> {
  await workbench.executeCommand('memglass.openMemoryMap', program.pid);
  const { longTasks } = await record(await workbench.webviewFrame(), untilDrawn);
  return Math.max(0, ...longTasks);
}

async function scroll(workbench: Workbench, program: Program): Promise<Figure[]> {
  const longest = [await openingTask(workbench, program)];
  const frame = await workbench.webviewFrame();
  const idle = await record(frame, () => workbench.page.waitForTimeout(seconds * 1000));
  const figures: Figure[] = [{ name: 'map.scroll_idle_frame', value: median(idle.deltas), unit: 'ms' }];
  for (const pixels of [120, 2400]) {
    const scrolled = await record(frame, () => turnWheel(frame, pixels, seconds * 60));
    const p95 = percentile(scrolled.deltas, 0.95);
    figures.push(
      { name: `map.scroll_frame_p95_ms.${pixels}px`, value: p95, unit: 'ms' },
      { name: `map.scroll_frame_p95.${pixels}px`, value: p95 / median(idle.deltas), unit: 'ratio', limit: 1.2 },
      { name: `map.scroll_long_tasks.${pixels}px`, value: scrolled.longTasks.length, unit: 'count', limit: 0 },
    );
  }
  for (let turn = 1; turn < 3; turn++) {
    await workbench.closeAllEditors();
    longest.push(await openingTask(workbench, program));
  }
  await workbench.closeAllEditors();
  return [{ name: 'map.open_65530_view_longest_task', value: median(longest), unit: 'ms', limit: 50 }, ...figures];
}

/** From the click until the new region and its figures are on the screen. */
async function refresh(workbench: Workbench, program: Program): Promise<Figure[]> {
  await workbench.executeCommand('memglass.openMemoryMap', program.pid);
  const frame = await workbench.webviewFrame();
  await frame.waitForSelector('[data-cell="rss"]:not(:empty)');
  const regions = readFileSync(`/proc/${program.pid}/maps`, 'latin1').split('\n').length - 1;
  const [ours, floor]: [number[], number[]] = [[], []];
  await inPairs(
    refreshes,
    async () => {
      // It joins the one before, and begins where nothing began.
      const address = BigInt(await program.ask('map 1000'));
      ours.push(await refreshOnce(frame, address.toString(16)));
    },
    async () => void floor.push(cat(program, 'maps', 'smaps') + (await aFrame(frame))),
  );
  await workbench.closeAllEditors();
  return [
    { name: 'map.refresh_regions', value: regions, unit: 'count' },
    { name: 'map.refresh_500_ms', value: median(ours), unit: 'ms' },
    { name: 'map.refresh_500_cat_ms', value: median(floor), unit: 'ms' },
    { name: 'map.refresh_500_vs_cat', value: pairedRatio(ours, floor), unit: 'ratio', limit: 2 },
  ];
}

/** Shows the place alone, so that its row is one of those that are drawn; milliseconds until it is, with its figures. */
function refreshOnce(frame: Frame, start: string): Promise<number> {
  return frame.evaluate(async (wanted) => {
    const filter = document.querySelector<HTMLInputElement>('.map-filter');
    const button = document.querySelector<HTMLButtonElement>('.header .codicon-refresh')?.closest('button');
    if (filter === null || !button) throw new Error('no header');
    filter.value = wanted;
    filter.dispatchEvent(new Event('input'));
    const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
    await nextFrame();
    await nextFrame();
    const begin = performance.now();
    button.click();
    const cell = () =>
      document.querySelector(`[role="row"][data-start="${wanted}"]:not([data-change="vanished"]) [data-cell="rss"]`);
    while (!cell()?.textContent) await nextFrame();
    // A message posted while drawing is delivered after the drawing.
    await new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
    return performance.now() - begin;
  }, start);
}

function aFrame(frame: Frame): Promise<number> {
  return frame.evaluate(async () => {
    const nextFrame = () => new Promise<number>((done) => requestAnimationFrame(done));
    const first = await nextFrame();
    return (await nextFrame()) - first;
  });
}
