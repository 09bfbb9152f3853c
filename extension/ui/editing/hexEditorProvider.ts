import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import { withLateProgress } from '../asking/lateProgress.ts';
import { sentenceFor } from '../errors.ts';
import type { DocumentEdit } from '../views/documentSteps.ts';
import type { HexDocument } from '../views/hexDocument.ts';
import type { HexEditor } from '../views/hexEditor.ts';
import { approveSave } from './approveSave.ts';
import { writeBackup } from './editBackups.ts';
import type { FileOperations } from './fileOperations.ts';
import type { LetGoEdits } from './letGoEdits.ts';
import { refuseForCutOff } from './resolveCutOff.ts';
import { savingWords } from './savingWords.ts';

/**
 * Documents as VS Code edits them: with its undo and redo; and for staged edits of files a dirty tab, save, save as,
 * revert and hot exit.
 */
export class HexEditorProvider implements vscode.CustomEditorProvider<HexDocument> {
  readonly #editor: HexEditor;
  readonly #letGo: LetGoEdits;
  readonly #operations: FileOperations;
  readonly #edited = new vscode.EventEmitter<DocumentEdit>();

  readonly onDidChangeCustomDocument = this.#edited.event as vscode.Event<vscode.CustomDocumentEditEvent<HexDocument>>;

  constructor(editor: HexEditor, letGo: LetGoEdits, operations: FileOperations) {
    this.#editor = editor;
    this.#letGo = letGo;
    this.#operations = operations;
  }

  openCustomDocument(uri: vscode.Uri, context: vscode.CustomDocumentOpenContext): HexDocument {
    const document = this.#editor.openCustomDocument(uri, context);
    // It goes with the document, whose events end then.
    document.onDidEdit((edit) => this.#edited.fire(edit));
    if (document.isSavedByWorkbench) {
      this.#letGo.follow(document);
      this.#operations.follow(document);
    }
    return document;
  }

  resolveCustomEditor(document: HexDocument, panel: vscode.WebviewPanel): Promise<void> {
    return this.#editor.resolveCustomEditor(document, panel);
  }

  /** Also by auto save. It asks nothing: what is in the way is said in the view, with what can be done. */
  async saveCustomDocument(document: HexDocument): Promise<void> {
    try {
      await inWords(() => save(document));
    } catch (error) {
      if (document.cutOff?.save === undefined || !isUnfinished(error)) throw error;
      // VS Code says nothing of what was cancelled: what is said here has the ways on.
      void refuseForCutOff(document, () => this.#editor.viewOf(document));
      throw new vscode.CancellationError();
    }
  }

  async saveCustomDocumentAs(
    document: HexDocument,
    destination: vscode.Uri,
    cancellation: vscode.CancellationToken,
  ): Promise<void> {
    if (destination.toString() === document.uri.toString()) return await inWords(() => save(document));
    const title = vscode.l10n.t('Saving a copy of {0}', document.path);
    await inWords(() =>
      withLateProgress(title, (isCancelled) =>
        document.saveAs(destination, () => isCancelled() || cancellation.isCancellationRequested),
      ),
    );
    this.#editor.takePlace(document, destination);
    this.#operations.savedAs(document, destination);
  }

  async revertCustomDocument(document: HexDocument): Promise<void> {
    await document.revert();
  }

  async backupCustomDocument(
    document: HexDocument,
    context: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    await document.ready;
    return await writeBackup(await document.backup(), context);
  }
}

async function save(document: HexDocument): Promise<void> {
  const title = vscode.l10n.t('Saving {0}', document.path);
  await withLateProgress(title, (isCancelled, say) =>
    document.save({ task: { report: savingWords(say), isCancelled }, approve: (cost) => approveSave(document, cost) }),
  );
}

/** VS Code shows the message of what is thrown. */
async function inWords(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(sentenceFor(error), { cause: error });
  }
}

function isUnfinished(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof SourceError && cause.code === 'unfinishedSave';
}
