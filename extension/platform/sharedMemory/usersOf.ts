import { equalBytes, sameDevice } from '../../core/memoryMap/memoryRegion.ts';
import type { ObjectUser, SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { familyOfClass } from '../../core/sharedMemory/sharedMemoryFamily.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import type { SharedMemoryLookout } from './sharedMemoryLookout.ts';

/**
 * Who uses an object now: one that was listed before, or the POSIX object of that name (as shm_open takes it, slashes in
 * front or none). One that was listed and is unlinked since is found as well. Rejects with SourceError('notFound') where
 * it is gone.
 */
export async function usersOf(
  lookout: SharedMemoryLookout,
  wanted: SharedMemoryObject | string,
): Promise<readonly ObjectUser[]> {
  const { objects } = await lookout.look();
  const isWanted = typeof wanted === 'string' ? hasName(wanted) : isSameObject(wanted);
  const found = objects.find(isWanted);
  if (found !== undefined) return found.users;
  const name = typeof wanted === 'string' ? wanted : wanted.name;
  throw new SourceError('notFound', { path: printableName(name) });
}

function hasName(name: string): (object: SharedMemoryObject) => boolean {
  const file = encodeUtf8(name.replace(/^\/+/, ''));
  return (object) => 'facts' in object && object.facts !== undefined && equalBytes(object.name, file);
}

/** Whatever its class: that of a POSIX object changes when it is unlinked. */
function isSameObject({ identity }: SharedMemoryObject): (object: SharedMemoryObject) => boolean {
  const family = familyOfClass(identity.class);
  return ({ identity: { class: of, device, inode, ipcNamespace } }) =>
    familyOfClass(of) === family &&
    inode === identity.inode &&
    ipcNamespace === identity.ipcNamespace &&
    (family === 'sysv' || sameDevice(device, identity.device));
}
