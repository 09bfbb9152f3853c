import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { vsix } from '../host/paths.ts';
import { VSCode } from '../host/vscode.ts';
import { Workbench } from '../host/workbench.ts';

/** Measures in a VS Code with the packed extension; `folder` is for files of the bench. All is gone afterwards. */
export async function inWorkbench<T>(measure: (workbench: Workbench, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'memglass-bench-'));
  const server = await VSCode.start({ vsix });
  const browser = await launchBrowser();
  try {
    return await measure(await Workbench.open(server, browser), folder);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
