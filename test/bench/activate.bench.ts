// How long the extension host is busy with starting Memglass, by VS Code's own marks: its code is loaded (the bundle,
// and with it the addon) and activate() is called. Each time in a new window, so in a new extension host;
// once the window has done with its own start, which takes both processors of a small machine for some seconds.
import type { Workbench } from '../host/workbench.ts';
import { atRest } from './atRest.ts';
import { type Figure, median, times } from './figure.ts';
import { withVSCode } from './window.ts';

const windows = 7;

export async function run(): Promise<Figure[]> {
  return await withVSCode(async ({ inWindow }) => {
    const all = await times(windows, () => inWindow(activate));
    const ms = (name: string, value: (one: (typeof all)[number]) => number) => ({
      name,
      value: median(all.map(value)),
      unit: 'ms',
    });
    return [
      ms('activate.load', ({ load }) => load),
      ms('activate.call', ({ call }) => call),
      ms('activate.cpu', ({ cpu }) => cpu),
      ms('activate.round', ({ round }) => round),
      { ...ms('activate.time', ({ load, call }) => load + call), limit: 50 },
    ];
  });
}

async function activate(workbench: Workbench): Promise<{ load: number; call: number; cpu: number; round: number }> {
  await atRest();
  return await workbench.inHost(async (vscode) => {
    const id = 'memglass.memglass';
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined || extension.isActive) throw new Error('it is not there, or active too early');
    const start = performance.now();
    const used = process.cpuUsage();
    await extension.activate();
    const round = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    const { MonacoPerformanceMarks } = globalThis as unknown as {
      MonacoPerformanceMarks: { getMarks(): { name: string; startTime: number }[] };
    };
    const marks = MonacoPerformanceMarks.getMarks();
    const between = (first: string, last: string) => {
      const at = (name: string) => marks.find((mark) => mark.name === `code/extHost/${name}/${id}`)?.startTime;
      return (at(last) ?? Number.NaN) - (at(first) ?? Number.NaN);
    };
    return {
      load: between('willLoadExtensionCode', 'didLoadExtensionCode'),
      call: between('willActivateExtension', 'didActivateExtension'),
      cpu: (user + system) / 1000,
      round,
    };
  });
}
