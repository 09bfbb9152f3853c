import type * as vscode from 'vscode';
import type { DocumentEdits } from '../../core/editing/documentEdits.ts';
import { type DocumentRef, isMemoryRef, uriToDocument, usualMode } from '../../core/editing/documentUri.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { SourceRef } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { CutOff } from '../../platform/editing/cutOff.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import type { LiveDifference, LiveEdits } from '../../platform/editing/liveEdits.ts';
import type { Platform } from '../../platform/platform.ts';
import type { WatchedSource } from '../../platform/watchedSource.ts';
import { PrivateCopies } from '../regions/privateCopies.ts';

/** An open source, or why it could not be opened: a refusal is shown inside the view, never thrown at VS Code. */
export type Opened =
  | {
      readonly ok: true;
      readonly ref: SourceRef;
      readonly watched: WatchedSource;
      /** What the view shows: the source with the staged edits, if there are any. */
      readonly edited: EditedSource;
      /** What takes the edits. */
      readonly edits: DocumentEdits;
      /** The same where they are stored at once. */
      readonly live?: LiveEdits;
      /** A save of it that was cut off. */
      readonly cutOff: CutOff;
      /** Where stores may make copies of pages. */
      readonly copies?: PrivateCopies | undefined;
    }
  | { readonly ok: false; readonly error: unknown };

/** `ask`: as LiveEdits has it. */
export async function openDocument(
  uri: vscode.Uri,
  platform: Platform,
  ask: (difference: LiveDifference) => Promise<boolean>,
): Promise<Opened> {
  try {
    const { ref, mode } = await documentOf(uri, platform);
    const watched = await platform.watch(ref);
    const edited = platform.edit(watched, mode !== 'live' && isMemoryRef(ref));
    const cutOff = platform.cutOff(edited);
    const copies = ref.kind === 'processRegion' ? new PrivateCopies(platform.processes, ref) : undefined;
    if (mode !== 'live') return { ok: true, ref, watched, edited, cutOff, edits: edited, copies };
    const live = platform.editLive(watched, ask);
    return { ok: true, ref, watched, edited, cutOff, edits: live, live, copies };
  } catch (error) {
    return { ok: false, error };
  }
}

/** The document a URI names; where VS Code lost bytes of the name, of the one file that it shows so. */
async function documentOf(uri: vscode.Uri, platform: Platform): Promise<DocumentRef> {
  if (uri.scheme !== 'file' || !uri.path.includes('\uFFFD')) return uriToDocument(uri);
  const [path, ...others] = await platform.pathsShownAs(uri.path);
  const shown = { path: printableName(uri.path) };
  if (path === undefined) throw new SourceError('notFound', shown);
  if (others.length > 0) throw new SourceError('ambiguousName', shown);
  const ref: SourceRef = { kind: 'file', path };
  return { ref, mode: usualMode(ref) };
}
