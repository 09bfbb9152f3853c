import type { BytesNear, SourceStatus, Typography, ViewLayout, ViewMode } from './viewTypes.ts';

/** What a view does for the extension host. All are notices: the view never owes the host an answer. */
export interface ViewApi {
  statusChanged(status: SourceStatus): void;
  layoutChanged(layout: ViewLayout, typography: Typography): void;
  /**
   * Moves the cursor there, into the history; a preview moves nothing for good. `near`: the bytes around the
   * place, sent along because the view will need them at once.
   */
  goTo(offset: number, near?: BytesNear): void;
  preview(offset: number, near?: BytesNear): void;
  /** Ends a preview by going back to where the user was. */
  cancelPreview(): void;
  select(offset: number, length: number): void;
  setMode(mode: ViewMode): void;
  setEncoding(encoding: string): void;
  goBack(): void;
  goForward(): void;
  focusGrid(): void;
}
