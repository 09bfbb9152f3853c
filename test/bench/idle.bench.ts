// What a view costs that shows a file nobody changes: the extension host's processor time.
import type { Figure } from './figure.ts';
import { cpuSeconds, hostPid } from './hostProcess.ts';
import { probeView } from './pageProbe.ts';
import { withWindow } from './window.ts';

const seconds = 10;

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, { files }) => {
    const pid = await hostPid(workbench);
    const use = async () => {
      await workbench.page.waitForTimeout(3000);
      const before = cpuSeconds(pid);
      await workbench.page.waitForTimeout(seconds * 1000);
      return ((cpuSeconds(pid) - before) / seconds) * 100;
    };
    const without = await use();
    const figures: Figure[] = [{ name: 'idle.cpu_without_view', value: without, unit: '% of a core' }];
    for (const [name, file] of [
      ['idle.cpu', files.large],
      ['idle.cpu_1TiB', files.sparse],
    ] as const) {
      await workbench.openFile(file.name);
      await probeView(workbench, file);
      figures.push({ name, value: await use(), unit: '% of a core' });
      await workbench.closeAllEditors();
    }
    return figures;
  });
}
