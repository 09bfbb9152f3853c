import type { EditedSource } from '../../platform/editing/editedSource.ts';
import type { Banner, EditingStatus, SourceStatus } from '../../protocol/viewTypes.ts';
import { conflictBanner } from '../editing/conflictBanner.ts';
import { cutOffBanner } from '../editing/cutOffWords.ts';
import { differenceBanner } from '../editing/differenceBanner.ts';
import { refusalWords } from '../editing/refusalWords.ts';
import { isAutoSaved } from '../settings.ts';
import { bannerFor, noteFor } from './banner.ts';
import type { ViewSession } from './viewSession.ts';

/** What only the session knows. */
interface SessionFacts {
  /** Who else has what shows, in words; undefined where that is not known, or nobody can. */
  readonly users: string | undefined;
  /** How many the view asked for that are done, or refused, and how many changes of others there were. */
  readonly edits: Pick<EditingStatus, 'taken' | 'others'>;
  readonly isNoteRead: boolean;
}

/** All that the view is told of its document beside the bytes. */
export function statusOf(session: ViewSession, edited: EditedSource, facts: SessionFacts): SourceStatus {
  const { size, shownSize, generation } = edited.state;
  const { sizeKind } = edited.source;
  return {
    size,
    shownSize,
    generation,
    sizeKind,
    banner: bannerOf(session, edited, facts.isNoteRead),
    users: facts.users,
    editing: editingOf(session, edited, facts.edits),
    ...session.beginning,
  };
}

function editingOf(
  { document }: ViewSession,
  edited: EditedSource,
  { taken, others }: SessionFacts['edits'],
): EditingStatus | undefined {
  const { refusal, isEditable, hasLock, isLocked } = document.access;
  // What is not known yet is nothing to offer, and nothing to explain.
  if (refusal === undefined && !isEditable) return undefined;
  return {
    mode: document.mode,
    refusal: refusal === undefined ? undefined : refusalWords(refusal),
    isLocked: hasLock ? isLocked : undefined,
    isHeld: document.isHeld,
    count: edited.overlay.count,
    isAutoSaved: document.isSavedByWorkbench && isAutoSaved(document.uri),
    taken,
    others,
  };
}

function bannerOf(session: ViewSession, edited: EditedSource, isNoteRead: boolean): Banner | undefined {
  const { watched, conflict, overlay } = edited;
  const { live, document } = session;
  const isLive = live !== undefined && live.rate !== 'off';
  const { cutOff } = document;
  if (cutOff?.save !== undefined && document.live === undefined) return cutOffBanner(cutOff.save, cutOff.relation);
  if (conflict !== undefined && !overlay.isEmpty) return conflictBanner(conflict, document.isHeld);
  const refused = document.live?.refused ?? [];
  if (refused.length > 0) return differenceBanner(refused, (offset) => session.placeText(offset));
  return bannerFor(watched.state, watched.source.ref, isLive) ?? (isNoteRead ? undefined : noteFor(watched.state));
}
