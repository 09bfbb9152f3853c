import * as l10n from '@vscode/l10n';
import { element } from './element.ts';

/** The element that holds the bytes and has the keyboard. `path`: as it may be shown. */
export function gridElement(path: string): HTMLElement {
  return element('div', {
    id: 'grid',
    class: 'grid',
    role: 'grid',
    tabindex: '0',
    // Row counts are 32-bit in accessibility trees: -1 says that the number is not known.
    'aria-rowcount': '-1',
    'aria-multiselectable': 'true',
    'aria-label': l10n.t('Bytes of {0}', path),
    'data-vscode-context': '{"webviewSection":"grid","preventDefaultContextMenuItems":true}',
  });
}
