import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { readFillArgument } from '../../core/editing/fillArgument.ts';
import { OneByOne } from '../../core/editing/oneByOne.ts';
import { readPasted } from '../../core/editing/pasteFormats.ts';
import { parseHexBytes, repeatPattern } from '../../core/expressions/hexBytes.ts';
import { formatSize, hexWithDecimal } from '../../core/expressions/numbers.ts';
import { largestEditBytes } from '../../core/overlay/editBytes.ts';
import { SourceError } from '../../core/sourceError.ts';
import { findEncoding, UTF_8 } from '../../core/text/textEncodings.ts';
import { askText } from '../asking/askSteps.ts';
import { sentenceFor } from '../errors.ts';
import { copy } from '../layout/copyAs.ts';
import { byteCount } from '../sharedMemory/contentsSteps.ts';
import { sentenceForHex } from '../sharedMemory/inputProblems.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { addTo, invert } from './changeBytes.ts';
import { choosePasted } from './choosePasted.ts';
import { editShown } from './editShown.ts';
import { refusalWords } from './refusalWords.ts';
import { showEdits } from './showEdits.ts';
import { sayingWhatStays } from './storedWords.ts';

/** What edits the bytes of the active view by a command: cut, paste, fill, arithmetic, and going through what is edited. */
export function registerEditCommands(context: vscode.ExtensionContext, views: ActiveViews): void {
  const register = (command: string, run: (session: ViewSession, argument: unknown) => Promise<void> | void) =>
    vscode.commands.registerCommand(command, async (argument?: unknown) => {
      const session = views.active;
      if (session?.edited === undefined) return;
      try {
        await run(session, argument);
      } catch (error) {
        if (!(error instanceof SourceError) || error.code !== 'cancelled') {
          void vscode.window.showErrorMessage(sentenceFor(error));
          return;
        }
        vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing done: the tab was left meanwhile.'), 5000);
      }
    });
  const oneByOne = new WeakMap<object, OneByOne>();
  /** After what was asked for before, of the same document or view: what that has left is what it begins with. */
  const inTurn = <T>(of: object, act: () => Promise<T>): Promise<T> => {
    const turns = oneByOne.get(of) ?? new OneByOne();
    oneByOne.set(of, turns);
    return turns.run(act);
  };
  const inOrder = (command: string, run: (session: ViewSession, argument: unknown) => Promise<void>) =>
    register(command, (session, argument) =>
      session.document.order.edit(() =>
        inTurn(session.document, async () => {
          if (!(await isEditable(session, views))) return;
          await session.settled();
          await run(session, argument);
        }),
      ),
    );
  const going = (command: string, step: 1 | -1) =>
    register(command, (session) =>
      inTurn(session, async () => {
        await session.settled();
        goToEdit(session, step);
      }),
    );
  context.subscriptions.push(
    // Contributed although it is a plain key: VS Code's own meaning of it would change how all its editors type.
    register('memglass.toggleInsertMode', (session) => session.view.notify('toggleInsertMode')),
    inOrder('memglass.cut', cut),
    inOrder('memglass.paste', paste),
    // Not in order: an undo would wait for what it asks.
    register('memglass.fillSelection', async (session, argument) => {
      if (await session.document.order.edit(() => isEditable(session, views))) await fill(session, argument);
    }),
    inOrder('memglass.edit.invert', invert),
    inOrder('memglass.edit.increment', (session, argument) => addTo(session, argument, 1n)),
    inOrder('memglass.edit.decrement', (session, argument) => addTo(session, argument, -1n)),
    going('memglass.nextEdit', 1),
    going('memglass.previousEdit', -1),
    register('memglass.showEdits', showEdits),
    register('memglass.discardEdits', (session) =>
      session.document.order.edit(() =>
        inTurn(session.document, async () => {
          await session.settled();
          await discard(session);
        }),
      ),
    ),
  );
}

async function isEditable(session: ViewSession, views: ActiveViews): Promise<boolean> {
  const { access } = session.document;
  if (access.isEditable && access.isLocked) await views.runIn(session, 'memglass.edit.unlock');
  if (access.isEditable) return !access.isLocked;
  const known = access.refusal;
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
  // What is not in the clipboard stays where it is.
  if (!(await copy(session, 'hex'))) return;
  if (state?.inserts !== true) {
    vscode.window.setStatusBarMessage(
      document.mode === 'live'
        ? vscode.l10n.t('Copied, not cut: live edits keep the size.')
        : vscode.l10n.t('Copied, not cut: overwriting keeps the size. Press Insert to cut bytes out.'),
      5000,
    );
    return;
  }
  await document.edit({ ...selection, bytes: new Uint8Array(0) }, vscode.l10n.t('Cut'));
  session.view.notify('select', selection.offset, 0);
}

async function paste(session: ViewSession, argument: unknown): Promise<void> {
  const { state, edited } = session;
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
  const isDone = await editShown(session, { offset: place.offset, length, bytes: chosen }, vscode.l10n.t('Paste'));
  if (isDone) session.view.notify('select', place.offset, chosen.length);
}

async function fill(session: ViewSession, argument: unknown): Promise<void> {
  const isPlainObject = typeof argument === 'object' && argument !== null && !Array.isArray(argument);
  // A menu gives its own objects along: only what names a place is meant for us.
  const isGiven = typeof argument === 'string' || (isPlainObject && 'bytes' in argument);
  const given = isGiven ? readFillArgument(argument) : undefined;
  if (given?.range === undefined) await session.settled();
  const range = given?.range ?? session.selection;
  if (range === undefined) return;
  if (range.length > largestEditBytes / 2) throw new SourceError('editsTooLarge');
  const pattern = given?.pattern ?? (await askPattern(range));
  if (pattern === undefined) return;
  const bytes = new Uint8Array(range.length);
  repeatPattern(pattern, 0, bytes);
  await editShown(session, { ...range, bytes }, vscode.l10n.t('Fill'));
  if (given?.range === undefined) session.view.notify('focusGrid');
}

async function askPattern({ offset, length }: ByteRange): Promise<Uint8Array | undefined> {
  let pattern: Uint8Array | undefined;
  const title = vscode.l10n.t('Fill {0} at {1}', formatSize(length), hexWithDecimal(offset));
  await askText(
    { title, step: 1, totalSteps: 1 },
    {
      prompt: vscode.l10n.t('Bytes in hex, repeated over the selection'),
      placeholder: '00',
      read: (text) => {
        const parsed = parseHexBytes(text);
        return parsed.ok
          ? { ok: true, value: parsed.bytes, words: byteCount(parsed.bytes.length) }
          : { ok: false, why: sentenceForHex(parsed) };
      },
      answer: (bytes) => {
        pattern = bytes;
      },
    },
  );
  return pattern;
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
  if (await sayingWhatStays(document, selection, () => document.discard(selection))) return;
  vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing is edited in the selection.'), 3000);
}
