import * as vscode from 'vscode';
import { asHex } from '../../core/expressions/copyFormats.ts';
import { hexWithDecimal } from '../../core/expressions/numbers.ts';
import type { LiveDifference } from '../../platform/editing/liveEdits.ts';

/** Of what stands there so many bytes are named. */
const mostNamed = 16;

/** Whether an undo, or a redo, shall go over bytes that others have changed since. */
export async function confirmDifference(
  { path }: { readonly path: string },
  { kind, offset, bytes, now }: LiveDifference,
): Promise<boolean> {
  const place = hexWithDecimal(offset);
  const question =
    kind === 'undo'
      ? vscode.l10n.t(
          'Others have changed {0} at {1} since your edit. Put the old bytes back over theirs?',
          path,
          place,
        )
      : vscode.l10n.t('Others have changed {0} at {1} since you undid the edit. Do it again over theirs?', path, place);
  const detail = vscode.l10n.t('It is {0} now; {1} would be written.', namedBytes(now), namedBytes(bytes));
  const yes = kind === 'undo' ? vscode.l10n.t('Put Back Anyway') : vscode.l10n.t('Write Anyway');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** `DE AD BE EF …` */
export function namedBytes(bytes: Uint8Array): string {
  const first = asHex(bytes.subarray(0, mostNamed));
  return bytes.length > mostNamed ? `${first} …` : first;
}
