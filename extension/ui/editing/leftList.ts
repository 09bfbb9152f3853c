import * as vscode from 'vscode';
import { sentenceFor } from '../errors.ts';

/** Something that was left and that its user may want back. */
export interface LeftItem extends vscode.QuickPickItem {
  /** Brings it up. */
  open(): Promise<void>;
  /** Asks, and throws it away. Answers whether it did. */
  discard(): Promise<boolean>;
}

export interface LeftList {
  readonly title: string;
  readonly placeholder: string;
  readonly discardTooltip: string;
  /** What to say where there is nothing. */
  readonly nothing: string;
  load(): Promise<LeftItem[]>;
}

/** Lists what was left: Enter brings one up, its button throws it away. */
export async function showLeft({ title, placeholder, discardTooltip, nothing, load }: LeftList): Promise<void> {
  const items = await load();
  if (items.length === 0) {
    void vscode.window.showInformationMessage(nothing);
    return;
  }
  const pick = vscode.window.createQuickPick<LeftItem>();
  const buttons = [{ iconPath: new vscode.ThemeIcon('trash'), tooltip: discardTooltip }];
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = items.map((item) => ({ ...item, ...plain(item), buttons }));
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (item === undefined) return;
    pick.hide();
    item.open().catch(tell);
  });
  pick.onDidTriggerItemButton(({ item }) => {
    // The question takes the keyboard, and so ends the list.
    item
      .discard()
      .then(async (isDone) => {
        const left = await load();
        if (left.length > 0) await showLeft({ title, placeholder, discardTooltip, nothing, load });
        else if (isDone) vscode.window.setStatusBarMessage(nothing, 5000);
      })
      .catch(tell);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function tell(error: unknown): void {
  void vscode.window.showErrorMessage(sentenceFor(error));
}

/** Names of files may read like icons. */
function plain({ label, description = '', detail = '' }: vscode.QuickPickItem) {
  const asText = (text: string) => text.replaceAll('$(', '\\$(');
  return { label: asText(label), description: asText(description), detail: asText(detail) };
}
