import * as vscode from 'vscode';
import type { SaveConflict } from '../../core/editing/stagedSave.ts';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import type { Banner } from '../../protocol/viewTypes.ts';

/** What is in the way of a save, or of applying edits that are held here, and the ways on. */
export function conflictBanner(conflict: SaveConflict, isHeld: boolean): Banner {
  return isHeld ? notApplied(conflict) : notSaved(conflict);
}

function notApplied(conflict: SaveConflict): Banner {
  const discard = { id: 'keepTheirs', label: vscode.l10n.t('Discard My Edits') } as const;
  const severity = 'warning';
  switch (conflict.kind) {
    case 'changed':
      return isBeside(conflict)
        ? besideBanner(
            vscode.l10n.t(
              'Not applied: others have changed what stands around bytes that you inserted, {0}.',
              places(conflict),
            ),
          )
        : changedBanner(
            vscode.l10n.t('Not applied: others have changed bytes that you edited, {0}.', places(conflict)),
          );
    case 'size': {
      const [now, was] = [formatSize(conflict.now), formatSize(conflict.was)];
      return {
        severity,
        text: vscode.l10n.t(
          'Not applied: it is {0} long now (it was {1}), and some of your edits have no place in it any more.',
          now,
          was,
        ),
        actions: [{ id: 'keepInside', label: vscode.l10n.t('Keep Only Those Inside') }, discard],
      };
    }
    case 'path':
      return conflict.fate.kind === 'replaced'
        ? {
            severity,
            text: vscode.l10n.t('Not applied: another object has taken this name since you opened it.'),
            actions: [{ id: 'applyToNew', label: vscode.l10n.t('Apply to the New One') }, discard],
          }
        : conflict.fate.kind === 'moved'
          ? {
              severity,
              text: vscode.l10n.t('Not applied: this file was moved since you opened it.'),
              actions: [{ id: 'followMove', label: vscode.l10n.t('Open It There') }, discard],
            }
          : {
              severity,
              text: vscode.l10n.t('Not applied: what these edits were made over is not there any more.'),
              actions: [discard],
            };
  }
}

function notSaved(conflict: SaveConflict): Banner {
  const saveAs = { id: 'saveAs', label: vscode.l10n.t('Save As…') } as const;
  const discard = { id: 'keepTheirs', label: vscode.l10n.t('Discard My Edits') } as const;
  switch (conflict.kind) {
    case 'changed':
      if (isOfDeleted(conflict)) {
        return deletedBanner(
          vscode.l10n.t('Not saved: others have changed bytes that you deleted, or may have, {0}.', places(conflict)),
        );
      }
      return isBeside(conflict)
        ? besideBanner(
            vscode.l10n.t(
              'Not saved: others have changed what stands around bytes that you inserted, {0}.',
              places(conflict),
            ),
          )
        : changedBanner(vscode.l10n.t('Not saved: others have changed bytes that you edited, {0}.', places(conflict)));
    case 'size':
      return sizeBanner(conflict, discard);
    case 'path':
      return pathBanner(conflict.fate.kind, saveAs, discard);
  }
}

type Changed = Extract<SaveConflict, { kind: 'changed' }>;

/** Nothing of theirs would be overwritten then: it is the place of what was inserted that is in doubt. */
function isBeside({ ranges }: Changed): boolean {
  return ranges.every(({ seenBeside }) => seenBeside !== undefined);
}

/** Bytes of theirs would go that the user has not seen, or nobody knows. */
function isOfDeleted({ ranges }: Changed): boolean {
  return ranges.every(({ isDeleted }) => isDeleted === true);
}

/** In how many places; ends a sentence. */
function places({ ranges, isCut }: Changed): string {
  const count = formatCount(ranges.length);
  if (isCut) return vscode.l10n.t('in more than {0} places', count);
  return ranges.length === 1 ? vscode.l10n.t('in 1 place') : vscode.l10n.t('in {0} places', count);
}

function changedBanner(text: string): Banner {
  return theirsBanner(text, vscode.l10n.t('Overwrite'));
}

function deletedBanner(text: string): Banner {
  return theirsBanner(text, vscode.l10n.t('Delete Them All the Same'));
}

function besideBanner(text: string): Banner {
  return theirsBanner(text, vscode.l10n.t('Insert Them There'));
}

/** `mine`: what brings the edits in all the same. */
function theirsBanner(text: string, mine: string): Banner {
  return {
    severity: 'warning',
    text,
    actions: [
      { id: 'overwrite', label: mine },
      { id: 'keepTheirs', label: vscode.l10n.t('Keep Theirs') },
      { id: 'showConflict', label: vscode.l10n.t('Show') },
    ],
  };
}

/** What lay past the end is known to nobody any more, so no copy of the whole can be saved. */
function sizeBanner(
  { was, now, pastEnd }: Extract<SaveConflict, { kind: 'size' }>,
  discard: Banner['actions'][number],
): Banner {
  const severity = 'warning';
  const [size, before] = [formatSize(now), formatSize(was)];
  const keep = { id: 'keepInside', label: vscode.l10n.t('Keep My Edits') } as const;
  if (now > was) {
    const text = vscode.l10n.t(
      'Not saved: this file is {0} long now (it was {1}), by more than your edits tell. Look whether they are in it already.',
      size,
      before,
    );
    return { severity, text, actions: [keep, discard] };
  }
  if (pastEnd === 0) {
    const text = vscode.l10n.t(
      'Not saved: others have cut this file to {0} (it was {1}). Your edits are in what is left.',
      size,
      before,
    );
    return { severity, text, actions: [keep, discard] };
  }
  const text =
    pastEnd === 1
      ? vscode.l10n.t(
          'Not saved: others have cut this file to {0} (it was {1}). 1 of your edits is past its end.',
          size,
          before,
        )
      : vscode.l10n.t(
          'Not saved: others have cut this file to {0} (it was {1}). {2} of your edits are past its end.',
          size,
          before,
          formatCount(pastEnd),
        );
  return { severity, text, actions: [{ id: 'keepInside', label: vscode.l10n.t('Keep Only Those Inside') }, discard] };
}

function pathBanner(fate: string, saveAs: Banner['actions'][number], discard: Banner['actions'][number]): Banner {
  const severity = 'warning';
  switch (fate) {
    case 'replaced':
      return {
        severity,
        text: vscode.l10n.t('Not saved: another file has taken this path since you opened it.'),
        actions: [{ id: 'overwrite', label: vscode.l10n.t('Overwrite the New File’s Bytes') }, discard, saveAs],
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
