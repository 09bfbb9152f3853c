import { element } from './element.ts';

/** A sentence in the middle of the view, with the useful actions: nothing to show, or why it cannot be shown. */
export function emptyState(
  text: string,
  actions: readonly { readonly label: string; readonly onClick: () => void }[],
): HTMLElement {
  const buttons = actions.map(({ label, onClick }) => {
    const button = element('button', { class: 'action', type: 'button' }, label);
    button.addEventListener('click', onClick);
    return button;
  });
  return element('div', { class: 'empty' }, element('p', { role: 'alert' }, text), ...buttons);
}

/** Why something cannot be shown, with what can be done about it. */
export function problemState<Id extends string>(
  {
    text,
    actions,
  }: { readonly text: string; readonly actions: readonly { readonly id: Id; readonly label: string }[] },
  onAction: (id: Id) => void,
): HTMLElement {
  return emptyState(
    text,
    actions.map(({ id, label }) => ({ label, onClick: () => onAction(id) })),
  );
}
