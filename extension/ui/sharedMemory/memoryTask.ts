import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { Task } from '../../platform/sharedMemory/task.ts';

/** What is larger shows its progress and can be cancelled. Bytes. */
const progressFrom = 32 * 2 ** 20;

/** Runs a long operation over `bytes` bytes with its progress in a notification that cancels it. */
export async function withTask<T>(title: string, bytes: number | bigint, run: (task: Task) => Promise<T>): Promise<T> {
  if (bytes < progressFrom) return await run({ report: () => {}, isCancelled: () => false });
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress, token) => {
    let told = 0;
    const report = (done: number, total: number) => {
      const percent = (done / total) * 100;
      const message = vscode.l10n.t('{0} of {1}', formatSize(done), formatSize(total));
      progress.report({ increment: percent - told, message });
      told = percent;
    };
    return await run({ report, isCancelled: () => token.isCancellationRequested });
  });
}
