import * as vscode from 'vscode';
import type { HoleReason } from '../../core/byteSource.ts';

/** Why memory could not be read, for a report. */
export function unreadableText(reason: HoleReason): string {
  switch (reason) {
    case 'pastEnd':
      return vscode.l10n.t('past the end of its file');
    case 'ioError':
      return vscode.l10n.t('an error of the device or file system');
    case 'noPermission':
      return vscode.l10n.t('no permission');
    case 'unmapped':
      return vscode.l10n.t('not mapped any more');
    case 'gone':
      return vscode.l10n.t('gone');
    case 'protected':
      return vscode.l10n.t('no right to read (proc_mem.force_override)');
    case 'protectedUnlessTraced':
      return vscode.l10n.t('no right to read (proc_mem.force_override=ptrace)');
    case 'protectedAlways':
      return vscode.l10n.t('no right to read (proc_mem.force_override=never)');
    case 'guard':
      return vscode.l10n.t('guard page');
    case 'device':
      return vscode.l10n.t('memory of a device');
    case 'kernel':
      return vscode.l10n.t('a page of the kernel');
    case 'secret':
      return vscode.l10n.t('secret memory (memfd_secret)');
    case 'absent':
      return vscode.l10n.t('not supplied yet (userfaultfd)');
  }
}
