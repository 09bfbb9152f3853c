/** Changing, resizing, flushing and removing an object: the very one that was looked at, or nothing happens. */
import type { NativeAddon, OwnerChange } from '../../../native/index.d.ts';
import type { FileTarget, ObjectTarget } from '../../core/sharedMemory/objectTarget.ts';
import { printableName } from '../../core/text/printableName.ts';
import { freeBytes } from './makeObject.ts';
import { expectedFile, openFile, seal, unlessSealed } from './openObject.ts';
import { operation } from './operationErrors.ts';

export type FlushKind = 'sync' | 'async' | 'invalidate';

/** System V segments cannot be resized. `reserve` sets the new part aside, or ENOSPC and the size stays. */
export async function resizeObject(
  addon: NativeAddon,
  target: FileTarget,
  size: bigint,
  reserve: boolean,
): Promise<void> {
  const file = await openFile(addon, target);
  try {
    const seals = size < target.size ? seal.shrink : seal.grow;
    const free = await freeBytes(folderOf(target.path));
    const space = free === undefined ? undefined : { needed: size - target.size, free };
    const detail = { path: printableName(target.path), space };
    await unlessSealed(file, seals, () => operation(() => file.resize(size, reserve, expectedFile(target)), detail));
  } finally {
    file.close();
  }
}

/** Whatever process wrote it. */
export async function flushObject(addon: NativeAddon, target: FileTarget, how: FlushKind): Promise<void> {
  const file = await openFile(addon, target);
  try {
    await operation(() => file.flush(how));
  } finally {
    file.close();
  }
}

export async function changeOwner(addon: NativeAddon, target: ObjectTarget, change: OwnerChange): Promise<void> {
  if (target.kind === 'file') {
    await operation(() => addon.changeSharedMemory(target.path, expectedFile(target), change));
  } else {
    await operation(() => addon.changeSegment(target.id, target, change));
  }
}

/** Unlinks a name in /dev/shm, or removes a segment (IPC_RMID). Whoever has it keeps it. */
export async function removeObject(addon: NativeAddon, target: ObjectTarget): Promise<void> {
  if (target.kind === 'file') await operation(() => addon.unlinkSharedMemory(target.path, expectedFile(target)));
  else await operation(() => addon.removeSegment(target.id, target));
}

/** F_SEAL_… bits, 0 where there are none. */
export async function sealsOf(addon: NativeAddon, target: FileTarget): Promise<number> {
  const file = await openFile(addon, target);
  try {
    return (await operation(() => file.seals())) ?? 0;
  } finally {
    file.close();
  }
}

function folderOf(path: Uint8Array): Uint8Array {
  return path.subarray(0, Math.max(1, path.lastIndexOf(0x2f)));
}
