import type * as vscode from 'vscode';

/** What an entry of the status bar says. */
export interface StatusWords {
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, where the text alone says too little. */
  readonly spoken?: string;
}

/**
 * An entry of the status bar that is told only what changed: VS Code sends a message to the workbench for each
 * assignment and for each hiding, the same or not, and they come with every move of the cursor.
 */
export class StatusEntry {
  readonly #item: vscode.StatusBarItem;
  #shown: StatusWords | undefined;

  constructor(item: vscode.StatusBarItem) {
    this.#item = item;
  }

  /** Hides it where there are no words. */
  show(words: StatusWords | undefined): void {
    const before = this.#shown;
    this.#shown = words;
    if (words === undefined) {
      if (before !== undefined) this.#item.hide();
      return;
    }
    if (words.text !== before?.text) this.#item.text = words.text;
    if (words.tooltip !== before?.tooltip) this.#item.tooltip = words.tooltip;
    if (words.spoken !== before?.spoken) {
      this.#item.accessibilityInformation = words.spoken === undefined ? undefined : { label: words.spoken };
    }
    if (before === undefined) this.#item.show();
  }
}
