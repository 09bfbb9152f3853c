import * as l10n from '@vscode/l10n';
import { formatCount } from '../../extension/core/expressions/numbers.ts';
import type { ToolbarCommand } from '../../extension/protocol/hostApi.ts';
import type { EditingStatus } from '../../extension/protocol/viewTypes.ts';
import { element } from './element.ts';

/** How many edits are held here, and what can be done with them; nothing where VS Code saves them, or there are none. */
export class HeldEdits {
  readonly element: HTMLElement;
  readonly #count = element('span', { class: 'held-count' });
  readonly #compare: HTMLElement;
  readonly #apply: HTMLElement;
  readonly #discard: HTMLElement;

  constructor(onCommand: (command: ToolbarCommand) => void) {
    const button = (label: string, command: ToolbarCommand) => {
      const made = element('button', { class: 'held-action', type: 'button' }, label);
      made.addEventListener('click', () => onCommand(command));
      return made;
    };
    this.#apply = button(l10n.t('Apply'), 'applyEdits');
    this.#compare = button(l10n.t('Compare'), 'compareWithOriginal');
    this.#discard = button(l10n.t('Discard…'), 'discardAllEdits');
    this.#compare.title = l10n.t('Compare with Original');
    this.#discard.title = l10n.t('Throw all edits away');
    const parts = [this.#count, this.#apply, this.#compare, this.#discard];
    this.element = element('span', { class: 'held', hidden: '' }, ...parts);
  }

  show(editing: EditingStatus | undefined): void {
    const count = editing?.isHeld === true ? editing.count : 0;
    this.element.hidden = count === 0;
    if (count === 0) return;
    this.#count.textContent =
      count === 1 ? l10n.t('1 edit not applied') : l10n.t('{0} edits not applied', formatCount(count));
    this.#apply.title =
      editing?.mode === 'scratch' ? l10n.t('Apply to Original') : l10n.t('Store the edits for others to see (Ctrl+S)');
  }
}
