// What looking does to the process that is looked at: 8 GiB of memory that it has never touched, scrolled through in a
// thousand screens from its beginning to its end, and then read whole through the API. Reading untouched memory by
// /proc/<pid>/mem alone would fill its page tables: 4 KiB for each 2 MiB that a screen comes to, 16 MiB for all of it.
// So the limit on page tables is none at all. Resident memory the kernel counts by processor, up to some dozens of pages
// wrong, and the process itself goes on: there the limit is 256 KiB.
import { type Figure, times } from './figure.ts';
import { memoryOf } from './hostProcess.ts';
import { regionUri, withProgram } from './regions.ts';
import { withWindow } from './window.ts';

const size = 8 * 2 ** 30;
const screens = 1000;
const KiB = 1024;

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench) => {
    return await withProgram('untouched', size, async (program) => {
      const weight = () => {
        const memory = memoryOf(program.pid);
        return { resident: memory('VmRSS'), tables: memory('VmPTE') };
      };
      const before = weight();
      const uri = regionUri(program, size);
      await workbench.openWith({ $uri: uri }, 'memglass.memory');
      const rows = workbench.webview().locator('[role="grid"]:not([aria-busy]) [data-cell="hex"]:not(:empty)');
      await rows.first().waitFor();
      await times(screens, async (screen) => {
        const offset = Math.floor(((size - 4096) * screen) / (screens - 1) / 16) * 16;
        await workbench.executeCommand('memglass.goToOffset', `start+${offset}`);
        const row = workbench.webview().locator(`[role="row"][data-offset="${offset}"] [data-cell="hex"]`);
        await row.filter({ hasText: '00' }).waitFor();
      });
      const shown = weight();
      const read = await workbench.inHost(
        async (vscode, text, bytes) => {
          const api = await vscode.extensions.getExtension('memglass.memglass')?.activate();
          const source = await api.openSource(vscode.Uri.parse(text));
          const into = new Uint8Array(2 ** 20);
          let done = 0;
          try {
            while (done < bytes) done += (await source.read(done, into)).length;
          } finally {
            source.dispose();
          }
          return done;
        },
        uri,
        size,
      );
      if (read !== size) throw new Error(`${read} of ${size} bytes were read`);
      const swept = weight();
      const figure = (name: string, value: number, limit?: number): Figure => {
        return { name: `target.${name}`, value, unit: 'KiB', ...(limit === undefined ? {} : { limit }) };
      };
      return [
        figure('unchanged_page_tables', (shown.tables - before.tables) / KiB, 0),
        figure('unchanged_rss', (shown.resident - before.resident) / KiB, 256),
        figure('page_tables_per_screen', (shown.tables - before.tables) / KiB / screens),
        figure('rss_per_screen', (shown.resident - before.resident) / KiB / screens),
        figure('swept_page_tables', (swept.tables - before.tables) / KiB, 0),
        figure('swept_rss', (swept.resident - before.resident) / KiB, 256),
      ];
    });
  });
}
