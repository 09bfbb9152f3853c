import * as vscode from 'vscode';
import { formatSize } from '../core/numbers.ts';
import { printableName } from '../core/printableName.ts';
import type { WatchedState } from '../platform/watchedSource.ts';
import type { Banner } from '../protocol/viewTypes.ts';

/** What there is to say about the state of a source; undefined while all is as it was. The fate of the path first. */
export function bannerFor(state: WatchedState): Banner | undefined {
  return fateBanner(state) ?? lossBanner(state);
}

function fateBanner({ fate }: WatchedState): Banner | undefined {
  const reopen = { id: 'reopen', label: vscode.l10n.t('Reopen the Path') } as const;
  const keep = { id: 'keep', label: vscode.l10n.t('Keep Looking at the Old File') } as const;
  switch (fate.kind) {
    case 'same':
      return undefined;
    case 'replaced':
      return {
        severity: 'warning',
        text: vscode.l10n.t('Another file has taken this path. You are looking at the old one.'),
        actions: [reopen, keep],
      };
    case 'deleted':
      return {
        severity: 'warning',
        text: vscode.l10n.t(
          'This file was deleted. You are looking at what is still open; it is gone once you close it.',
        ),
        actions: [reopen, keep],
      };
    case 'moved':
      return {
        severity: 'info',
        text: vscode.l10n.t('This file was moved to {0}.', printableName(fate.to.path)),
        actions: [{ id: 'followMove', label: vscode.l10n.t('Open It There') }, keep],
      };
    case 'unmounted':
      return {
        severity: 'warning',
        text: vscode.l10n.t('The file system of this file was unmounted. You are looking at what is still open.'),
        actions: [reopen, keep],
      };
    case 'unknown':
      return {
        severity: 'error',
        text: vscode.l10n.t(
          'This file cannot be asked about at the moment ({0}). What you see may be old.',
          fate.errno,
        ),
        actions: [reopen, keep],
      };
  }
}

function lossBanner({ size, shownSize }: WatchedState): Banner | undefined {
  if (size === shownSize) return undefined;
  return {
    severity: 'warning',
    text: vscode.l10n.t(
      'Another process shrank this file to {0}. What lay beyond ({1}) is gone and shows as past the end.',
      formatSize(size),
      formatSize(shownSize - size),
    ),
    actions: [{ id: 'dismiss', label: vscode.l10n.t('End the View There') }],
  };
}
