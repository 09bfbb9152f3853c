import * as vscode from 'vscode';
import type { HexDocument } from '../views/hexDocument.ts';

/** How long VS Code may take to show a file under its new name, milliseconds. */
const patience = 5000;

/** A column that shows a document, and whether it shows the file in its usual editor, too. */
interface Place {
  readonly column: vscode.ViewColumn;
  readonly hasUsual: boolean;
}

/**
 * What VS Code itself does with files that are edited here: where it renames one, or saves it as another, it shows the new
 * one in its usual editor and lets the edits go without a word. Here it is shown in Memglass, with its edits. Those of a
 * file that it has deleted, as its user agreed, are given up: another file of that name shall not get them.
 */
export class FileOperations implements vscode.Disposable {
  readonly #viewType: string;
  /** Brings what is kept of a document to the name that it has then. */
  readonly #move: (document: HexDocument, to: vscode.Uri) => Promise<void>;
  readonly #documents = new Set<HexDocument>();
  /** Of documents whose file is about to get another name. */
  readonly #places = new Map<HexDocument, readonly Place[]>();
  readonly #disposables: vscode.Disposable[];

  constructor(viewType: string, move: (document: HexDocument, to: vscode.Uri) => Promise<void>) {
    this.#viewType = viewType;
    this.#move = move;
    this.#disposables = [
      vscode.workspace.onWillRenameFiles(({ files }) => {
        for (const { oldUri } of files) {
          for (const document of this.#within(oldUri)) this.#places.set(document, placesOf(document));
        }
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) void this.#moved(oldUri, newUri);
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.#deleted(uri);
      }),
    ];
  }

  follow(document: HexDocument): void {
    this.#documents.add(document);
    document.onDidClose(() => {
      // It is asked for a moment after its tab was closed.
      setTimeout(() => this.#documents.delete(document), patience);
    });
  }

  /** A copy of a document was saved, which VS Code shows in the place of it. */
  savedAs(document: HexDocument, target: vscode.Uri): void {
    for (const place of placesOf(document)) {
      if (usualTab(place.column, target) === undefined) void this.#showIn(place, target);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #moved(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    for (const document of this.#within(from)) {
      const places = this.#places.get(document) ?? [];
      this.#places.delete(document);
      const target = to.with({ path: to.path + document.uri.path.slice(from.path.length) });
      await this.#move(document, target);
      for (const place of places) void this.#showIn(place, target);
    }
  }

  #deleted(uri: vscode.Uri): void {
    for (const document of this.#within(uri)) {
      if (document.isClosed) void document.giveUp();
      else document.onDidClose(() => void document.giveUp());
    }
  }

  #within(folder: vscode.Uri): HexDocument[] {
    return [...this.#documents].filter(
      ({ uri }) => uri.scheme === folder.scheme && `${uri.path}/`.startsWith(`${folder.path}/`),
    );
  }

  /** Where VS Code comes to show a file in its usual editor, Memglass shows it instead. */
  async #showIn({ column, hasUsual }: Place, uri: vscode.Uri): Promise<void> {
    if (!(await comesToShow(column, uri))) return;
    await vscode.commands.executeCommand('vscode.openWith', uri, this.#viewType, {
      viewColumn: column,
      preview: false,
    });
    const usual = usualTab(column, uri);
    if (usual !== undefined && !hasUsual && !usual.isDirty) await vscode.window.tabGroups.close(usual, true);
  }
}

function placesOf({ uri }: HexDocument): Place[] {
  const key = uri.toString();
  return vscode.window.tabGroups.all
    .filter(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === key),
    )
    .map(({ viewColumn }) => ({ column: viewColumn, hasUsual: usualTab(viewColumn, uri) !== undefined }));
}

/** The tab of a file in a column that is not Memglass's. */
function usualTab(column: vscode.ViewColumn, uri: vscode.Uri): vscode.Tab | undefined {
  const group = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn === column);
  return group?.tabs.find(({ input }) => {
    if (input instanceof vscode.TabInputCustom) {
      return !input.viewType.startsWith('memglass.') && input.uri.toString() === uri.toString();
    }
    const isPlain = input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook;
    return isPlain && input.uri.toString() === uri.toString();
  });
}

/** Whether a file comes to be shown in a column by another editor, in time. */
async function comesToShow(column: vscode.ViewColumn, uri: vscode.Uri): Promise<boolean> {
  if (usualTab(column, uri) !== undefined) return true;
  return await new Promise((done) => {
    const end = (isThere: boolean) => {
      following.dispose();
      clearTimeout(timer);
      done(isThere);
    };
    const following = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (usualTab(column, uri) !== undefined) end(true);
    });
    const timer = setTimeout(() => end(false), patience);
  });
}
