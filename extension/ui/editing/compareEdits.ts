/** `memglass.compareWithOriginal`: what a document's edits change, beside what stands there now, in VS Code's own comparison. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { rowsToCompare } from '../../core/editing/comparison.ts';
import { asHexDump } from '../../core/expressions/copyFormats.ts';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import { readLayout } from '../settings.ts';
import type { HexDocument } from '../views/hexDocument.ts';

const scheme = 'memglass-compare';

/** Of each side. Bytes. */
const mostCompared = 2 ** 20;

/** Read at a time: the most that one read of a view gives. */
const block = 2 ** 16;

/** The texts of comparisons that are open. */
class Texts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  add(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${crypto.randomUUID()}/${name}` });
    this.#texts.set(uri.toString(), text);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  drop(uri: vscode.Uri): void {
    this.#texts.delete(uri.toString());
  }
}

/** Answers what compares a document with what it was made over. */
export function registerComparisons(context: vscode.ExtensionContext): (document: HexDocument) => Promise<void> {
  const texts = new Texts();
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(scheme, texts),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === scheme) texts.drop(uri);
    }),
  );
  return (document) => compare(document, texts);
}

async function compare(document: HexDocument, texts: Texts): Promise<void> {
  if (!document.opened.ok) throw document.opened.error;
  const { edited } = document.opened;
  const { overlay } = edited;
  const name = document.path.split('/').at(-1) ?? document.path;
  const inView = [...overlay.allChanges()].map(({ kind, offset, length }) => ({
    offset,
    length: kind === 'delete' ? 0 : length,
  }));
  const inSource = [...overlay.allChanges()].map(({ kind, source, length }) => ({
    offset: source,
    length: kind === 'insert' ? 0 : length,
  }));
  const { upperCase } = readLayout(document.uri);
  const [before, after] = await Promise.all([
    dump(inSource, edited.watched.state.size, upperCase, (offset, length) => edited.watched.read(offset, length)),
    dump(inView, edited.state.size, upperCase, (offset, length) => edited.read(offset, length)),
  ]);
  const title = vscode.l10n.t('{0}: Original ↔ Edited', name);
  const [left, right] = [texts.add(name, before), texts.add(name, after)];
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}

/** The rows around edits as text, with a line between those that are apart. */
async function dump(
  edits: readonly ByteRange[],
  size: number,
  upperCase: boolean,
  read: (offset: number, length: number) => ReturnType<EditedSource['read']>,
): Promise<string> {
  const { ranges, isCut } = rowsToCompare(edits, size, mostCompared);
  const parts: string[] = [];
  for (const { offset, length } of ranges) {
    let text = '';
    for (let done = 0; done < length; done += block) {
      const { bytes, holes } = await read(offset + done, Math.min(block, length - done));
      text += asHexDump(bytes, { offset: offset + done, bytesPerGroup: 1, upperCase });
      if (holes.length > 0) text += `${vscode.l10n.t('(some of this cannot be read, and shows as zeros)')}\n`;
    }
    parts.push(text);
  }
  if (isCut) parts.push(vscode.l10n.t('(only the first {0} are compared)', formatSize(mostCompared)));
  return parts.join('⋯\n');
}
