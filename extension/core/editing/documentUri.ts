/**
 * A document: a source, and how it takes what the user edits. One has one mode; another mode is another URI, so that
 * VS Code keeps their tabs, undo stacks and backups apart.
 *
 * | document | URI |
 * |---|---|
 * | in the mode that is usual for the source | the source's (sourceRef.ts) |
 * | in another | the same with the mode in the authority: `memglass-shm://staged/dev/shm/ring`, `memglass-file://live/tmp/x` |
 *
 * VS Code looks at scheme and path alone to choose an editor, to name a tab and to say where it is. So a path stands as it
 * is wherever a URI leaves it alone, and else in hex: `memglass-file://live/2f746d702f613f62/a?b`. One document has one URI:
 * the usual mode is never spelled out, and a path in hex only where it must be.
 */

import { SourceError } from '../sourceError.ts';
import { ownUri, refOfPath, refToUri, type SourceRef, type UriParts, uriToRef } from '../sourceRef.ts';
import { printableName } from '../text/printableName.ts';
import { decodeUtf8Strict, encodeUtf8 } from '../text/utf8.ts';

/** How a document takes edits. */
export type EditMode =
  /** They are kept over the source until they are saved or applied. */
  | 'staged'
  /** Each is stored at once, and others see it. */
  | 'live'
  /** They are kept over the source to try things in, and thrown away unless they are applied. */
  | 'scratch';

export const editModes: readonly EditMode[] = ['staged', 'live', 'scratch'];

export interface DocumentRef {
  readonly ref: SourceRef;
  readonly mode: EditMode;
}

/** Whether others have the bytes before their eyes: shared memory, under whatever name, or memory of a process. */
export function isMemoryRef(ref: SourceRef): boolean {
  return ref.kind !== 'file' || refOfPath(ref.path).kind === 'posixShm';
}

/** The mode of the plain URI. */
export function usualMode(ref: SourceRef): EditMode {
  return isMemoryRef(ref) ? 'live' : 'staged';
}

/** Throws SourceError('badUri') as refToUri does. */
export function documentToUri({ ref, mode }: DocumentRef): UriParts {
  if (mode === usualMode(ref)) return refToUri(ref);
  if (ref.kind !== 'file') return { ...refToUri(ref), authority: mode };
  // `file:` has an authority of its own meaning.
  const own = ownUri(ref);
  const path = decodeUtf8Strict(ref.path) ?? '';
  return { ...own, path: plainPath.test(path) ? path : own.path, authority: mode };
}

/** Throws SourceError('badUri') for what documentToUri could not have made, as uriToRef does. */
export function uriToDocument({ scheme, authority = '', path }: UriParts): DocumentRef {
  const mode = editModes.find((each) => each === authority);
  const isOther = authority !== '' && (scheme === 'file' || mode === undefined);
  const ref = isOther ? undefined : refOf({ scheme, path }, mode !== undefined);
  const document = ref && { ref, mode: mode ?? usualMode(ref) };
  const one = document && documentToUri(document);
  // What can be spelled in another way would be two documents, each with edits that the other does not know of.
  const isOne =
    one?.scheme === scheme && (one.authority ?? '') === authority && identityIn(one) === identityIn({ path });
  if (document === undefined || !isOne) {
    throw new SourceError('badUri', { path: printableName(`${authority}${path}`, { maxLength: 256 }) });
  }
  return document;
}

/** Of letters that no URI and no title changes, with no dot segment, and not to be taken for a path in hex. */
const plainPath = /^(?!\/2f(?:[\da-f]{2})*(?:\/|$))(?:\/(?!\.\.?(?:\/|$))[\w.+=@,~-]+)+$/i;

function refOf(uri: UriParts, hasMode: boolean): SourceRef {
  if (hasMode && uri.scheme === 'memglass-file' && plainPath.test(uri.path)) {
    return { kind: 'file', path: encodeUtf8(uri.path) };
  }
  return uriToRef(uri);
}

/** What tells a path in hex, after which the name for people comes, from another and from one that stands as it is. */
function identityIn({ path }: Pick<UriParts, 'path'>): string | undefined {
  return path.split('/', 2)[1]?.toLowerCase();
}
