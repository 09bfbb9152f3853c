// Five seconds of wheel, slow and fast: frames come as on an idle page, show bytes, and move as far as was asked.
import { percentile } from '../host/measure.ts';
import { type Figure, median } from './figure.ts';
import { probeView, recordIdle } from './pageProbe.ts';
import { turnWheel } from './wheel.ts';
import { withWindow } from './window.ts';

const seconds = 5;

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, { files }) => {
    await workbench.openFile(files.large.name);
    const frame = await probeView(workbench, files.large);
    const idle = await recordIdle(frame, seconds * 1000);
    const idleFrame = median(idle.deltas);
    const figures: Figure[] = [
      { name: 'scroll.idle_frame', value: idleFrame, unit: 'ms' },
      { name: 'scroll.idle_frame_p95', value: percentile(idle.deltas, 0.95), unit: 'ms' },
      { name: 'scroll.idle_long_tasks', value: idle.longTasks.length, unit: 'count' },
    ];
    const nodes = [await frame.evaluate(() => window.memglassProbe.nodes())];
    for (const pixels of [120, 2400]) {
      const before = await frame.evaluate(() => window.memglassProbe.firstRow());
      const events = seconds * 60;
      await frame.evaluate(() => window.memglassProbe.record());
      await turnWheel(frame, pixels, events);
      const recorded = await frame.evaluate(() => window.memglassProbe.stop());
      await workbench.page.waitForTimeout(500);
      const after = await frame.evaluate(() => window.memglassProbe.firstRow());
      const moved = (after.offset - before.offset) / 16;
      const asked = (events * pixels) / before.height;
      const p95 = percentile(recorded.deltas, 0.95);
      nodes.push(await frame.evaluate(() => window.memglassProbe.nodes()));
      const name = (figure: string) => `scroll.${figure}.${pixels}px`;
      figures.push(
        { name: name('frame_p95_ms'), value: p95, unit: 'ms' },
        { name: name('look'), value: recorded.looking / recorded.looks, unit: 'ms' },
        { name: name('frame_p95'), value: p95 / idleFrame, unit: 'ratio', limit: 1.2 },
        { name: name('long_tasks'), value: recorded.longTasks.length, unit: 'count', limit: 0 },
        { name: name('longest_task'), value: Math.max(0, ...recorded.longTasks), unit: 'ms' },
        { name: name('rows_moved'), value: (100 * moved) / asked, unit: '%', limit: 99, atLeast: true },
        {
          name: name('placeholder_frames'),
          value: (100 * recorded.placeholders) / recorded.looks,
          unit: '%',
          limit: 1,
        },
        { name: name('wrong_frames'), value: (100 * recorded.wrong) / recorded.looks, unit: '%', limit: 0 },
      );
    }
    const most = (key: 'view' | 'document') => Math.max(...nodes.map((one) => one[key]));
    return [
      ...figures,
      { name: 'view.dom_nodes_of_document', value: most('document'), unit: 'count' },
      { name: 'view.dom_nodes', value: most('view'), unit: 'count', limit: 400 },
    ];
  });
}
