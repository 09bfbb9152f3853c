/** Why an object that nobody seems to use is not called leaked: what follows “but”, or stands in a list. */
import * as vscode from 'vscode';
import type { LeakDoubt } from '../../core/sharedMemory/sharedMemoryLeaks.ts';

export function doubtText(doubt: LeakDoubt): string {
  switch (doubt.code) {
    case 'processesNotSeen':
      return doubt.count === 1
        ? vscode.l10n.t('1 process could not be inspected')
        : vscode.l10n.t('{0} processes could not be inspected', doubt.count);
    case 'processesChanged':
      return vscode.l10n.t('{0} processes came or went during the look', doubt.count);
    case 'processesHidden':
      return vscode.l10n.t('some processes are hidden from you');
    case 'tooYoung':
      return vscode.l10n.t('it was made or changed just now');
    case 'creatorAlive':
      return vscode.l10n.t('process {0}, which made it, lives and may attach it again', doubt.pid);
    case 'creatorUnknown':
      return vscode.l10n.t('whether process {0}, which made it, lives is not known', doubt.pid);
  }
}
