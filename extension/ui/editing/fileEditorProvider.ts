import * as vscode from 'vscode';
import { formatSize } from '../../core/numbers.ts';
import type { SaveCost } from '../../core/saving/savePlan.ts';
import { sentenceFor } from '../errors.ts';
import type { DocumentEdit, HexDocument } from '../hexDocument.ts';
import type { HexEditor } from '../hexEditor.ts';
import { withLateProgress } from '../lateProgress.ts';
import { writeBackup } from './editBackups.ts';

/** Files as VS Code edits them: with its undo and redo, a dirty tab, save, save as, revert and hot exit. */
export class FileEditorProvider implements vscode.CustomEditorProvider<HexDocument> {
  readonly #editor: HexEditor;
  readonly #edited = new vscode.EventEmitter<DocumentEdit>();

  readonly onDidChangeCustomDocument = this.#edited.event as vscode.Event<vscode.CustomDocumentEditEvent<HexDocument>>;

  constructor(editor: HexEditor) {
    this.#editor = editor;
  }

  openCustomDocument(uri: vscode.Uri, context: vscode.CustomDocumentOpenContext): HexDocument {
    const document = this.#editor.openCustomDocument(uri, context);
    // It goes with the document, whose events end then.
    document.onDidEdit((edit) => this.#edited.fire(edit));
    return document;
  }

  resolveCustomEditor(document: HexDocument, panel: vscode.WebviewPanel): Promise<void> {
    return this.#editor.resolveCustomEditor(document, panel);
  }

  /** Also by auto save. It asks nothing: what is in the way is said in the view, with what can be done. */
  async saveCustomDocument(document: HexDocument): Promise<void> {
    await inWords(() => save(document));
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
  await withLateProgress(title, (isCancelled) =>
    document.save({ task: { report: () => {}, isCancelled }, approve: (cost) => approve(document, cost) }),
  );
}

/** Before a save that takes long: no modal, since VS Code may be saving by itself. */
async function approve({ path }: HexDocument, { written, seconds }: SaveCost): Promise<boolean> {
  const go = vscode.l10n.t('Save');
  const message = vscode.l10n.t(
    'To save {0}, {1} are written, which may take {2} s. Until then the file stays as it is.',
    path,
    formatSize(written),
    Math.ceil(seconds),
  );
  return (await vscode.window.showWarningMessage(message, go, vscode.l10n.t('Not Now'))) === go;
}

/** VS Code shows the message of what is thrown. */
async function inWords(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(sentenceFor(error), { cause: error });
  }
}
