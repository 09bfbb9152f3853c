/** What is selected in a view, to be put into a segment. */
import * as vscode from 'vscode';
import { intersect } from '../../core/byteRange.ts';
import type { ByteSource } from '../../core/byteSource.ts';
import { formatSize } from '../../core/expressions/numbers.ts';
import { readView } from '../../core/overlay/readView.ts';
import type { SourceContents } from '../../core/sharedMemory/newSegment.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { confirm } from './objectCommand.ts';

/** So many selected bytes are taken when they are chosen. More are read once the segment is made. */
const mostTaken = 16 * 2 ** 20;

/** Undefined where nothing is selected. */
export function selectionOf(session: ViewSession | undefined): SourceContents | undefined {
  const range = session?.selection;
  const edited = session?.edited;
  if (edited === undefined || range === undefined) return undefined;
  // With what is staged over it: that is what the user sees and has selected.
  const read: ByteSource['read'] = (offset, into) => readView(edited.overlay, edited.source, offset, into);
  return { kind: 'source', source: { read }, ...range };
}

/** What was selected when the user chose it: until the other questions are answered, others may write and he may go on. */
export class ChosenSelection {
  readonly contents: SourceContents;
  readonly #document: ViewSession['document'];
  readonly #generation: number | undefined;

  constructor({ document, edited }: ViewSession, selection: SourceContents) {
    const isTaken = selection.length <= mostTaken;
    this.contents = isTaken ? taken(selection) : selection;
    this.#document = document;
    this.#generation = isTaken ? undefined : edited?.state.generation;
  }

  /** Asks where it was too large to be taken, and is known to have changed since. Rejects with a SourceError. */
  async mayBePutIn(): Promise<boolean> {
    const { opened, isClosed, path } = this.#document;
    if (this.#generation === undefined) return true;
    if (isClosed || !opened.ok) throw new SourceError('gone', { errno: 'ENOENT' });
    if (opened.edited.state.generation === this.#generation) return true;
    return await confirm(
      vscode.l10n.t('“{0}” has changed since you chose the selection in it. Put that in as it is now?', path),
      vscode.l10n.t('{0} are too many to be kept while you are asked.', formatSize(this.contents.length)),
      vscode.l10n.t('Put In'),
    );
  }
}

/** Reads it now: what it answers later is as it is now. */
function taken({ source, offset, length, kind }: SourceContents): SourceContents {
  const bytes = new Uint8Array(length);
  const reading = source.read(offset, bytes);
  // Told to whoever reads it; nobody may, where the user leaves.
  reading.catch(() => {});
  const read: ByteSource['read'] = async (at, into) => {
    const { length: answered, holes } = await reading;
    const part = bytes.subarray(at - offset, Math.min(answered, at - offset + into.length));
    into.set(part);
    const asked = { offset: at, length: into.length };
    return { length: part.length, holes: holes.filter((hole) => intersect(hole, asked) !== undefined) };
  };
  return { kind, source: { read }, offset, length };
}
