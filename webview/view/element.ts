/** Makes an element. Text goes in as text nodes only: nothing from outside is ever parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button that shows a codicon and is named for those who do not see it. */
export function iconButton(icon: string, name: string, onClick: () => void): HTMLButtonElement {
  const button = element(
    'button',
    { class: 'icon-button', type: 'button', title: name, 'aria-label': name },
    element('span', { class: `codicon codicon-${icon}`, 'aria-hidden': 'true' }),
  );
  button.addEventListener('click', onClick);
  return button;
}

/** Puts an element behind another, or takes it away: what is not in the document costs nothing. */
export function standBehind(before: Element, one: Element, isShown: boolean): void {
  if (isShown === (one.parentNode !== null)) return;
  if (isShown) before.after(one);
  else one.remove();
}
