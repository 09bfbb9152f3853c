import * as vscode from 'vscode';
import { formatCount } from '../../core/expressions/numbers.ts';
import type { LiveDifference } from '../../platform/editing/liveEdits.ts';
import type { Banner } from '../../protocol/viewTypes.ts';
import { namedBytes } from './confirmDifference.ts';

/** What stands where live edits met other bytes than the user was shown, and the ways on. */
export function differenceBanner(refused: readonly LiveDifference[], placeText: (offset: number) => string): Banner {
  const [first] = refused.slice(-1);
  const place = placeText(first?.offset ?? 0);
  const now = namedBytes((first?.now ?? new Uint8Array(0)).subarray(0, first?.bytes.length));
  return {
    severity: 'warning',
    text:
      refused.length === 1
        ? vscode.l10n.t('Not written: others have changed what you were shown at {0}. It is {1} now.', place, now)
        : vscode.l10n.t(
            '{0} edits not written: others have changed what you were shown, last at {1}. It is {2} now.',
            formatCount(refused.length),
            place,
            now,
          ),
    actions: [
      { id: 'writeAnyway', label: vscode.l10n.t('Write Anyway') },
      { id: 'lookAgain', label: vscode.l10n.t('Look Again') },
    ],
  };
}
