import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { NativeFile, Writability } from '../../../native/index.d.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';

const refusalOfWritability: Readonly<Record<Exclude<Writability, 'yes'>, EditRefusal>> = {
  mode: 'noPermission',
  mount: 'readOnlyMount',
  immutable: 'immutable',
  appendOnly: 'immutable',
  sealed: 'sealed',
  running: 'running',
  device: 'readOnlyMount',
  kind: 'notSupported',
};

/** Why a file that is open, by `path`, may not be written to, as far as that can be found out without writing. */
export async function refusalOf(file: NativeFile, path: Uint8Array): Promise<EditRefusal | undefined> {
  const writability = await file.writability();
  if (writability !== 'yes') return refusalOfWritability[writability];
  // Of a disk that is mounted, the file system keeps parts in memory: what is written under it is lost, or breaks it.
  return file.facts.kind === 'block' && (await isInUse(path)) ? 'inUse' : undefined;
}

async function isInUse(device: Uint8Array): Promise<boolean> {
  try {
    const opened = await open(Buffer.from(device), constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK);
    await opened.close();
    return false;
  } catch {
    return true;
  }
}
