/** Questions one after the other in quick inputs: numbered, each with a way back, and what was answered kept. */
import * as vscode from 'vscode';

/** How a step is shown; the runner fills it. */
export interface StepPlace {
  readonly title: string;
  readonly step: number;
  /** As things are: an answer may bring another question. */
  readonly totalSteps: number;
}

export type StepOutcome = 'next' | 'back' | 'cancel';

/** Asks one thing and writes the answer down. */
export type Step = (place: StepPlace) => Promise<StepOutcome>;

/**
 * Runs the steps in order; they are asked for anew after each, since an answer may bring another question. True once
 * all are answered, false where the user left.
 */
export async function runSteps(title: string, steps: () => readonly Step[]): Promise<boolean> {
  for (let at = 0; ; ) {
    const step = steps()[at];
    if (step === undefined) return true;
    const place = {
      ...{ title, step: at + 1 },
      get totalSteps() {
        return steps().length;
      },
    };
    const outcome = await step(place);
    if (outcome === 'cancel') return false;
    at += outcome === 'next' ? 1 : -1;
  }
}

/** What typed text means, in words for the line below it, or why it means nothing. */
export type ReadText<T> = (
  text: string,
) =>
  | { readonly ok: true; readonly value: T; readonly words?: string; readonly isWarning?: boolean }
  | { readonly ok: false; readonly why: string };

export interface TextQuestion<T> {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string | undefined;
  readonly read: ReadText<T>;
  /** Called once the answer is good; `text` is what was typed. */
  readonly answer: (value: T, text: string) => void;
}

/** A question that is answered by typing, checked while it is typed. */
export function askText<T>(place: StepPlace, question: TextQuestion<T>): Promise<StepOutcome> {
  const input = vscode.window.createInputBox();
  setPlace(input, place);
  input.prompt = question.prompt;
  input.placeholder = question.placeholder;
  input.value = question.value ?? '';
  const severities = vscode.InputBoxValidationSeverity;
  const say = (isAnswered: boolean) => {
    const result = question.read(input.value);
    // Nobody needs to be told that nothing is typed yet.
    if (!result.ok && input.value.trim() === '' && !isAnswered) input.validationMessage = undefined;
    else if (!result.ok) input.validationMessage = { message: result.why, severity: severities.Error };
    else if (result.words === undefined) input.validationMessage = undefined;
    else {
      const severity = result.isWarning === true ? severities.Warning : severities.Info;
      // It stands in the prompt's place, and a warning says enough by itself.
      const message = result.isWarning === true ? result.words : `${question.prompt} → ${result.words}`;
      input.validationMessage = { message, severity };
    }
    return result;
  };
  say(false);
  return outcomeOf(input, place, (end) => {
    input.onDidChangeValue(() => say(false));
    input.onDidAccept(() => {
      const result = say(true);
      if (!result.ok) return;
      question.answer(result.value, input.value);
      end('next');
    });
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface ChoiceQuestion<T> {
  readonly placeholder: string;
  readonly items: readonly (Choice<T> | vscode.QuickPickItem)[];
  /** Which one is offered first. */
  readonly isActive?: (value: T) => boolean;
  readonly answer: (value: T) => void;
}

/** A question that is answered by choosing. */
export function askChoice<T>(place: StepPlace, question: ChoiceQuestion<T>): Promise<StepOutcome> {
  const input = vscode.window.createQuickPick<Choice<T> | vscode.QuickPickItem>();
  setPlace(input, place);
  input.placeholder = question.placeholder;
  input.matchOnDescription = true;
  input.items = question.items;
  const active = question.items.find((item) => 'value' in item && question.isActive?.(item.value) === true);
  if (active !== undefined) input.activeItems = [active];
  return outcomeOf(input, place, (end) => {
    input.onDidAccept(() => {
      const [item] = input.selectedItems;
      if (item === undefined || !('value' in item)) return;
      question.answer(item.value);
      end('next');
    });
  });
}

function setPlace(input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>, place: StepPlace): void {
  input.title = place.title;
  // A number where there is only one question says nothing.
  if (place.totalSteps > 1) {
    input.step = place.step;
    input.totalSteps = place.totalSteps;
  }
  input.ignoreFocusOut = true;
  if (place.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
}

/**
 * A step that another one follows stays until that takes its place: hidden before, it would give the keyboard back to what
 * is behind it, and what is typed on would go there.
 */
function outcomeOf(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  place: StepPlace,
  listen: (end: (outcome: StepOutcome) => void) => void,
): Promise<StepOutcome> {
  return new Promise((resolve) => {
    let outcome: StepOutcome = 'cancel';
    const end = (how: StepOutcome) => {
      outcome = how;
      const isFollowed = how === 'back' || place.step < place.totalSteps;
      if (!isFollowed) return input.hide();
      resolve(how);
      // Where none has followed after all. One that has, has hidden it.
      setTimeout(() => input.hide(), 0);
    };
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) end('back');
    });
    listen(end);
    input.onDidHide(() => {
      input.dispose();
      resolve(outcome);
    });
    input.show();
  });
}
