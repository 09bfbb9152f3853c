/** Words for what is wrong with what was typed for a new or a changed object: the rule that it breaks. */
import * as vscode from 'vscode';
import type { HexBytesResult } from '../../core/expressions/hexBytes.ts';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { ModeResult } from '../../core/expressions/octalMode.ts';
import type { SizeProblem } from '../../core/expressions/sizeExpression.ts';
import type { SegmentKeyResult } from '../../core/sharedMemory/segmentKey.ts';
import type { ShmNameCheck } from '../../core/sharedMemory/shmName.ts';
import { sentenceForProblem } from '../going/offsetProblems.ts';

type Failed<T extends { readonly ok: boolean }> = Extract<T, { readonly ok: false }>;

export function sentenceForName({ fault, limit, length }: Failed<ShmNameCheck>): string {
  switch (fault) {
    case 'empty':
      return vscode.l10n.t('Type a name. A slash in front is allowed and does not count.');
    case 'slash':
      return vscode.l10n.t('shm_open takes no slash but in front: objects are not in folders.');
    case 'dots':
      return vscode.l10n.t('“.” and “..” name folders.');
    case 'nul':
      return vscode.l10n.t('A NUL would end the name.');
    case 'notText':
      return vscode.l10n.t('This has no form in UTF-8.');
    case 'tooLong':
      return vscode.l10n.t('That is too long: {0} bytes of at most {1}.', length, limit);
  }
}

export function sentenceForKey({ fault }: Failed<SegmentKeyResult>): string {
  switch (fault) {
    case 'empty':
      return vscode.l10n.t('Type a key, as ftok or ipcs give it.');
    case 'notANumber':
      return vscode.l10n.t('A key is a number: 0x4d670001, or decimal.');
    case 'tooLarge':
      return vscode.l10n.t('A key has 32 bits: 0x1 to 0xffffffff.');
    case 'private':
      return vscode.l10n.t('0 is IPC_PRIVATE: no other process finds it. Go back and choose a private segment.');
  }
}

export function sentenceForSize(problem: SizeProblem): string {
  switch (problem.code) {
    case 'empty':
      return vscode.l10n.t('Type a size: 4096, 64K, 1.5MiB, 0x10000.');
    case 'notASize':
      return vscode.l10n.t('“{0}” is a place in a file. Type a size: 4096, 64K, 1.5MiB.', problem.found);
    case 'negative':
      return vscode.l10n.t('That is less than nothing.');
    case 'zero':
      return vscode.l10n.t('At least one byte.');
    case 'beyondLimit':
      return vscode.l10n.t('At most {0}.', formatSize(problem.limit));
    default:
      return sentenceForProblem(problem);
  }
}

export function sentenceForMode({ fault }: Failed<ModeResult>): string {
  switch (fault) {
    case 'empty':
    case 'notOctal':
      return vscode.l10n.t('Three octal digits, for owner, group and others: 600, 640, 666.');
    case 'special':
      return vscode.l10n.t('Memory takes no setuid, setgid or sticky bit: at most 777.');
  }
}

export function sentenceForHex({ problem }: Failed<HexBytesResult>): string {
  switch (problem.code) {
    case 'empty':
      return vscode.l10n.t('Type bytes in hex: DE AD BE EF.');
    case 'notHex':
      return vscode.l10n.t('“{0}” is no hex digit.', problem.found);
    case 'halfByte':
      return vscode.l10n.t('Each byte has two digits.');
  }
}
