import { stat } from 'node:fs/promises';

/** Whether the mode of the file at a path does not let its owner write. Not where nobody can tell. */
export async function isLockedByMode(path: Uint8Array): Promise<boolean> {
  const found = await stat(Buffer.from(path)).catch(() => undefined);
  return found !== undefined && (found.mode & 0o200) === 0;
}
