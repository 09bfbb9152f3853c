import * as vscode from 'vscode';
import type { VersionedBytes } from '../../core/byteSource.ts';
import { anything, type OthersChange, touchedByBoth } from '../../core/editing/othersChange.ts';
import { UnseenChanges } from '../../core/editing/unseenChanges.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { EditedChange, EditedSource } from '../../platform/editing/editedSource.ts';
import type { LiveStore } from '../../platform/editing/liveEdits.ts';
import type { TypedEdit } from '../../protocol/viewTypes.ts';
import { sentenceFor } from '../errors.ts';
import { safeOffset } from './fromPage.ts';
import type { ViewSession } from './viewSession.ts';

/** Edits that nobody typed in the view, and that come faster than this, are told of together. Milliseconds. */
const togetherMs = 30;

/** Edits of one view: what is typed in it goes to the document, and what any view edited is told to this one. */
export class TypedEdits implements vscode.Disposable {
  readonly #session: ViewSession;
  readonly #onTold: () => void;
  readonly #unseen = new UnseenChanges();
  #others = 0;
  /** What the view was not told of yet, of changes that moved nothing. */
  #untold: OthersChange | undefined;
  #taken = 0;
  #toldAt = 0;
  /** Comes while there are edits that the view was not told of. */
  #later: number | undefined;

  /** `onTold` is called after the view was told: whoever else shows what is edited need not hear more. */
  constructor(session: ViewSession, onTold: () => void) {
    this.#session = session;
    this.#onTold = onTold;
  }

  /** Edits that the view asked for and that are done, or refused. */
  get taken(): number {
    return this.#taken;
  }

  /** Changes of others that the view was told of. */
  get others(): number {
    return this.#others;
  }

  /** The view begins anew: what it reads from now on has all of them. */
  begin(): void {
    this.#untold = undefined;
    this.#others = this.#unseen.count;
  }

  /** Takes what was typed; the view shows it already. Never rejects. */
  async take(edit: TypedEdit): Promise<void> {
    await this.#session.document.order.edit(() => this.#take(edit));
  }

  async #take({ offset, length, bytes, shown, digit, others }: TypedEdit): Promise<void> {
    const { document, edited } = this.#session;
    const placed = { offset, length, inserted: bytes.length };
    const settle = () => {
      const settled = this.#unseen.settle(placed, others);
      // The first digit of a byte is not there any more: this one alone is another byte than was meant.
      const isOfOther = digit === 'second' && settled?.isTouched === true;
      if (settled === undefined || isOfOther) throw new SourceError('movedSince');
      return settled;
    };
    try {
      const range = { offset: safeOffset(offset), length: safeOffset(length) };
      const keepsSecondDigit = digit === 'first' && bytes.length === 1 && range.length === 1;
      const edit = { ...range, bytes, shown, keepsSecondDigit, settle, isTyping: true, origin: this };
      const label = bytes.length === 0 ? vscode.l10n.t('Delete') : vscode.l10n.t('Type');
      if (await document.edit(edit, label)) return;
    } catch (error) {
      this.#sayRefused(error);
    }
    this.#taken++;
    // What was typed after it stands on it.
    if (bytes.length !== length) this.#note(anything);
    edited?.refresh();
    if (document.live === undefined) return;
    // Not together with others: bytes that come in before the view hears of it would be typed over once more.
    this.tellNow();
    await this.#showWhatIsThere(offset, shown);
  }

  #sayRefused(error: unknown): void {
    const code = error instanceof SourceError ? error.code : undefined;
    // What others have changed is told in the view's banner.
    if (code === 'changedSince') return;
    if (code === 'movedSince') this.#session.view.notify('hint', sentenceFor(error));
    else void vscode.window.showErrorMessage(sentenceFor(error));
  }

  /** The view hears at once what stands elsewhere: places that it is told of next are of the bytes as they are then. */
  #note(change: OthersChange): void {
    this.#unseen.note(change);
    if (change.moves?.length === 0) {
      this.#untold = this.#untold === undefined ? change : touchedByBoth(this.#untold, change);
      return;
    }
    this.#tellOthers();
    this.#untold = change;
    this.#tellOthers();
  }

  #tellOthers(): void {
    const change = this.#untold;
    if (change === undefined) return;
    this.#untold = undefined;
    this.#others = this.#unseen.count;
    this.#session.view.notify('othersEdited', { ...change, taken: this.#taken, others: this.#others });
  }

  /** What was typed shows, and was not stored: no look sees a change there, and the view would go on to show it. */
  async #showWhatIsThere(offset: number, shown: Uint8Array | undefined): Promise<void> {
    if (shown === undefined) return;
    const { edited, live, view } = this.#session;
    const there = await edited?.read(offset, shown.length).catch(() => undefined);
    // Where nothing can be read any more, what showed before were the last bytes.
    const isRead = there !== undefined && there.holes.length === 0 && there.bytes.length === shown.length;
    if (isRead) live?.served(offset, there);
    view.notify('notStored', offset, Uint8Array.from(isRead ? there.bytes : shown), Uint8Array.from(shown));
  }

  /**
   * Bytes that were put over others travel with the news; after anything else the view reads what it shows.
   * `onServed` is told of bytes that travel.
   */
  tell(
    edited: EditedSource,
    { view, origin, change }: EditedChange,
    onServed: (offset: number, bytes: VersionedBytes) => void,
  ): void {
    if (origin === this) this.#taken++;
    else if (change !== undefined) this.#note(change);
    if (origin !== this && Date.now() - this.#toldAt < togetherMs) {
      // Thousands may come one after the other: a message for each would be in the way of the next key.
      this.#later ??= setTimeout(() => this.#tellAll(), togetherMs);
      return;
    }
    // Bytes of one edit do not tell of others.
    const bytes = this.#later === undefined && view?.grown === 0 ? edited.putIn(view) : undefined;
    if (view === undefined || bytes === undefined) {
      this.#tellAll();
      return;
    }
    this.#toldAt = Date.now();
    this.#tellOthers();
    const { status, view: page } = this.#session;
    const { offset } = view;
    const { generation } = status;
    onServed(offset, { generation, bytes: bytes.slice(), holes: [] });
    page.notify('edited', { status, offset, bytes, edits: edited.editedRanges(view) });
    this.#onTold();
  }

  /** The view hears at once of edits that it was to hear of together. */
  tellNow(): void {
    if (this.#later !== undefined) this.#tellAll();
  }

  dispose(): void {
    clearTimeout(this.#later);
  }

  /** The view reads anew what it shows. */
  #tellAll(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#toldAt = Date.now();
    this.#tellOthers();
    if (this.#session.edited !== undefined) this.#session.view.notify('statusChanged', this.#session.status);
    this.#onTold();
  }

  /** The same of bytes that are in the source already. */
  tellStored(
    { offset, bytes, isAtomic, origin }: LiveStore,
    onServed: (offset: number, bytes: VersionedBytes) => void,
  ): void {
    if (origin === this) this.#taken++;
    const { status, view: page } = this.#session;
    onServed(offset, { generation: status.generation, bytes: bytes.slice(), holes: [] });
    page.notify('wrote', offset, bytes.slice());
    page.notify('statusChanged', status);
    if (origin === this && bytes.length > 1 && !isAtomic) {
      page.notify('hint', vscode.l10n.t('Stored in parts: whoever read it meanwhile may have met a half.'));
    }
  }
}
