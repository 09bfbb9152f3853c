/** `memglass.edit.invert`, `increment` and `decrement`: bytes computed from those that the user sees, as one edit. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { addToNumber, invertBits, numberLengths } from '../../core/editing/byteOperations.ts';
import { largestEditBytes } from '../../core/overlay/editBytes.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { editShown } from './editShown.ts';
import { shownIn } from './shownIn.ts';

export async function invert(session: ViewSession): Promise<void> {
  await change(session, vscode.l10n.t('Invert'), invertBits);
}

/** `argument`: `{ by?: 1, order?: 'little' | 'big' }`. One byte, or as many as are selected where that is a number's length. */
export async function addTo(session: ViewSession, argument: unknown, sign: 1n | -1n): Promise<void> {
  const { by = 1, order = 'little' } = (argument ?? {}) as { readonly by?: unknown; readonly order?: unknown };
  if (typeof by !== 'number' || !Number.isSafeInteger(by)) throw new SourceError('badArgument', { path: 'by' });
  if (order !== 'little' && order !== 'big') throw new SourceError('badArgument', { path: 'order' });
  const length = session.selection?.length ?? 0;
  if (!numberLengths.includes(length)) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('A number has 1, 2, 4 or 8 bytes: select as many, or put the cursor on one byte.'),
    );
    return;
  }
  const label = sign > 0n ? vscode.l10n.t('Increment') : vscode.l10n.t('Decrement');
  await change(session, label, (bytes) => addToNumber(bytes, sign * BigInt(by), order));
}

async function change(session: ViewSession, label: string, make: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const { selection } = session;
  if (selection === undefined) return;
  if (selection.length > largestEditBytes / 2) throw new SourceError('editsTooLarge');
  // What is computed belongs to these bytes and to no others.
  const shown = (await shownIn(session, selection)) ?? (await readAll(session, selection));
  await editShown(session, { ...selection, bytes: make(shown), shown }, label);
}

async function readAll({ edited }: ViewSession, { offset, length }: ByteRange): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const part = await edited?.read(offset + done, length - done);
    const [hole] = part?.holes ?? [];
    if (hole !== undefined) throw new SourceError('incomplete', { hole });
    if (part === undefined || part.bytes.length === 0) throw new SourceError('pastEnd');
    bytes.set(part.bytes, done);
    done += part.bytes.length;
  }
  return bytes;
}
