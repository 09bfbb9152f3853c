import * as l10n from '@vscode/l10n';
import { holds } from '../../extension/core/byteRange.ts';
import { encodeText } from '../../extension/core/editing/encodeText.ts';
import { movedOffset } from '../../extension/core/overlay/moves.ts';
import { findEncoding, UTF_8 } from '../../extension/core/text/textEncodings.ts';
import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type {
  Column,
  EditedBytes,
  EditingStatus,
  OthersEdit,
  SourceStatus,
} from '../../extension/protocol/viewTypes.ts';
import { cellState } from '../model/hexRow.ts';
import type { KeyAction } from '../model/keymap.ts';
import type { PageCache } from '../model/pageCache.ts';
import { selectedRange } from '../model/selection.ts';
import { SentEdits } from '../model/sentEdits.ts';
import { type Typed, Typing, type TypingPlace, type TypingRefusal } from '../model/typing.ts';
import type { Box, Scene } from './surface.ts';
import type { UntakenEdits } from './untakenEdits.ts';

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

/** The part of a view that is typed into: what keys type shows at once, and the host hears of it. */
export class Editing {
  readonly #host: Remote<HostApi>;
  readonly #cache: PageCache;
  readonly #view: EditedView;
  readonly #untaken: UntakenEdits;
  readonly #typing = new Typing();
  #status: EditingStatus | undefined;
  readonly #sent = new SentEdits();
  /** Changes of others that the host has told of. */
  #others: number | undefined;
  #isTyping = false;
  #words = '';

  constructor(host: Remote<HostApi>, cache: PageCache, view: EditedView, untaken: UntakenEdits) {
    this.#host = host;
    this.#cache = cache;
    this.#view = view;
    this.#untaken = untaken;
  }

  /** The column that takes what is typed; undefined where nothing is ever edited. */
  get typesInto(): Column | undefined {
    return this.#status === undefined ? undefined : this.#view.column;
  }

  /** Whether keys that mean something else too shall do that. */
  get isRefused(): boolean {
    return this.#status?.refusal !== undefined || this.#status?.isLocked === true;
  }

  /** The digit that waits for the second one of its byte. */
  get waiting(): { readonly offset: number; readonly digit: number } | undefined {
    return this.#typing.waiting;
  }

  /** Gives up a digit that waits. */
  stop(): void {
    if (this.#typing.waiting === undefined) return;
    this.#typing.stop();
    this.#view.change({});
  }

  /** A digit that is typed next is the first of its byte. */
  endByte(): void {
    if (this.#typing.half === undefined) return;
    this.#typing.stop();
    this.#view.change({});
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
    // No second digit can come any more.
    if (this.isRefused) this.#typing.stop();
    this.#others = status.editing?.others ?? this.#others;
    this.#sent.settle(status.editing?.taken);
    this.#untaken.follow(this.#sent.all);
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

  /** What was typed since, and the cursor, stay with the bytes they were at. A byte that is another now has no digit typed. */
  othersEdited({ touched, moves, taken, others }: OthersEdit): void {
    this.#others = others;
    let { cursor, anchor, column } = this.#view.scene.selection;
    for (const told of moves ?? []) {
      const move = this.#sent.cross(told, taken);
      // The host refuses what was typed there, and says so.
      if (move === undefined) break;
      this.#typing.moved(move);
      cursor = movedOffset(cursor, move);
      anchor = anchor === undefined ? undefined : movedOffset(anchor, move);
    }
    const { half } = this.#typing;
    const isElsewhere = touched !== undefined && half !== undefined && !holds(touched, half);
    if (!isElsewhere) this.endByte();
    if (moves?.length === 0) return;
    this.#isTyping = true;
    this.#view.change({ selection: { cursor, anchor, column } });
    this.#isTyping = false;
  }

  /** Bytes came in that may not know of what was typed. */
  showSent(): void {
    for (const { offset, length, bytes } of this.#sent.all) if (bytes.length === length) this.#put(offset, bytes);
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
    if (this.#status.isLocked === true) {
      this.#host.notify('run', 'unlock');
      return;
    }
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
    if (this.isLive) {
      this.#view.hint(l10n.t('Live edits only overwrite: the size is that of what others use.'));
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
      this.#view.hint(this.isLive ? liveRefusalWords(typed.why) : refusalWords(typed.why));
      return;
    }
    this.#isTyping = true;
    if (typed.kind === 'edit') this.#send(typed);
    else if (this.waiting !== undefined) {
      this.#words = l10n.t('{0}, a second digit is missing', this.waiting.digit.toString(16).toUpperCase());
      this.#view.change({});
    }
    this.#view.moveTo(typed.cursor);
    this.#isTyping = false;
  }

  #send({ offset, length, ...typed }: Typed & { readonly kind: 'edit' }): void {
    const bytes = Uint8Array.from(typed.bytes);
    const grown = bytes.length - length;
    const shown = typed.shown === undefined ? this.#shown(offset, length) : Uint8Array.from(typed.shown);
    this.#sent.add(offset, length, bytes);
    this.#untaken.follow(this.#sent.all);
    this.#host.notify('edit', { offset, length, bytes, shown, digit: typed.digit, others: this.#others ?? 0 });
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
    // What is in the source is no edit any more.
    this.#cache.markEdits(range, this.isLive ? [] : [range]);
  }

  /** Whether each edit is stored at once, held against what the user sees. */
  get isLive(): boolean {
    return this.#status?.mode === 'live';
  }

  /** What the view shows there, where that is what the host has: not while what was inserted is on its way. */
  #shown(offset: number, length: number): Uint8Array | undefined {
    const range = { offset, length };
    if (length === 0) return new Uint8Array(0);
    if (length > mostShown || this.#sent.movesOthers) return undefined;
    // A store is held against what the user sees, however old that is.
    if (!this.isLive && !this.#cache.isFresh(range)) return undefined;
    const seen = this.#cache.bytes(range);
    return seen === undefined ||
      seen.holes.some((hole) => hole.offset < offset + length && hole.offset + hole.length > offset)
      ? undefined
      : seen.bytes;
  }

  #grown(status: SourceStatus): SourceStatus {
    const { grown } = this.#sent;
    return grown === 0 ? status : { ...status, size: status.size + grown, shownSize: status.shownSize + grown };
  }

  get #place(): TypingPlace {
    const { selection, status, inserts } = this.#view.scene;
    return {
      cursor: selection.cursor,
      selected: selectedRange(selection),
      size: status.size,
      inserts: inserts && !this.isLive,
      takesWholeBytes: this.isLive,
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

function liveRefusalWords(why: TypingRefusal): string {
  switch (why) {
    case 'end':
      return l10n.t('This is the end, and live edits never go past it.');
    case 'notReadable':
      return l10n.t('What is here cannot be read, so it is not overwritten.');
    case 'keepsSize':
      return l10n.t('Live edits keep the size: overwrite the bytes, with zeros for example.');
  }
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
