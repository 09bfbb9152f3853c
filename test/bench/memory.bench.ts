// What 3,000 jumps over a tebibyte and 20,000 rows of scrolling leave behind, in the extension host and in the view.
// Compared are states at rest, after garbage collection. The file is on a disk, so that it is read through mappings.
import type { CDPSession, Frame } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';
import { type Figure, randomNumbers } from './figure.ts';
import { hostPid, memoryOf, settleMemory } from './hostProcess.ts';
import { pageHeap } from './pageHeap.ts';
import { probeView } from './pageProbe.ts';
import { turnWheel } from './wheel.ts';
import { withWindow } from './window.ts';

const MiB = 2 ** 20;
const jumps = 3000;
const rows = 20_000;
const wheelPixels = 2400;

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, { files, browser }) => {
    await workbench.openFile(files.sparse.name);
    const frame = await probeView(workbench, files.sparse);
    const pid = await hostPid(workbench);
    const session = await workbench.page.context().newCDPSession(workbench.page);
    const system = await browser.newBrowserCDPSession();
    const look = async () => {
      await settleMemory(workbench, pid);
      const memory = memoryOf(pid);
      return {
        rss: memory('VmRSS'),
        anonymous: memory('RssAnon'),
        tables: memory('VmPTE'),
        heap: await pageHeap(session),
        renderer: await rendererRss(system),
      };
    };
    const before = await look();
    await jumpAbout(workbench, frame, files.sparse.size);
    const { height } = await frame.evaluate(() => window.memglassProbe.firstRow());
    await turnWheel(frame, wheelPixels, Math.ceil((rows * height) / wheelPixels));
    const after = await look();
    const growth = (name: string, key: keyof typeof before, limit?: number): Figure => ({
      name,
      value: (after[key] - before[key]) / MiB,
      unit: 'MiB',
      ...(limit === undefined ? {} : { limit }),
    });
    return [
      { name: 'memory.host_rss', value: after.rss / MiB, unit: 'MiB' },
      { name: 'memory.view_heap', value: after.heap / MiB, unit: 'MiB' },
      growth('memory.host_growth', 'rss', 32),
      growth('memory.host_anonymous_growth', 'anonymous'),
      growth('memory.host_page_tables', 'tables', 4),
      growth('memory.view_growth', 'heap', 32),
      growth('memory.renderer_growth', 'renderer'),
    ];
  });
}

/** Each jump is over when its bytes show. */
async function jumpAbout(workbench: Workbench, frame: Frame, size: number): Promise<void> {
  const random = randomNumbers(2);
  for (let i = 0; i < jumps; i++) {
    const offset = Math.floor(size * random());
    await workbench.executeCommand('memglass.goToOffset', offset);
    await frame.evaluate((at) => window.memglassProbe.whenShown(at), offset);
  }
}

/** Resident bytes of the browser's largest renderer. */
async function rendererRss(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ id }) => memoryOf(id)('VmRSS')));
}
