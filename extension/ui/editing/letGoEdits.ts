import * as vscode from 'vscode';
import type { HexDocument } from '../views/hexDocument.ts';

/**
 * Finds out whose edits VS Code has given up without asking the document to revert: it does so where a window is closed
 * and its user chose not to save. All there is to see is that the tab, which was dirty, is clean with the edits still there.
 * It is for sure only at the end: a step back shows in the tab before the document hears of it.
 */
export class LetGoEdits implements vscode.Disposable {
  /** Documents with a tab, and whether that is dirty; those that never were are not in it. */
  readonly #dirty = new Map<HexDocument, boolean>();
  readonly #documents = new Map<string, HexDocument>();
  readonly #following = vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
    for (const tab of changed) this.#tabChanged(tab);
  });

  follow(document: HexDocument): void {
    this.#documents.set(document.uri.toString(), document);
    // What is edited after it was clean is not what was let go: the tab will be dirty.
    document.onDidEdit(() => this.#dirty.delete(document));
    document.onDidClose(() => {
      this.#documents.delete(document.uri.toString());
      this.#dirty.delete(document);
    });
  }

  /** At the end of the window: forgets the edits of those documents. */
  async giveUp(): Promise<void> {
    const letGo = [...this.#dirty].filter(([, isDirty]) => !isDirty);
    await Promise.all(letGo.map(([document]) => document.giveUp()));
  }

  dispose(): void {
    this.#following.dispose();
  }

  #tabChanged({ input, isDirty }: vscode.Tab): void {
    if (!(input instanceof vscode.TabInputCustom)) return;
    const document = this.#documents.get(input.uri.toString());
    if (document !== undefined && (isDirty || this.#dirty.has(document))) this.#dirty.set(document, isDirty);
  }
}
