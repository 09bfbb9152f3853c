import * as vscode from 'vscode';
import type { EditStep } from '../../core/editing/documentEdits.ts';
import { sentenceFor } from '../errors.ts';
import type { HexDocument } from './hexDocument.ts';

/** A step that VS Code can undo; or, without a label, that there is something to save which no step tells of. */
export type DocumentEdit = Pick<vscode.CustomDocumentEditEvent<HexDocument>, 'document'> &
  Partial<vscode.CustomDocumentEditEvent<HexDocument>>;

/** Takes an edit back, or makes it again; `ranges`: what of the source that stores into. Rejects with a SourceError. */
export type RunTurn = (turn: () => Promise<void>, ranges: EditStep['ranges']) => Promise<void>;

type Turn = 'undo' | 'redo';

type Turned = (step: EditStep, turn: Turn) => Promise<void>;

const back: Readonly<Record<Turn, Turn>> = { undo: 'redo', redo: 'undo' };

/** What VS Code hears of a document's edits: the steps that it can undo, and whether there is anything to be saved. */
export class DocumentSteps {
  readonly #document: HexDocument;
  readonly #runTurn: RunTurn;
  readonly #told = new vscode.EventEmitter<DocumentEdit>();
  #settled: Promise<unknown> = Promise.resolve();
  /** What VS Code is to hear of once it has heard how the saves under way have ended; undefined where there are none. */
  #held: (() => void)[] | undefined;
  #saves = 0;
  /** Whether VS Code was told of a step since it was last known to have heard. */
  #isUnheard = false;
  #heard: Promise<void> = Promise.resolve();
  /** What VS Code is to take back of its own reckoning, while it does so. */
  #correction: { readonly step: EditStep; readonly turn: Turn } | undefined;

  readonly onDidTell = this.#told.event;
  readonly #turned: Turned = (step, turn) => this.#turn(step, turn);

  constructor(document: HexDocument, runTurn: RunTurn) {
    this.#document = document;
    this.#runTurn = runTurn;
  }

  /** When VS Code has heard of all steps so far whether they are done, and to be saved. Never rejects. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /**
   * Resolves once VS Code knows of all steps so far: an undo that it carries out before that is of an earlier one. Never
   * rejects.
   */
  async heard(): Promise<void> {
    for (let known: unknown; known !== this.#settled; await known) known = this.#settled;
    if (this.#isUnheard) this.#heard = answered();
    this.#isUnheard = false;
    await this.#heard;
  }

  tell(step: EditStep, label: string): void {
    if (!step.isStep) return;
    this.#isUnheard = true;
    this.#tell(() => {
      step.told?.();
      this.#told.fire(new ToldStep(this.#document, this.#turned, step, label));
      if (!this.#document.isSavedByWorkbench) this.tellSaved();
      else if (step.mayLookSaved) this.tellUnsaved();
    });
  }

  /** There are edits that none of VS Code's steps is about: undoing all of these must not look like saved. */
  tellUnsaved(): void {
    this.#tell(() => this.#told.fire({ document: this.#document }));
  }

  /**
   * Once a save is done VS Code takes all that it knows of for saved. Until then, and until it has heard so, it is told of
   * nothing that the save may have left out. `save` is the last that its answer waits for.
   */
  async duringSave(save: () => Promise<void>): Promise<void> {
    this.#saves += 1;
    this.#held ??= [];
    const ended = save();
    const heard = ended.catch(() => {}).then(() => new Promise<void>((done) => void setTimeout(done, 0)));
    this.#settled = Promise.all([this.#settled, heard.then(() => this.#endSave())]);
    await ended;
  }

  /** A step always makes the tab dirty. Where there is nothing to be saved, VS Code hears at once that it is saved. */
  tellSaved(): void {
    this.#settled = this.#saved();
  }

  dispose(): void {
    this.#told.dispose();
  }

  #tell(tell: () => void): void {
    if (this.#held === undefined) tell();
    else this.#held.push(tell);
  }

  #endSave(): void {
    this.#saves -= 1;
    if (this.#saves > 0) return;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  /** VS Code forgets all steps of a document where one of them rejects. */
  async #turn(step: EditStep, turn: Turn): Promise<void> {
    if (this.#correction?.step === step && this.#correction.turn === turn) return;
    const isDuringSave = this.#held !== undefined;
    try {
      await this.#runTurn(() => step[turn](), step.ranges);
    } catch (error) {
      void vscode.window.showErrorMessage(sentenceFor(error));
    }
    if (this.#document.isSavedByWorkbench) {
      // It was counted before the save was, and is done after it; or was counted, and is not done.
      if ((isDuringSave || step.mayLookSaved) && this.#document.hasEdits) this.tellUnsaved();
      return;
    }
    this.tellSaved();
    const isLeft = step.isDone !== undefined && step.isDone() === (turn === 'undo');
    if (isLeft) this.#settled = this.#settled.then(() => this.#correct(step, back[turn]));
  }

  /**
   * What VS Code has turned it takes for turned, whatever became of the bytes, and no API says otherwise. It is sent back
   * over the step, or the next undo would be of the one before, and the next edit would have it forget this one. Not
   * where another editor is active by now: it is the one that these commands are for.
   */
  async #correct(step: EditStep, turn: Turn): Promise<void> {
    if (!isActive(this.#document.uri)) return;
    this.#correction = { step, turn };
    try {
      await vscode.commands.executeCommand(turn);
    } catch {
      // VS Code goes on as if it were turned.
    } finally {
      this.#correction = undefined;
    }
    await this.#saved();
  }

  async #saved(): Promise<void> {
    await Promise.resolve(vscode.workspace.save(this.#document.uri)).catch(() => {});
  }
}

/** VS Code keeps each of them as long as the document is open: it has no functions of its own. */
class ToldStep implements vscode.CustomDocumentEditEvent<HexDocument> {
  readonly document: HexDocument;
  readonly label: string;
  readonly #turned: Turned;
  readonly #step: EditStep;

  constructor(document: HexDocument, turned: Turned, step: EditStep, label: string) {
    this.document = document;
    this.label = label;
    this.#turned = turned;
    this.#step = step;
  }

  undo(): Promise<void> {
    return this.#turned(this.#step, 'undo');
  }

  redo(): Promise<void> {
    return this.#turned(this.#step, 'redo');
  }
}

/** What VS Code is told it hears in order: once it answers, it has heard all that was told before. */
async function answered(): Promise<void> {
  await Promise.resolve(vscode.commands.executeCommand('setContext', 'memglass.isHeard', true)).catch(() => {});
}

function isActive(uri: vscode.Uri): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
}
