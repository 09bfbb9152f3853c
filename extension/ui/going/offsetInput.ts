import * as vscode from 'vscode';

export interface OffsetInputOptions<T> {
  readonly title: string;
  readonly placeholder: string;
  /** What the text means, as words, or why it means nothing. */
  readonly read: (
    text: string,
  ) => { readonly ok: true; readonly value: T; readonly words: string } | { readonly ok: false; readonly why: string };
  /** Shows the value while it is typed; undefined takes the showing back. */
  readonly preview?: (value: T | undefined) => void;
}

/** The words of what is typed come this much after its showing, milliseconds: laying them out would hold the bytes up. */
const wordsAfterMs = 150;

/** Asks for an offset or a range in a quick input that shows what it understands. Resolves to undefined on Escape. */
export function askOffset<T>(options: OffsetInputOptions<T>): Promise<T | undefined> {
  const input = vscode.window.createInputBox();
  input.title = options.title;
  input.placeholder = options.placeholder;
  // VS Code may give the focus back to the view late: the box stays until it is answered.
  input.ignoreFocusOut = true;
  return new Promise((resolve) => {
    let accepted: T | undefined;
    let words: ReturnType<typeof setTimeout> | undefined;
    const say = (message: vscode.InputBoxValidationMessage | undefined) => {
      clearTimeout(words);
      words = setTimeout(() => {
        input.validationMessage = message;
      }, wordsAfterMs);
    };
    input.onDidChangeValue((text) => {
      if (text.trim() === '') {
        options.preview?.(undefined);
        say(undefined);
        return;
      }
      const result = options.read(text);
      options.preview?.(result.ok ? result.value : undefined);
      say({
        message: result.ok ? result.words : result.why,
        severity: result.ok ? vscode.InputBoxValidationSeverity.Info : vscode.InputBoxValidationSeverity.Error,
      });
    });
    input.onDidAccept(() => {
      const result = options.read(input.value);
      if (!result.ok) {
        clearTimeout(words);
        input.validationMessage = { message: result.why, severity: vscode.InputBoxValidationSeverity.Error };
        return;
      }
      accepted = result.value;
      input.hide();
    });
    input.onDidHide(() => {
      clearTimeout(words);
      input.dispose();
      resolve(accepted);
    });
    input.show();
  });
}
