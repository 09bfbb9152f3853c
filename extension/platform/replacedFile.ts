import { access, constants, realpath, stat } from 'node:fs/promises';
import { SourceError } from '../core/sourceError.ts';
import { refOfPath } from '../core/sourceRef.ts';
import { printableName } from '../core/text/printableName.ts';

/** A file that a new one may take the place of. */
export interface ReplacedFile {
  /** Where links lead to. */
  readonly path: Buffer;
  /** Names that it has. */
  readonly links: number;
}

/**
 * What a new file that is renamed to `path` would replace; undefined where nothing is. Rejects with SourceError('notAFile')
 * where something else than a file is there, with 'nameTaken' where shared memory is, which others would keep, and with
 * 'mayNotChange' where the user may not write.
 */
export async function replacedFile(path: Uint8Array): Promise<ReplacedFile | undefined> {
  const target = await realpath(Buffer.from(path), { encoding: 'buffer' }).catch(() => Buffer.from(path));
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new SourceError('notAFile');
  const shown = { path: printableName(target) };
  if (refOfPath(target).kind === 'posixShm') throw new SourceError('nameTaken', shown);
  await access(target, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new SourceError('mayNotChange', { ...shown, errno: error.code });
  });
  return { path: target, links: found.nlink };
}
