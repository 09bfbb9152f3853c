import * as l10n from '@vscode/l10n';
import { encodeText } from '../../extension/core/editing/encodeText.ts';
import { findEncoding, UTF_8 } from '../../extension/core/textEncodings.ts';
import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { Column, EditedBytes, EditingStatus, SourceStatus } from '../../extension/protocol/viewTypes.ts';
import { cellState } from '../model/hexRow.ts';
import type { KeyAction } from '../model/keymap.ts';
import type { PageCache } from '../model/pageCache.ts';
import { selectedRange } from '../model/selection.ts';
import { type Typed, Typing, type TypingPlace, type TypingRefusal } from '../model/typing.ts';
import type { Box, Scene } from './surface.ts';

/** The most that travels as what the view showed; the host reads more by itself. Bytes. */
const mostShown = 4096;

export type EditAction = Extract<KeyAction, { kind: 'erase' | 'digit' | 'character' }>;

/** What editing needs of the view it is in. */
export interface EditedView {
  readonly scene: Scene;
  readonly column: Column;
  change(change: Partial<Scene>): void;
  /** Moves the cursor, lets go of the selection and shows the place. */
  moveTo(cursor: number): void;
  /** Says where the cursor is, and what was typed. */
  speak(): void;
  /** Says why a key did nothing, beside the cursor and to a screen reader. */
  hint(words: string): void;
}

/** An edit that the host has not told of yet. */
interface Sent {
  readonly number: number;
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly grown: number;
}

/** The part of a view that is typed into: what keys type shows at once, and the host hears of it. */
export class Editing {
  readonly #host: Remote<HostApi>;
  readonly #cache: PageCache;
  readonly #view: EditedView;
  readonly #typing = new Typing();
  #status: EditingStatus | undefined;
  /** Edits that were sent, in this view and in those that had its place before. */
  #sentCount: number | undefined;
  #sent: readonly Sent[] = [];
  #isTyping = false;
  #words = '';

  constructor(host: Remote<HostApi>, cache: PageCache, view: EditedView) {
    this.#host = host;
    this.#cache = cache;
    this.#view = view;
  }

  /** The column that takes what is typed; undefined where nothing is ever edited. */
  get typesInto(): Column | undefined {
    return this.#status === undefined ? undefined : this.#view.column;
  }

  /** Whether keys that mean something else too shall do that. */
  get isRefused(): boolean {
    return this.#status?.refusal !== undefined;
  }

  /** What was typed last, once, for a screen reader. */
  takeWords(): string {
    const words = this.#words;
    this.#words = '';
    return words;
  }

  /** The status with what was typed since the host told of it. */
  settle(status: SourceStatus): SourceStatus {
    this.#status = status.editing;
    const taken = status.editing?.taken ?? 0;
    this.#sentCount ??= status.editing?.taken;
    this.#sent = this.#sent.filter(({ number }) => number > taken);
    return this.#grown(status);
  }

  /** Takes in edits that moved nothing. Answers the status that is true then. */
  edited({ status, offset, bytes, edits }: EditedBytes): SourceStatus {
    const settled = this.settle(status);
    const range = { offset, length: bytes.length };
    this.#cache.patch(offset, bytes);
    this.#cache.describe(range, [], []);
    this.#cache.markEdits(range, edits);
    this.#cache.follow(status.generation);
    this.showSent();
    return settled;
  }

