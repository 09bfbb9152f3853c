import * as vscode from 'vscode';
import type { Pasted } from '../../core/editing/pasteFormats.ts';
import { asHex } from '../../core/expressions/copyFormats.ts';
import { byteCount } from '../sharedMemory/contentsSteps.ts';

/** Bytes of a reading that a line of the list shows. */
const shown = 12;

export interface PastePlace {
  /** The encoding's name. */
  readonly encoding: string;
  readonly inserts: boolean;
  /** Bytes that are selected. */
  readonly selected: number;
  /** Bytes from the place to the end. */
  readonly room: number;
}

/** Asks what the clipboard's text means as bytes, with what each meaning would put in. Undefined on Escape. */
export async function choosePasted(found: readonly Pasted[], place: PastePlace): Promise<Uint8Array | undefined> {
  const items = found.map(({ format, bytes }) => {
    const isTooLong = !place.inserts && bytes.length > place.room;
    return {
      label: labelOf(format, place.encoding),
      description: byteCount(bytes.length),
      detail: isTooLong
        ? vscode.l10n.t('Too long: {0} to the end. Press Insert first to add bytes.', byteCount(place.room))
        : preview(bytes),
      bytes,
      isTooLong,
    };
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The clipboard has nothing that {0} could hold. Choose another text encoding.', place.encoding),
    );
    return undefined;
  }
  const title = place.inserts
    ? place.selected > 0
      ? vscode.l10n.t('Paste in the Place of {0}', byteCount(place.selected))
      : vscode.l10n.t('Paste, Inserting')
    : vscode.l10n.t('Paste, Overwriting');
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('What is in the clipboard?'),
  });
  return chosen === undefined || chosen.isTooLong ? undefined : chosen.bytes;
}

function labelOf(format: Pasted['format'], encoding: string): string {
  switch (format) {
    case 'hex':
      return vscode.l10n.t('Hex');
    case 'cArray':
      return vscode.l10n.t('C Array');
    case 'base64':
      return vscode.l10n.t('Base64');
    case 'text':
      return vscode.l10n.t('Text ({0})', encoding);
  }
}

function preview(bytes: Uint8Array): string {
  const start = asHex(bytes.subarray(0, shown));
  return bytes.length > shown ? `${start} … ${asHex(bytes.subarray(-2))}` : start;
}
