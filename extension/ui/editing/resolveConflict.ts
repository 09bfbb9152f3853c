import * as vscode from 'vscode';
import { formatHexOffset, formatSize } from '../../core/expressions/numbers.ts';
import type { BannerAction } from '../../protocol/viewTypes.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { applyEdits } from './applyEdits.ts';
import { shownBytes, showPlaces, startOf } from './showPlaces.ts';
import { sayingWhatStays } from './storedWords.ts';

type Choice = Extract<
  BannerAction,
  'overwrite' | 'keepTheirs' | 'showConflict' | 'keepInside' | 'applyToNew' | 'saveAs'
>;

/** Does what the user chose where a save met something else than was edited. */
export async function resolveConflict(session: ViewSession, choice: Choice): Promise<void> {
  const { document, edited, panel } = session;
  if (edited === undefined) return;
  switch (choice) {
    case 'overwrite':
      document.overwrites = true;
      try {
        if (document.isHeld) {
          await applyEdits(document);
          return;
        }
        // By way of VS Code: its tab is dirty until it has saved.
        await vscode.workspace.save(document.uri);
      } finally {
        document.overwrites = false;
      }
      return;
    case 'applyToNew':
      // What stands in it nobody has seen: it is compared first, as ever.
      await edited.goOverReplacement();
      await applyEdits(document);
      return;
    case 'saveAs':
      panel.reveal();
      await vscode.commands.executeCommand('workbench.action.files.saveAs');
      return;
    case 'keepTheirs': {
      // His other edits are in nobody's way.
      if (await document.keepTheirs()) return;
      const wasReplaced = edited.conflict?.kind === 'path' && edited.conflict.fate.kind === 'replaced';
      if (document.isHeld) {
        await sayingWhatStays(document, undefined, () => document.revert());
      } else {
        panel.reveal();
        await vscode.commands.executeCommand('workbench.action.files.revert');
      }
      if (wasReplaced && !edited.hasEdits) await edited.watched.reopen();
      return;
    }
    case 'keepInside':
      await document.keepInside();
      panel.reveal();
      if (!edited.hasEdits) await vscode.commands.executeCommand('workbench.action.files.revert');
      return;
    case 'showConflict':
      await showConflict(session);
  }
}

/** Where the bytes of a deletion are takes room, too. */
const shownOfDeleted = 8;

/** What stood beside bytes that were inserted. */
function wasOf(seen: Uint8Array): string {
  return seen.length === 0
    ? vscode.l10n.t('was the end')
    : vscode.l10n.t('was {0}', startOf(seen.subarray(0, shownBytes), seen.length));
}

/** What stands at the places, and what was edited. */
async function showConflict(session: ViewSession): Promise<void> {
  const { edited } = session;
  if (edited?.conflict?.kind !== 'changed') return;
  const places = await Promise.all(
    edited.conflict.ranges.map(async ({ offset: source, length, seenBeside, isDeleted }) => {
      const offset = edited.overlay.toViewOrAfter(source);
      const isGone = isDeleted === true || edited.overlay.toView(source) === undefined;
      const [ours, theirs] = await Promise.all([
        edited.read(offset, Math.min(length, shownBytes)),
        edited.watched.read(source, Math.min(length, shownBytes)),
      ]);
      const own = isGone ? vscode.l10n.t('deleted by you') : vscode.l10n.t('yours {0}', startOf(ours.bytes, length));
      const description = seenBeside === undefined ? own : wasOf(seenBeside);
      const first = startOf(isDeleted === true ? theirs.bytes.subarray(0, shownOfDeleted) : theirs.bytes, length);
      const detail =
        isDeleted === true
          ? vscode.l10n.t('in {0} from {1} on, theirs {2}', formatSize(length), `0x${formatHexOffset(source)}`, first)
          : vscode.l10n.t('theirs {0}', first);
      // Of what is deleted the view has nothing.
      return { offset, length: isGone ? 0 : length, description, detail };
    }),
  );
  showPlaces(session, vscode.l10n.t('Bytes That Others Have Changed'), places);
}
