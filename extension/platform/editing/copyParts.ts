/** Files that are written beside another and take its name once they are whole; what a kill has left of them goes later. */
import { lstat, open, readdir, unlink } from 'node:fs/promises';
import type { NativeAddon, NativeFile } from '../../../native/index.d.ts';

const name = /^\.memglass-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/** Within this time who has made one has locked it, and who has let it go has given it its name. Milliseconds. */
const untilLocked = 60_000;

/** Makes one in a folder, whose path ends with a slash. Its name is short, however long that is which it takes later. */
export async function makePart(folder: Uint8Array, mode: number): Promise<Buffer> {
  const path = Buffer.concat([folder, Buffer.from(`.memglass-${crypto.randomUUID()}.part`)]);
  await (await open(path, 'wx', mode)).close();
  return path;
}

/** Holds one that is open until that is closed: nobody takes it for left. Where the file system has no locks, nobody removes any. */
export async function holdPart(file: NativeFile): Promise<void> {
  await file.lock(0, 0).catch(() => {});
}

/**
 * Removes what is left in a folder of copies whose maker has ended, in whatever namespace that was: whole by name, our own
 * files, and under no other name. What they were copied from has all that they have. Never rejects.
 */
export async function removeLeftParts(addon: NativeAddon, folder: Uint8Array): Promise<void> {
  const names = await readdir(Buffer.from(folder), { encoding: 'buffer' }).catch((): Buffer[] => []);
  for (const each of names) {
    if (name.test(each.toString('latin1'))) {
      await removeIfLeft(addon, Buffer.concat([folder, each])).catch(() => {});
    }
  }
}

async function removeIfLeft(addon: NativeAddon, path: Buffer): Promise<void> {
  const found = await lstat(path, { bigint: true });
  const isOurs = found.isFile() && found.nlink === 1n && found.uid === BigInt(process.getuid?.() ?? -1);
  if (!isOurs || Date.now() - Number(found.mtimeMs) < untilLocked) return;
  const file = await addon.openFile(path);
  try {
    const isSame = file.facts.dev === found.dev && file.facts.ino === found.ino;
    if (isSame && (await file.lock(0, 0))) await unlink(path);
  } finally {
    file.close();
  }
}
