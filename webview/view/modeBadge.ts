import * as l10n from '@vscode/l10n';
import type { ToolbarCommand } from '../../extension/protocol/hostApi.ts';
import type { EditingStatus } from '../../extension/protocol/viewTypes.ts';
import { element, iconButton, standBehind } from './element.ts';

/** What the badge says, and looks like. */
type BadgeState = 'readOnly' | 'staged' | 'scratch' | 'locked' | 'live';

/** What becomes of what is typed, always in sight: the mode, which a click changes, and the lock of live editing. */
export class ModeBadge {
  readonly element: HTMLElement;
  readonly #badge = element('button', { class: 'mode-badge', type: 'button' });
  readonly #lock: HTMLButtonElement;

  constructor(onCommand: (command: ToolbarCommand) => void) {
    this.#badge.addEventListener('click', () => onCommand('changeMode'));
    this.#lock = iconButton('lock', '', () => onCommand(this.#isLocked ? 'unlock' : 'lock'));
    this.element = element('span', { class: 'edit-mode' }, this.#badge);
  }

  show(editing: EditingStatus): void {
    const state = stateOf(editing);
    const { text, title } = words(state, editing);
    const change = l10n.t('Select to edit in another way.');
    this.element.dataset['state'] = state;
    this.#badge.textContent = text;
    this.#badge.title = `${title} ${change}`;
    // What it says, not only what it does.
    this.#badge.setAttribute('aria-label', `${text}. ${title} ${change}`);
    standBehind(this.#badge, this.#lock, editing.isLocked !== undefined && state !== 'readOnly');
    const name = this.#isLocked ? l10n.t('Unlock for Writing…') : l10n.t('Lock Again');
    this.#lock.title = name;
    this.#lock.setAttribute('aria-label', name);
    this.#lock.firstElementChild?.setAttribute('class', `codicon codicon-${this.#isLocked ? 'lock' : 'unlock'}`);
  }

  get #isLocked(): boolean {
    return this.element.dataset['state'] === 'locked';
  }
}

function stateOf({ mode, refusal, isLocked }: EditingStatus): BadgeState {
  if (refusal !== undefined) return 'readOnly';
  return isLocked === true ? 'locked' : mode;
}

function words(state: BadgeState, { refusal, isHeld }: EditingStatus): { text: string; title: string } {
  switch (state) {
    case 'readOnly':
      return { text: l10n.t('Read-only'), title: refusal ?? '' };
    case 'staged':
      return {
        text: l10n.t('Staged'),
        title:
          isHeld === true
            ? l10n.t('What you type is kept here; nobody else sees it until you apply it.')
            : l10n.t('What you type is kept here; nobody else sees it until you save.'),
      };
    case 'scratch':
      return {
        text: l10n.t('Scratch'),
        title: l10n.t('A private copy to try things in; nobody else sees what you type.'),
      };
    case 'locked':
      return { text: l10n.t('Live, locked'), title: l10n.t('Nothing is written until you unlock it.') };
    case 'live':
      return { text: l10n.t('Live'), title: l10n.t('What you type is stored at once, and others see it.') };
  }
}
