import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { formatCount } from '../../core/expressions/numbers.ts';
import type { HexDocument } from '../views/hexDocument.ts';

/** What stays of edits where they are given up, for an apply of them was cut off; undefined where nothing does. */
export async function storedWords({ opened }: HexDocument, range?: ByteRange): Promise<string | undefined> {
  if (!opened.ok) return undefined;
  // What cannot be looked at any more nothing is known of.
  const found = await opened.edited.storedAlready(range).catch(() => undefined);
  if (found === undefined || found.stored === 0) return undefined;
  const [stored, count] = [formatCount(found.stored), formatCount(found.count)];
  return found.count === 1
    ? vscode.l10n.t('The edited place has your bytes already, as an apply that was cut off leaves it. It stays so.')
    : vscode.l10n.t(
        '{0} of the {1} edited places have your bytes already, as an apply that was cut off leaves them. They stay so.',
        stored,
        count,
      );
}

/** Gives edits up, and says what stays of them. */
export async function sayingWhatStays<T>(
  document: HexDocument,
  range: ByteRange | undefined,
  giveUp: () => Promise<T>,
): Promise<T> {
  const words = await storedWords(document, range);
  const done = await giveUp();
  if (words !== undefined) void vscode.window.showWarningMessage(`${document.path}: ${words}`);
  return done;
}
