import { readdir } from 'node:fs/promises';

export interface FolderEntry {
  /** As bytes: a name need not be UTF-8. */
  readonly name: Uint8Array;
  readonly kind: 'folder' | 'file' | 'device' | 'link' | 'other';
}

/** What stands in a folder, without following links. Rejects with Node's error. */
export async function listFolder(folder: Uint8Array): Promise<FolderEntry[]> {
  const entries = await readdir(Buffer.from(folder), { encoding: 'buffer', withFileTypes: true });
  return entries.map((entry) => {
    // Node gives the names of entries as they were asked for; its types say string.
    const name = entry.name as unknown as Uint8Array;
    if (entry.isDirectory()) return { name, kind: 'folder' };
    if (entry.isFile()) return { name, kind: 'file' };
    if (entry.isSymbolicLink()) return { name, kind: 'link' };
    return { name, kind: entry.isBlockDevice() || entry.isCharacterDevice() ? 'device' : 'other' };
  });
}
