import * as vscode from 'vscode';
import { readPasted } from '../../core/editing/pasteFormats.ts';
import { parseHexBytes, repeatPattern } from '../../core/hexBytes.ts';
import { formatSize, hexWithDecimal } from '../../core/numbers.ts';
import { largestEditBytes } from '../../core/overlay/editBytes.ts';
import { SourceError } from '../../core/sourceError.ts';
import { findEncoding, UTF_8 } from '../../core/textEncodings.ts';
import type { ActiveViews } from '../activeViews.ts';
import { askText } from '../askSteps.ts';
import { sentenceFor } from '../errors.ts';
import { byteCount } from '../sharedMemory/contentsSteps.ts';
import { sentenceForHex } from '../sharedMemory/inputProblems.ts';
import type { ViewSession } from '../viewSession.ts';
import { choosePasted } from './choosePasted.ts';
import { refusalWords } from './refusalWords.ts';
import { showEdits } from './showEdits.ts';

/** What edits the bytes of the active view by a command: cut, paste, fill, and going through what is edited. */
export function registerEditCommands(context: vscode.ExtensionContext, views: ActiveViews): void {
  const register = (command: string, run: (session: ViewSession, argument: unknown) => Promise<void> | void) =>
    vscode.commands.registerCommand(command, async (argument?: unknown) => {
      const session = views.active;
      if (session?.edited === undefined) return;
      try {
        await run(session, argument);
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    });
  const editing = (command: string, run: (session: ViewSession, argument: unknown) => Promise<void> | void) =>
    register(command, (session, argument) => {
      if (isEditable(session)) return run(session, argument);
    });
  context.subscriptions.push(
    // Contributed although it is a plain key: VS Code's own meaning of it would change how all its editors type.
    register('memglass.toggleInsertMode', (session) => session.view.notify('toggleInsertMode')),
    editing('memglass.cut', cut),
    editing('memglass.paste', paste),
    editing('memglass.fillSelection', fill),
    register('memglass.nextEdit', (session) => goToEdit(session, 1)),
    register('memglass.previousEdit', (session) => goToEdit(session, -1)),
    register('memglass.showEdits', showEdits),
    register('memglass.discardEdits', discard),
  );
}

function isEditable({ document, edited }: ViewSession): boolean {
  if (document.isEditable) return true;
  const known = edited?.source.saving === undefined ? undefined : document.refusal;
  const words = known === undefined ? vscode.l10n.t('Nothing can be edited in this view.') : refusalWords(known);
  void vscode.window.showInformationMessage(words);
  return false;
}

/** Where an edit by command goes: the selection, or the place of the cursor. */
function placeOf(session: ViewSession): { readonly offset: number; readonly length: number } | undefined {
  const { state, selection } = session;
  if (state === undefined) return undefined;
  return state.anchor === undefined ? { offset: state.cursor, length: 0 } : selection;
}

async function cut(session: ViewSession): Promise<void> {
  const { selection, state, document } = session;
  if (selection === undefined) return;
  await vscode.commands.executeCommand('memglass.copyAsHex');
  if (state?.inserts !== true) {
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('Copied, not cut: overwriting keeps the size. Press Insert to cut bytes out.'),
      5000,
    );
    return;
  }
  await document.edit({ ...selection, bytes: new Uint8Array(0) }, vscode.l10n.t('Cut'));
  session.view.notify('select', selection.offset, 0);
}

async function paste(session: ViewSession, argument: unknown): Promise<void> {
  const { state, document, edited } = session;
  const place = placeOf(session);
  if (state === undefined || place === undefined || edited === undefined) return;
  const text = typeof argument === 'string' ? argument : await vscode.env.clipboard.readText();
  if (text === '') return;
  const encoding = findEncoding(state.encoding) ?? UTF_8;
  const found = readPasted(text, encoding);
  const room = edited.state.size - place.offset;
  const chosen = await choosePasted(found, {
    encoding: encoding.name,
    inserts: state.inserts === true,
    selected: place.length,
    room,
  });
  if (chosen === undefined) return;
  // Overwriting, a paste goes over as many bytes as it has, whatever is selected: nothing moves.
  const length = state.inserts === true ? place.length : chosen.length;
  if (place.offset + length > edited.state.size) throw new SourceError('pastEnd');
  await document.edit({ offset: place.offset, length, bytes: chosen }, vscode.l10n.t('Paste'));
  session.view.notify('select', place.offset, chosen.length);
}

async function fill(session: ViewSession, argument: unknown): Promise<void> {
  const { selection, document } = session;
  if (selection === undefined) return;
  if (selection.length > largestEditBytes / 2) throw new SourceError('editsTooLarge');
  let pattern: Uint8Array | undefined;
  const read = (text: string) => {
    const parsed = parseHexBytes(text);
    return parsed.ok
      ? { ok: true as const, value: parsed.bytes, words: byteCount(parsed.bytes.length) }
      : { ok: false as const, why: sentenceForHex(parsed) };
  };
  if (typeof argument === 'string') {
    const given = read(argument);
    if (given.ok) pattern = given.value;
    else throw new SourceError('badArgument', { path: argument });
  } else {
    const title = vscode.l10n.t('Fill {0} at {1}', formatSize(selection.length), hexWithDecimal(selection.offset));
    await askText(
      { title, step: 1, totalSteps: 1 },
      {
        prompt: vscode.l10n.t('Bytes in hex, repeated over the selection'),
        placeholder: '00',
        read,
        answer: (bytes) => {
          pattern = bytes;
        },
      },
    );
  }
  if (pattern === undefined) return;
  const bytes = new Uint8Array(selection.length);
  repeatPattern(pattern, 0, bytes);
  await document.edit({ ...selection, bytes }, vscode.l10n.t('Fill'));
  session.view.notify('focusGrid');
}

function goToEdit(session: ViewSession, step: 1 | -1): void {
  const { edited, state, selection } = session;
  if (edited === undefined || state === undefined) return;
  const from = selection?.offset ?? state.cursor;
  const { overlay } = edited;
  const found = step === 1 ? overlay.next(from) : overlay.previous(from);
  // Around the end to the other one, as VS Code's own list of changes does.
  const [first] = overlay.allChanges();
  const there = found ?? (step === 1 ? first : overlay.previous(Number.MAX_SAFE_INTEGER));
  if (there === undefined) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing is edited.'), 3000);
    return;
  }
  session.view.notify('select', there.offset, there.kind === 'delete' ? 0 : there.length);
}

async function discard(session: ViewSession): Promise<void> {
  const { selection, document } = session;
  if (selection === undefined) return;
  if (await document.discard(selection)) return;
  vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing is edited in the selection.'), 3000);
}
