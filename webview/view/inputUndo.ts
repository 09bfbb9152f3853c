import { undoneBy } from '../model/keymap.ts';

/**
 * Has the keys of undo and redo take back what is typed into an input. VS Code keeps them from what is in a page, and in a
 * custom editor carries out its own undo only, of the document.
 */
export function undoByKeys(input: HTMLInputElement): void {
  const isMac = navigator.userAgent.includes('Mac');
  input.addEventListener('keydown', (event) => {
    const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    const undone = undoneBy({ key, ctrl, shift, alt, meta }, isMac);
    if (undone === undefined) return;
    event.preventDefault();
    // The only way to an input's own undo.
    document.execCommand(undone);
  });
}
