/** `memglass.region.save` and `memglass.region.saveAll`: memory of a process into a file. */
import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { printableName } from '../../core/text/printableName.ts';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import type { Platform } from '../../platform/platform.ts';
import type { SavedReport } from '../../platform/processes/saveRegions.ts';
import type { Task } from '../../platform/sharedMemory/task.ts';
import { askDestination, type FileDestination, readDestination } from '../asking/fileDestination.ts';
import { mustBeSavedElsewhere } from '../editing/unsavedElsewhere.ts';
import { withTask } from '../sharedMemory/memoryTask.ts';
import { checkTrust, say } from '../sharedMemory/objectCommand.ts';
import { processTitle } from '../sourceTitle.ts';
import { addressText } from './addressWords.ts';
import type { RegionServices } from './openAddress.ts';
import { activeRegion, type Options, type RegionView, registerRegionCommand } from './regionCommand.ts';
import { unreadableText } from './unreadableText.ts';

/** With `{ file: '/tmp/x', overwrite?: boolean }` nothing is asked; they resolve to `{ path, size, unread }`. */
export function registerSaveRegions(
  context: vscode.ExtensionContext,
  { views }: RegionServices,
  platform: Platform,
): void {
  const { processOperations: operations } = platform;
  registerRegionCommand(context, 'memglass.region.save', async (options) => {
    const view = activeRegion(views);
    if (view === undefined) return undefined;
    const { ref } = view;
    const name = `${ref.pid}-${ref.start.toString(16)}-${ref.end.toString(16)}.bin`;
    return await save(platform, options, name, ref.end - ref.start, ({ path, overwrite }, task) =>
      operations.saveRegion(ref, path, overwrite, task),
    );
  });
  registerRegionCommand(context, 'memglass.region.saveAll', async (options) => {
    const view = activeRegion(views);
    if (view === undefined) return undefined;
    const { ref } = view;
    // How much it is is known once the regions are.
    return await save(platform, options, `core.${nameOf(view)}.${ref.pid}`, 1n << 62n, ({ path, overwrite }, task) =>
      operations.saveProcess(ref, path, overwrite, task),
    );
  });
}

function nameOf({ ref, watched }: RegionView): string {
  const title = processTitle(ref.pid, watched.source.details ?? {}).replace(/ \(\d+\)$/, '');
  return title.replace(/[^\w.-]+/g, '_') || 'process';
}

async function save(
  platform: Platform,
  options: Options,
  name: string,
  size: bigint,
  run: (to: FileDestination, task: Task) => Promise<SavedReport>,
): Promise<unknown> {
  checkTrust();
  const to =
    options === undefined
      ? await askDestination(vscode.l10n.t('Save Memory to a File'), name, platform.home)
      : readDestination(options);
  if (to === undefined) return undefined;
  const shown = printableName(to.path);
  await mustBeSavedElsewhere({ kind: 'file', path: to.path }, platform);
  const report = await withTask(vscode.l10n.t('Saving to {0}', shown), size, (task) => run(to, task));
  if (options === undefined) void tell(report, shown);
  return {
    path: decodeUtf8Strict(to.path) ?? shown,
    size: report.size,
    unread: report.unread.map(({ start, end, reason }) => ({
      start: addressText(start),
      end: addressText(end),
      reason,
    })),
  };
}

async function tell({ size, unread, unreadBytes }: SavedReport, path: string): Promise<void> {
  const saved = vscode.l10n.t('Saved {0} to {1}', formatSize(size), path);
  if (unread.length === 0) return say(saved);
  const show = vscode.l10n.t('Show Them');
  const words = vscode.l10n.t(
    '{0}. {1} ranges ({2}) could not be read, and are holes of the file.',
    saved,
    formatCount(unread.length),
    formatSize(unreadBytes),
  );
  if ((await vscode.window.showWarningMessage(words, show)) !== show) return;
  const lines = unread.map(({ start, end, reason }) => {
    return `${addressText(start)}-${addressText(end)}\t${formatSize(end - start)}\t${unreadableText(reason)}`;
  });
  const content = `${words}\n\n${lines.join('\n')}\n`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
}
