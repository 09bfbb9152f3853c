/** The questions about what a new segment shall hold, and what all its questions share. */
import * as vscode from 'vscode';
import { parseHexBytes } from '../../core/expressions/hexBytes.ts';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import type { WantedContents } from '../../core/sharedMemory/newSegment.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { askPath } from '../asking/askPath.ts';
import { askChoice, askText, type ReadText, type Step } from '../asking/askSteps.ts';
import { sentenceFor } from '../errors.ts';
import type { Services } from './chooseObject.ts';
import { ChosenSelection, selectionOf } from './chosenSelection.ts';
import { sentenceForHex } from './inputProblems.ts';

/** What is known when the questions begin. */
export interface CreateScene {
  readonly services: Services;
  /** Bytes; undefined where /dev/shm has no limit. */
  readonly free: bigint | undefined;
  /** Full names in /dev/shm, safe to show, and keys that are taken. */
  readonly takenNames: ReadonlySet<string>;
  readonly takenKeys: ReadonlySet<number>;
  /** How many bytes a file has. */
  readonly sizeOfFile: (path: Uint8Array) => Promise<number>;
}

/** What has been answered so far. */
export interface Draft {
  kind: 'posix' | 'key' | 'private';
  name: string;
  file: Uint8Array;
  key: number;
  keyTyped: string;
  contentsKind: 'zeros' | 'pattern' | 'text' | 'hex' | 'file' | 'selection';
  typed: string;
  contents: WantedContents;
  /** What was chosen last, if it was. */
  selection: ChosenSelection | undefined;
  /** How many bytes the contents are, where they have a length. */
  contentsLength: number | undefined;
  sizeTyped: string;
  size: bigint;
  reserve: boolean;
  mode: number;
}

export function contentsStep(draft: Draft, { services }: CreateScene): Step {
  const session = services.views.active;
  const selection = selectionOf(session);
  const choice = (value: Draft['contentsKind'], icon: string, label: string, description: string) => ({
    label: `$(${icon}) ${label}`,
    description,
    value,
  });
  const items = [
    choice('zeros', 'circle-outline', vscode.l10n.t('Zeros'), vscode.l10n.t('nothing is written')),
    choice('pattern', 'symbol-array', vscode.l10n.t('Repeated Pattern…'), vscode.l10n.t('bytes in hex, to the end')),
    choice('text', 'symbol-string', vscode.l10n.t('Text…'), vscode.l10n.t('UTF-8, then zeros')),
    choice('hex', 'symbol-numeric', vscode.l10n.t('Hex…'), vscode.l10n.t('bytes, then zeros')),
    choice('file', 'file-binary', vscode.l10n.t('A File…'), vscode.l10n.t('its bytes, then zeros')),
  ];
  if (session !== undefined && selection !== undefined) {
    const description = vscode.l10n.t('{0} of {1}', formatSize(selection.length), session.document.path);
    items.push(choice('selection', 'selection', vscode.l10n.t('The Selection'), description));
  }
  return (place) =>
    askChoice(place, {
      placeholder: vscode.l10n.t('What shall be in it?'),
      items,
      isActive: (kind) => kind === draft.contentsKind,
      answer: (kind) => {
        if (kind !== draft.contentsKind) draft.typed = '';
        draft.contentsKind = kind;
        if (kind === 'zeros') setContents(draft, { kind: 'zeros' }, undefined);
        if (kind === 'selection' && session !== undefined && selection !== undefined) {
          draft.selection = new ChosenSelection(session, selection);
          setContents(draft, draft.selection.contents, selection.length);
        }
      },
    });
}

export function typedStep(draft: Draft): Step {
  const isText = draft.contentsKind === 'text';
  const read: ReadText<Uint8Array> = (text) => {
    if (isText) {
      const value = encodeUtf8(text);
      if (value.length === 0) return { ok: false, why: vscode.l10n.t('Type the text.') };
      return { ok: true, value, words: `${byteCount(value.length)}` };
    }
    const result = parseHexBytes(text);
    if (!result.ok) return { ok: false, why: sentenceForHex(result) };
    return { ok: true, value: result.bytes, words: `${byteCount(result.bytes.length)}` };
  };
  const isPattern = draft.contentsKind === 'pattern';
  return (place) =>
    askText(place, {
      prompt: isText
        ? vscode.l10n.t('Text that it begins with')
        : isPattern
          ? vscode.l10n.t('Bytes in hex, repeated to the end')
          : vscode.l10n.t('Bytes in hex that it begins with'),
      placeholder: isText ? '' : 'DE AD BE EF',
      value: draft.typed,
      read,
      answer: (bytes, text) => {
        draft.typed = text;
        if (isPattern) setContents(draft, { kind: 'pattern', bytes }, undefined);
        else setContents(draft, { kind: 'bytes', bytes }, bytes.length);
      },
    });
}

export function fileStep(draft: Draft, { services, sizeOfFile }: CreateScene): Step {
  return async ({ title }) => {
    for (;;) {
      const path = await askPath(services.platform, vscode.l10n.t('{0}: Contents', title));
      // That list has no button: Escape leads back.
      if (path === undefined) return 'back';
      try {
        setContents(draft, { kind: 'file', path }, await sizeOfFile(path));
        return 'next';
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }
  };
}

function setContents(draft: Draft, contents: WantedContents, length: number | undefined): void {
  // A size that was only taken over from other contents is no answer.
  if (draft.sizeTyped === String(draft.contentsLength)) draft.sizeTyped = '';
  Object.assign(draft, { contents, contentsLength: length });
}

/** In words. */
export function byteCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 byte') : vscode.l10n.t('{0} bytes', formatCount(count));
}
