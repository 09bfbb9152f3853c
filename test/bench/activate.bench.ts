// How long the extension host is busy with starting Memglass, by VS Code's own marks: its code is loaded (the bundle,
// and with it the addon) and activate() is called. Each time in a new window, so in a new extension host.
import type { Workbench } from '../host/workbench.ts';
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
      ms('activate.round', ({ round }) => round),
      { ...ms('activate.time', ({ load, call }) => load + call), limit: 50 },
    ];
  });
}

function activate(workbench: Workbench): Promise<{ load: number; call: number; round: number }> {
  return workbench.inHost(async (vscode) => {
    const id = 'memglass.memglass';
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined || extension.isActive) throw new Error('it is not there, or active too early');
    const start = performance.now();
    await extension.activate();
    const round = performance.now() - start;
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
      round,
    };
  });
}
