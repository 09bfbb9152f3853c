import * as vscode from 'vscode';

/** Filters a list while it is typed into; Escape brings back what there was. */
export function askFilter(
  words: { readonly title: string; readonly placeholder: string },
  before: string,
  apply: (text: string) => void,
): void {
  const input = vscode.window.createInputBox();
  input.title = words.title;
  input.placeholder = words.placeholder;
  input.value = before;
  let isAccepted = false;
  input.onDidChangeValue(apply);
  input.onDidAccept(() => {
    isAccepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!isAccepted) apply(before);
    input.dispose();
  });
  input.show();
}
