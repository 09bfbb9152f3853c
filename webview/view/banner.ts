import type { Banner } from '../../extension/protocol/viewTypes.ts';
import { element } from './element.ts';

interface Said<Action extends string> extends Pick<Banner, 'severity' | 'text'> {
  readonly actions: readonly { readonly id: Action; readonly label: string }[];
}

/** The line over the grid, there only while there is something to say. */
export class BannerLine<Action extends string> {
  readonly element = element('div', { class: 'banner', role: 'status', hidden: '' });
  readonly #onAction: (id: Action) => void;
  #shown: string | undefined;

  constructor(onAction: (id: Action) => void) {
    this.#onAction = onAction;
  }

  show(banner: Said<Action> | undefined): void {
    // The same words again must not be read out again.
    const key = JSON.stringify(banner);
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.hidden = banner === undefined;
    if (banner === undefined) {
      this.element.replaceChildren();
      return;
    }
    this.element.dataset['severity'] = banner.severity;
    const icon = element('span', { class: `codicon codicon-${banner.severity}`, 'aria-hidden': 'true' });
    const actions = banner.actions.map(({ id, label }) => {
      const button = element('button', { class: 'link', type: 'button' }, label);
      button.addEventListener('click', () => this.#onAction(id));
      return button;
    });
    this.element.replaceChildren(icon, element('span', { class: 'banner-text' }, banner.text), ...actions);
  }
}
