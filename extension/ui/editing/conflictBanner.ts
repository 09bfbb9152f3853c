import * as vscode from 'vscode';
import type { SaveConflict } from '../../core/editing/stagedSave.ts';
import { formatCount, formatSize } from '../../core/numbers.ts';
import type { Banner } from '../../protocol/viewTypes.ts';

/** What is in the way of a save, and the ways on. */
export function conflictBanner(conflict: SaveConflict): Banner {
  const saveAs = { id: 'saveAs', label: vscode.l10n.t('Save As…') } as const;
  const discard = { id: 'keepTheirs', label: vscode.l10n.t('Discard My Edits') } as const;
  switch (conflict.kind) {
    case 'changed': {
      const count = formatCount(conflict.ranges.length);
      return {
        severity: 'warning',
        text: conflict.isCut
          ? vscode.l10n.t('Not saved: others have changed bytes that you edited, in more than {0} places.', count)
          : conflict.ranges.length === 1
            ? vscode.l10n.t('Not saved: others have changed bytes that you edited, in 1 place.')
            : vscode.l10n.t('Not saved: others have changed bytes that you edited, in {0} places.', count),
        actions: [
          { id: 'overwrite', label: vscode.l10n.t('Overwrite') },
          { id: 'keepTheirs', label: vscode.l10n.t('Keep Theirs') },
          { id: 'showConflict', label: vscode.l10n.t('Show') },
        ],
      };
    }
    case 'size':
      return {
        severity: 'warning',
        text: vscode.l10n.t(
          'Not saved: others have made this file {0} long (it was {1}), and some of your edits have no place in it any more.',
          formatSize(conflict.now),
          formatSize(conflict.was),
        ),
        actions: [saveAs, discard],
      };
    case 'path':
      return pathBanner(conflict.fate.kind, saveAs, discard);
  }
}

function pathBanner(fate: string, saveAs: Banner['actions'][number], discard: Banner['actions'][number]): Banner {
  const severity = 'warning';
  switch (fate) {
    case 'replaced':
      return {
        severity,
        text: vscode.l10n.t('Not saved: another file has taken this path since you opened it.'),
        actions: [
          { id: 'overwrite', label: vscode.l10n.t('Overwrite the New File’s Bytes') },
          { id: 'keepTheirs', label: vscode.l10n.t('Keep Theirs') },
          saveAs,
        ],
      };
    case 'moved':
      return {
        severity,
        text: vscode.l10n.t('Not saved: this file was moved since you opened it.'),
        actions: [{ id: 'followMove', label: vscode.l10n.t('Open It There') }, saveAs, discard],
      };
    case 'deleted':
      return {
        severity,
        text: vscode.l10n.t('Not saved: this file was deleted since you opened it.'),
        actions: [saveAs, discard],
      };
    default:
      return {
        severity,
        text: vscode.l10n.t('Not saved: the path does not lead to this file at the moment.'),
        actions: [saveAs, discard],
      };
  }
}
