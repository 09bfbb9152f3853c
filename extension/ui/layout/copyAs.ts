import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { intersect } from '../../core/byteRange.ts';
import type { Hole } from '../../core/byteSource.ts';
import { asHex, asHexDump } from '../../core/expressions/copyFormats.ts';
import { formatHexOffset, formatSize } from '../../core/expressions/numbers.ts';
import { largestRead } from '../../core/limits.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import { sentenceFor } from '../errors.ts';
import { copyLimit, readLayout } from '../settings.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';

/** A copy larger than this shows its progress and can be cancelled. */
const progressFrom = 2 ** 20;

interface Format {
  readonly id: 'hex' | 'hexDump';
  readonly label: string;
  readonly description: string;
}

/** "Copy as Hex", "Copy as Hex Dump" and "Copy As…": the selection, or the byte under the cursor. */
export function registerCopyAs(context: vscode.ExtensionContext, views: ActiveViews): void {
  const register = (command: string, choose: () => Promise<Format['id'] | undefined>) =>
    vscode.commands.registerCommand(command, async () => {
      const session = views.active;
      // A view that does not show any more has said all.
      await session?.settled().catch(() => {});
      if (session?.selection === undefined) {
        vscode.window.setStatusBarMessage(vscode.l10n.t('There is no byte to copy.'), 5000);
        return;
      }
      const format = await choose();
      if (format !== undefined) await copy(session, format);
    });
  context.subscriptions.push(
    register('memglass.copyAsHex', async () => 'hex'),
    register('memglass.copyAsHexDump', async () => 'hexDump'),
    register('memglass.copyAs', async () => {
      const formats: Format[] = [
        { id: 'hex', label: vscode.l10n.t('Hex'), description: '7F 45 4C 46' },
        { id: 'hexDump', label: vscode.l10n.t('Hex Dump'), description: '00000000: 7f45 4c46  .ELF' },
      ];
      const title = vscode.l10n.t('Copy As');
      return (await vscode.window.showQuickPick(formats, { title }))?.id;
    }),
  );
}

/** Answers whether all that is selected is in the clipboard now; else the user was told why not, or has cancelled. */
export async function copy(session: ViewSession, format: Format['id']): Promise<boolean> {
  const { selection, edited, document } = session;
  if (selection === undefined || edited === undefined) return false;
  if (selection.length > copyLimit()) {
    refuse(selection.length);
    return false;
  }
  try {
    const found = await readAll(edited, selection);
    if (found === undefined) return false;
    const [hole] = found.holes;
    if (hole !== undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'Not copied: bytes from 0x{0} on cannot be read. Select a range without “??”.',
          formatHexOffset(session.place(hole.offset)),
        ),
      );
      return false;
    }
    const { upperCase } = readLayout(document.uri);
    const text =
      format === 'hex'
        ? asHex(found.bytes, { upperCase })
        : asHexDump(found.bytes, { offset: session.place(selection.offset) });
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', formatSize(found.bytes.length)), 3000);
    return found.bytes.length === selection.length;
  } catch (error) {
    void vscode.window.showErrorMessage(sentenceFor(error));
    return false;
  }
}

function refuse(length: number): void {
  const open = vscode.l10n.t('Change the Limit');
  const message = vscode.l10n.t(
    'The selection is {0}; the clipboard takes at most {1} at a time. Select less, or raise the limit.',
    formatSize(length),
    formatSize(copyLimit()),
  );
  void vscode.window.showInformationMessage(message, open).then((choice) => {
    if (choice === open) void vscode.commands.executeCommand('workbench.action.openSettings', 'memglass.copy.limit');
  });
}

/** All bytes of `range` and the holes in them; undefined where the user cancelled or the source ends before. */
async function readAll(
  edited: EditedSource,
  range: ByteRange,
): Promise<{ bytes: Uint8Array; holes: Hole[] } | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Copying {0}', formatSize(range.length)),
    cancellable: true,
  };
  const read = async (report: (part: number) => void, isCancelled: () => boolean) => {
    const bytes = new Uint8Array(range.length);
    const holes: Hole[] = [];
    for (let done = 0; done < range.length; ) {
      if (isCancelled()) return undefined;
      const part = await edited.read(range.offset + done, Math.min(largestRead, range.length - done));
      if (part.bytes.length === 0) return { bytes: bytes.slice(0, done), holes };
      bytes.set(part.bytes, done);
      holes.push(...part.holes.filter((hole) => intersect(hole, range) !== undefined));
      done += part.bytes.length;
      report((part.bytes.length / range.length) * 100);
    }
    return { bytes, holes };
  };
  if (range.length < progressFrom)
    return await read(
      () => {},
      () => false,
    );
  return await vscode.window.withProgress(options, (progress, token) =>
    read(
      (increment) => progress.report({ increment }),
      () => token.isCancellationRequested,
    ),
  );
}
