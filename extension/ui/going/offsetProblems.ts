import * as vscode from 'vscode';
import { formatHexOffset, formatSize, hexWithDecimal } from '../../core/expressions/numbers.ts';
import type { RangeProblem } from '../../core/expressions/rangeExpression.ts';

/** Words a problem of a typed offset or range, with what to type instead. */
export function sentenceForProblem(problem: RangeProblem): string {
  switch (problem.code) {
    case 'empty':
      return vscode.l10n.t('Type an offset: 0x1F, 31, +16, 50%, end-0x100, 1.5GiB');
    case 'tooLong':
      return vscode.l10n.t('That is too long: at most {0} characters.', problem.maxLength);
    case 'unexpected':
      return vscode.l10n.t('“{0}” is no number. Type hex as 0x1F or 1Fh, or a decimal number.', problem.found);
    case 'missingNumber':
      return vscode.l10n.t('A number is missing at the end or between two signs.');
    case 'bareHex':
      return vscode.l10n.t('If this is hex, type {0}.', problem.suggestion);
    case 'fraction':
      return vscode.l10n.t('A fraction needs a unit, as in 1.5GiB.');
    case 'noEnd':
      return problem.sizeKind === 'endless'
        ? vscode.l10n.t('This has no end to count from. Type an offset from the start.')
        : vscode.l10n.t('The end lies past 8 PiB and cannot be reached. Type an offset from the start.');
    case 'beforeStart':
      return vscode.l10n.t('That lies before the start of the file.');
    case 'elsewhere':
      return vscode.l10n.t('The address {0} is not in this region.', `0x${formatHexOffset(problem.address)}`);
    case 'pastEnd':
      return problem.lastOffset === undefined
        ? vscode.l10n.t('The file is empty.')
        : vscode.l10n.t(
            'The file ends before: it has {0}, the last offset is {1}.',
            formatSize(problem.size),
            hexWithDecimal(problem.lastOffset),
          );
    case 'tooLarge':
      return vscode.l10n.t('Offsets reach to 8 PiB (2^53 bytes).');
    case 'backwards':
      return vscode.l10n.t('The end stands before the start.');
    case 'emptyRange':
      return vscode.l10n.t('That range holds no byte.');
    case 'ambiguousDash':
      return vscode.l10n.t('Type “..” for a range (0x100..0x1FF); “-” is a difference here.');
  }
}
