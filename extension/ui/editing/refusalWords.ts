import * as vscode from 'vscode';
import type { AccessRefusal } from '../views/documentAccess.ts';

/** Why nothing can be edited, and what to do about it. */
export function refusalWords(refusal: AccessRefusal): string {
  switch (refusal) {
    case 'noPermission':
      return vscode.l10n.t(
        'Read-only: you may not write to this file. Its owner can give you the right to (chmod, setfacl).',
      );
    case 'readOnlyMount':
      return vscode.l10n.t(
        'Read-only: its file system is mounted for reading only. Copy the file elsewhere to edit it.',
      );
    case 'running':
      return vscode.l10n.t(
        'Read-only: a process is running this program, and the kernel lets nobody write to it. End the process, or edit a copy.',
      );
    case 'kernelFile':
      return vscode.l10n.t(
        'Read-only: the kernel makes this file as it is read, and writing to it is a command. Use a terminal for that.',
      );
    case 'inUse':
      return vscode.l10n.t('Read-only: this device is mounted or used otherwise. Unmount it first.');
    case 'sealed':
      return vscode.l10n.t('Read-only: it is sealed against writing, and a seal cannot be taken off.');
    case 'immutable':
      return vscode.l10n.t('Read-only: the file is marked immutable. Its owner can take the mark off (chattr -i).');
    case 'sharedMemory':
      return vscode.l10n.t(
        'Not typed into: this is shared memory, which others have before their eyes. Write to it from the Shared Memory view.',
      );
    case 'segmentMode':
      return vscode.l10n.t(
        'Read-only: the mode of this segment does not let you write. Its owner can change it from the Shared Memory view.',
      );
    case 'noTrace':
      return vscode.l10n.t(
        'Read-only: the kernel does not let you write into this process. It is another user’s, or protected from debuggers.',
      );
    case 'kernelMemory':
      return vscode.l10n.t('Read-only: these pages are the kernel’s or a device’s, and nobody else writes to them.');
    case 'sharedReadOnly':
      return vscode.l10n.t(
        'Read-only: the process shares this memory and may only read it. Write to it through a process that may.',
      );
    case 'gone':
      return vscode.l10n.t('Read-only: what these bytes were read from is gone.');
    case 'notSupported':
      return vscode.l10n.t('Read-only: this is not stored anywhere that it could be written back to.');
    case 'readonlyInclude':
      return vscode.l10n.t(
        'Read-only: the setting files.readonlyInclude names this file. Name it in files.readonlyExclude to edit it.',
      );
    case 'readonlyFromPermissions':
      return vscode.l10n.t(
        'Read-only: the mode of this file does not let its owner write, and the setting files.readonlyFromPermissions goes by that. Change the mode (chmod u+w) or the setting to edit it.',
      );
    case 'untrusted':
      return vscode.l10n.t('Read-only: nothing is changed from an untrusted workspace. Trust it first.');
  }
}
