import * as vscode from 'vscode';
import type { SourceFate } from '../../core/byteSource.ts';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { SourceRef } from '../../core/sourceRef.ts';
import type { WatchedState } from '../../platform/watchedSource.ts';
import type { Banner } from '../../protocol/viewTypes.ts';
import { sourceTitle } from '../sourceTitle.ts';

/** What there is to say about the state of a source; undefined while all is as it was. Its fate first. */
export function bannerFor(state: WatchedState, ref: SourceRef, isLive: boolean): Banner | undefined {
  return fateBanner(state.fate, ref) ?? lossBanner(state, ref, isLive);
}

/** What there is to say about looking at it at all, until it is read. */
export function noteFor({ note }: WatchedState): Banner | undefined {
  if (note === undefined) return undefined;
  return {
    severity: 'info',
    text: vscode.l10n.t(
      'Looking can allocate here: a page that was never touched gets memory when it is shown, and the kernel does not tell which those are.',
    ),
    actions: [{ id: 'dismissNote', label: vscode.l10n.t('Dismiss') }],
  };
}

function fateBanner(fate: SourceFate, ref: SourceRef): Banner | undefined {
  const isFile = ref.kind === 'file';
  const label = isFile ? vscode.l10n.t('Reopen the Path') : vscode.l10n.t('Open Anew');
  const reopen = { id: 'reopen', label } as const;
  const keep = {
    id: 'keep',
    label: isFile ? vscode.l10n.t('Keep Looking at the Old File') : vscode.l10n.t('Keep Looking'),
  } as const;
  const dismiss = { id: 'keep', label: vscode.l10n.t('Dismiss') } as const;
  switch (fate.kind) {
    case 'same':
      return undefined;
    case 'replaced':
      return {
        severity: 'warning',
        text: replacedText(ref),
        actions: ref.kind === 'processRegion' ? [dismiss] : [reopen, keep],
      };
    case 'deleted':
      return { severity: 'warning', text: deletedText(ref), actions: isFile ? [reopen, keep] : [dismiss] };
    case 'moved':
      return {
        severity: 'info',
        text: isFile
          ? vscode.l10n.t('This file was moved to {0}.', sourceTitle(fate.to))
          : vscode.l10n.t('This object was moved to {0}.', sourceTitle(fate.to)),
        actions: [{ id: 'followMove', label: vscode.l10n.t('Open It There') }, keep],
      };
    case 'unmounted':
      return {
        severity: 'warning',
        text: vscode.l10n.t('The file system of this file was unmounted. You are looking at what is still open.'),
        actions: [reopen, keep],
      };
    case 'released':
      return {
        severity: 'info',
        text: vscode.l10n.t(
          'Its process has let go of it or ended. This tab still holds it: the memory is freed once you close the tab and nobody else uses it.',
        ),
        actions: [dismiss],
      };
    case 'gone':
      return { severity: 'warning', text: goneText(fate.why), actions: [dismiss] };
    case 'unknown':
      return {
        severity: 'error',
        text: isFile
          ? vscode.l10n.t('This file cannot be asked about at the moment ({0}). What you see may be old.', fate.errno)
          : vscode.l10n.t(
              'This object cannot be asked about at the moment ({0}). What you see may be old.',
              fate.errno,
            ),
        actions: [reopen, keep],
      };
  }
}

function replacedText(ref: SourceRef): string {
  switch (ref.kind) {
    case 'file':
      return vscode.l10n.t('Another file has taken this path. You are looking at the old one.');
    case 'processRegion':
      return vscode.l10n.t('The process has mapped something else at these addresses. You are looking at that now.');
    default:
      return vscode.l10n.t('Another object has taken this name. You are looking at the old one.');
  }
}

function deletedText(ref: SourceRef): string {
  switch (ref.kind) {
    case 'file':
      return vscode.l10n.t(
        'This file was deleted. You are looking at what is still open; it is gone once you close it.',
      );
    case 'sysvShm':
      return vscode.l10n.t(
        'This segment was removed. It lives on while it is attached somewhere; the last bytes stay here until you close the tab.',
      );
    default:
      return vscode.l10n.t(
        'This object was unlinked. Those who use it keep it, and so does this tab: the last bytes stay here until you close it.',
      );
  }
}

function goneText(why: Extract<SourceFate, { kind: 'gone' }>['why']): string {
  switch (why) {
    case 'exited':
      return vscode.l10n.t('The process has ended, and its memory with it. The last bytes stay while this tab shows.');
    case 'exec':
      return vscode.l10n.t(
        'The process runs another program now (exec), and this memory has ended. The last bytes stay while this tab shows.',
      );
    case 'unmapped':
      return vscode.l10n.t('The process has unmapped this region. The last bytes stay while this tab shows.');
    case 'removed':
      return vscode.l10n.t('This segment was removed and is gone. The last bytes stay while this tab shows.');
  }
}

function lossBanner({ size, shownSize }: WatchedState, ref: SourceRef, isLive: boolean): Banner | undefined {
  if (size === shownSize) return undefined;
  const [left, lost] = [formatSize(size), formatSize(shownSize - size)];
  const shrunk =
    ref.kind === 'file'
      ? vscode.l10n.t('Another process shrank this file to {0}.', left)
      : vscode.l10n.t('Another process shrank this object to {0}.', left);
  const beyond = isLive
    ? vscode.l10n.t('What lay beyond ({0}) is gone; the bytes that showed stay as they were last, struck out.', lost)
    : vscode.l10n.t('What lay beyond ({0}) is gone and shows as past the end.', lost);
  return {
    severity: 'warning',
    text: `${shrunk} ${beyond}`,
    actions: [{ id: 'dismiss', label: vscode.l10n.t('End the View There') }],
  };
}
