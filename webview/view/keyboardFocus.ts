/** Tells whether the keyboard is in `grid`: the page has it, and in the page the grid. */
export function listenToFocus(grid: HTMLElement, onFocus: (isFocused: boolean) => void): void {
  const tell = () => onFocus(document.hasFocus() && document.activeElement === grid);
  for (const type of ['focus', 'blur'] as const) {
    grid.addEventListener(type, tell);
    window.addEventListener(type, tell);
  }
}

/** Gives the keyboard to `grid` when VS Code gives it to the page: taking it would take it from the terminal. */
export function takeFocusFor(grid: HTMLElement): void {
  const takeFocus = () => {
    if (document.hasFocus() && document.activeElement === document.body) grid.focus({ preventScroll: true });
  };
  window.addEventListener('focus', takeFocus);
  takeFocus();
}

/**
 * Calls `listener` when the keyboard is in `grid` and the clipboard is used. VS Code in a browser leaves the copy key to
 * the page and runs no keybinding for it; on the desktop it is the other way round, and only the Edit menu comes here.
 */
export function listenToClipboard(
  grid: HTMLElement,
  type: 'copy' | 'cut' | 'paste',
  listener: (event: ClipboardEvent) => void,
): void {
  document.addEventListener(type, (event) => {
    if (document.activeElement !== grid) return;
    event.preventDefault();
    listener(event);
  });
}
