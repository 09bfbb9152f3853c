// What it costs the extension host to put 100,000 edits back that a killed window has left.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../host/workbench.ts';
import { keepMany } from '../support/keepMany.ts';
import type { Figure } from './figure.ts';
import { inWorkbench } from './inWorkbench.ts';
import { longestTask } from './longestTask.ts';

const count = 100_000;
const apart = 64;

export async function run(): Promise<Figure[]> {
  return await inWorkbench(async (workbench, folder) => {
    // A first view, so that what is loaded once is no part of it.
    await open(workbench, folder, 'first.bin', 1);
    const { task, milliseconds } = await open(workbench, folder, 'many.bin', count);
    return [
      { name: 'edit.100k_back_task', value: task, unit: 'ms', limit: 50 },
      { name: 'edit.100k_back', value: milliseconds / 1000, unit: 's' },
    ];
  });
}

/** Opens a file with edits that were kept, and waits until its tab is dirty. */
async function open(workbench: Workbench, folder: string, name: string, edits: number) {
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(edits * apart));
  await keepMany(workbench.server, path, edits, apart);
  const began = performance.now();
  const task = await longestTask(
    workbench,
    async (vscode, target) => {
      const isDirty = () =>
        vscode.window.tabGroups.all.some(({ tabs }) =>
          tabs.some(({ input, isDirty: dirty }) => dirty && (input as { uri: { path: string } }).uri.path === target),
        );
      const dirty = new Promise<void>((done) => {
        const following = vscode.window.tabGroups.onDidChangeTabs(() => {
          if (!isDirty()) return;
          following.dispose();
          done();
        });
      });
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(target), 'memglass.hex');
      await dirty;
    },
    path,
  );
  return { task, milliseconds: performance.now() - began };
}