  /** Bytes came in that may not know of what was typed. */
  showSent(): void {
    for (const { offset, bytes, grown } of this.#sent) if (grown === 0) this.#put(offset, bytes);
  }

  /** The cursor went elsewhere by another way than typing. */
  cursorMoved(): void {
    if (!this.#isTyping) this.#typing.stop();
  }

  /** Where the caret stands: on the second digit, once the first is typed. */
  caret<B extends { readonly column: Column; readonly box: Box }>(boxes: readonly B[]): readonly B[] {
    if (this.#typing.half !== this.#view.scene.selection.cursor) return boxes;
    return boxes.map((one) => {
      if (one.column !== 'hex') return one;
      const { left, width } = one.box;
      return { ...one, box: { ...one.box, left: left + width / 2, width: width / 2 } };
    });
  }

  act(action: EditAction): void {
    if (this.#status?.refusal !== undefined) {
      this.#view.hint(this.#status.refusal);
      return;
    }
    if (this.#status === undefined) return;
    if (action.kind === 'digit') this.#carryOut(this.#typing.digit(action.digit, this.#place));
    else if (action.kind === 'character') this.#type(action.text);
    else if (action.key === 'delete') this.#carryOut(this.#typing.delete(this.#place));
    else this.#carryOut(this.#typing.backspace(this.#place));
  }

  toggleInsertMode(): void {
    if (this.#status === undefined || this.#status.refusal !== undefined) {
      if (this.#status?.refusal !== undefined) this.#view.hint(this.#status.refusal);
      return;
    }
    const { scene } = this.#view;
    const inserts = !scene.inserts;
    this.#typing.stop();
    this.#view.change({ inserts });
    // The place behind the last byte is one only where something can be inserted there.
    if (!inserts && scene.selection.cursor >= scene.status.shownSize) {
      this.#view.moveTo(Math.max(0, scene.status.shownSize - 1));
    }
    this.#words = inserts ? l10n.t('Inserting') : l10n.t('Overwriting');
    this.#view.speak();
  }

  #type(text: string): void {
    const encoding = findEncoding(this.#view.scene.encoding) ?? UTF_8;
    const encoded = encodeText(text, encoding);
    if (encoded.ok) this.#carryOut(this.#typing.character([...encoded.bytes], this.#place));
    else this.#view.hint(l10n.t('{0} has no “{1}”. Choose another encoding.', encoding.name, encoded.character));
  }

  #carryOut(typed: Typed): void {
    if (typed.kind === 'refused') {
      this.#view.hint(refusalWords(typed.why));
      return;
    }
    this.#isTyping = true;
    if (typed.kind === 'edit') this.#send(typed.offset, typed.length, Uint8Array.from(typed.bytes));
    this.#view.moveTo(typed.cursor);
    this.#isTyping = false;
  }

  #send(offset: number, length: number, bytes: Uint8Array<ArrayBuffer>): void {
    const grown = bytes.length - length;
    const shown = this.#shown(offset, length);
    const number = (this.#sentCount ?? 0) + 1;
    this.#sentCount = number;
    this.#sent = [...this.#sent, { number, offset, bytes, grown }];
    this.#host.notify('edit', { offset, length, bytes, shown });
    this.#words = spoken(bytes, length);
    const { status, contents } = this.#view.scene;
    if (grown === 0) this.#put(offset, bytes);
    const sized = { ...status, size: status.size + grown, shownSize: status.shownSize + grown };
    this.#view.change({ contents: contents + 1, ...(grown === 0 ? {} : { status: sized }) });
  }

  #put(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    const range = { offset, length: bytes.length };
    this.#cache.patch(offset, bytes);
    this.#cache.describe(range, [], []);
    this.#cache.markEdits(range, [range]);
  }

  /** What the view shows there, where that is what the host has: not while what was inserted is on its way. */
  #shown(offset: number, length: number): Uint8Array | undefined {
    const range = { offset, length };
    if (length === 0) return new Uint8Array(0);
    if (length > mostShown || this.#sent.some(({ grown }) => grown !== 0) || !this.#cache.isFresh(range))
      return undefined;
    const seen = this.#cache.bytes(range);
    return seen === undefined ||
      seen.holes.some((hole) => hole.offset < offset + length && hole.offset + hole.length > offset)
      ? undefined
      : seen.bytes;
  }

  #grown(status: SourceStatus): SourceStatus {
    const grown = this.#sent.reduce((sum, one) => sum + one.grown, 0);
    return grown === 0 ? status : { ...status, size: status.size + grown, shownSize: status.shownSize + grown };
  }

  get #place(): TypingPlace {
    const { selection, status, inserts } = this.#view.scene;
    return {
      cursor: selection.cursor,
      selected: selectedRange(selection),
      size: status.size,
      inserts,
      byteAt: (offset) => {
        const cell = new Int16Array(1);
        this.#cache.cells(offset, cell, status.size, status.shownSize);
        const [value = -1] = cell;
        if (value === cellState.unwritten) return 0;
        return value >= 0 ? value : undefined;
      },
    };
  }
}

function spoken(bytes: Uint8Array, length: number): string {
  if (bytes.length === 0) return length === 1 ? l10n.t('1 byte deleted') : l10n.t('{0} bytes deleted', length);
  const digits = Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return l10n.t('typed {0}', digits.join(' '));
}

function refusalWords(why: TypingRefusal): string {
  switch (why) {
    case 'end':
      return l10n.t('This is the end. Press Insert to add bytes here.');
    case 'notReadable':
      return l10n.t('What is here cannot be read, so it is not overwritten.');
    case 'keepsSize':
      return l10n.t('Overwriting keeps the size. Press Insert to delete bytes.');
  }
}
