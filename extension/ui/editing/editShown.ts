import type { WantedEdit } from '../../core/editing/documentEdits.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { shownIn } from './shownIn.ts';

/**
 * An edit by a command. Live ones are held against what the view shows where they do not say against what; staged ones
 * against the source as it is now. Answers whether it was done.
 */
export async function editShown(session: ViewSession, wanted: WantedEdit, label: string): Promise<boolean> {
  const isLive = session.document.live !== undefined;
  const shown = wanted.shown ?? (isLive ? await shownIn(session, wanted) : undefined);
  try {
    return await session.document.edit({ ...wanted, shown }, label);
  } catch (error) {
    // What others have changed is told in the view's banner.
    if (error instanceof SourceError && error.code === 'changedSince') return false;
    throw error;
  }
}
