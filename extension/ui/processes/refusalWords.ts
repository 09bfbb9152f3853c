import * as vscode from 'vscode';
import type { ProcessRefusal } from '../../core/processes/processRefusal.ts';

/** Why a process cannot be looked into, and what the user may do about it. Undefined: the kernel has not said why. */
export function refusalSentence(refusal: ProcessRefusal | undefined): string {
  switch (refusal?.kind) {
    case undefined:
      return vscode.l10n.t('A rule of this system forbids looking into it (SELinux, AppArmor or seccomp).');
    case 'gone':
      return vscode.l10n.t('It has ended.');
    case 'hidden':
      return vscode.l10n.t(
        '/proc hides the processes of others (hidepid={0}). Mount it with hidepid=0, or with your group as gid=.',
        refusal.hidepid ?? '?',
      );
    case 'zombie':
      return vscode.l10n.t('It has ended, and its parent has not asked how: there is no memory left.');
    case 'kernelThread':
      return vscode.l10n.t('It is a thread of the kernel and has no memory of its own.');
    case 'otherUser':
      return vscode.l10n.t(
        'It runs as another user (uid {0}). Run VS Code’s server as that user, or as root.',
        refusal.uid,
      );
    case 'notDumpable':
      return vscode.l10n.t(
        'It may not be looked into: it was started by a setuid, setgid or unreadable program, or has asked for this itself. Run VS Code’s server as root.',
      );
    case 'namespace':
      return vscode.l10n.t(
        'It is in a user namespace that yours does not reach. Run VS Code’s server outside of yours.',
      );
    case 'moreCapable':
      return vscode.l10n.t('It has capabilities that VS Code’s server has not. Run the server as root.');
    case 'yama':
      return yamaSentence(refusal.scope);
  }
}

function yamaSentence(scope: 1 | 2 | 3): string {
  switch (scope) {
    case 1:
      return vscode.l10n.t(
        'The kernel lets only its parents read its memory (kernel.yama.ptrace_scope is 1). Allow it with “sudo sysctl kernel.yama.ptrace_scope=0” in a terminal, or run VS Code’s server as root.',
      );
    case 2:
      return vscode.l10n.t(
        'The kernel lets only root read its memory (kernel.yama.ptrace_scope is 2). Allow it with “sudo sysctl kernel.yama.ptrace_scope=0” in a terminal, or run VS Code’s server as root.',
      );
    case 3:
      return vscode.l10n.t(
        'The kernel lets nobody read its memory, and that stays so until it is started anew (kernel.yama.ptrace_scope is 3). Have /etc/sysctl.d set it to 0, and restart the machine.',
      );
  }
}
