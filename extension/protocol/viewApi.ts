import type { Look } from '../core/live/look.ts';
import type {
  BytesNear,
  EditedBytes,
  OthersEdit,
  SourceStatus,
  Typography,
  ViewLayout,
  ViewMode,
} from './viewTypes.ts';

/** What a view does for the extension host: notices, and one request whose answer is what the next one waits for. */
export interface ViewApi {
  statusChanged(status: SourceStatus): void;
  /** What a live view's bytes have become. Answered once they are taken in. */
  looked(look: Look): Promise<void>;
  edited(change: EditedBytes): void;
  /** Comes before the status that knows of it. */
  othersEdited(edit: OthersEdit): void;
  /** Whether what is typed is inserted from now on, or overwrites. */
  toggleInsertMode(): void;
  layoutChanged(layout: ViewLayout, typography: Typography): void;
  /**
   * Moves the cursor there, into the history; a preview moves nothing for good. `near`: the bytes around the
   * place, sent along because the view will need them at once. `isArrival`: from another document, to which VS Code's own
   * Go Back leads.
   */
  goTo(offset: number, near?: BytesNear, isArrival?: boolean): void;
  preview(offset: number, near?: BytesNear): void;
  /** Ends a preview by going back to where the user was. */
  cancelPreview(): void;
  select(offset: number, length: number): void;
  /**
   * The bytes that the view has of a range, as the user saw them last; undefined where some are not there, or where they are
   * not edited live and may be others by now.
   */
  shown(offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Answered once all that came before is taken in: where the cursor is then has been told before the answer. */
  settled(): Promise<void>;
  /** The host has written these bytes there: they show at once, as news. */
  wrote(offset: number, bytes: Uint8Array<ArrayBuffer>): void;
  /**
   * What was typed there is not stored: `bytes` are what stands there now. Where they are what the user saw before, which is
   * `shown`, they are no news.
   */
  notStored(offset: number, bytes: Uint8Array<ArrayBuffer>, shown: Uint8Array<ArrayBuffer>): void;
  /** Words beside the cursor, for a moment, about what was typed there. */
  hint(words: string): void;
  setMode(mode: ViewMode): void;
  setEncoding(encoding: string): void;
  goBack(): void;
  goForward(): void;
  focusGrid(): void;
  /** Tells at length what the cursor is at, beside it and to a screen reader. */
  showHover(): void;
}
