import { Hover } from './hover.ts';

/**
 * Shows the title of what the keyboard comes to beside it, as the pointer has it shown by the browser. Escape takes it
 * away. Answers the element that is to stand in the document.
 */
export function showTitlesOnFocus(root: HTMLElement): HTMLElement {
  const hover = new Hover<HTMLElement>((titled) => titled.title.split('\n'));
  root.addEventListener('focusin', ({ target }) => {
    const isByKeyboard = target instanceof HTMLElement && target.title !== '' && target.matches(':focus-visible');
    if (isByKeyboard) hover.beside(target, target.getBoundingClientRect());
    else hover.hide();
  });
  // Whoever a key is for, and whether it lets it go on from there.
  for (const left of ['focusout', 'keydown', 'pointerdown'] as const)
    root.addEventListener(left, () => hover.hide(), { capture: true });
  return hover.element;
}
