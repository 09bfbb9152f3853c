/**
 * Staged edits in a folder of the extension's own: what VS Code does not keep, or had no time to. A document's edits are
 * one file, whose name is a digest of the document's key and the window that wrote it:
 *
 *     5f1c….9a04….edits    the edits, as core/editing/editBackup.ts writes them; 0600
 *     9a04….window         locked while the window lives, which the kernel undoes however it ends
 *
 * So two windows never write to one file. What an ended window has left is taken over by a rename, which only one of
 * those who try succeeds with.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeAddon, NativeFile } from '../../../native/index.d.ts';
import {
  type BackupStamp,
  type BackupSummary,
  beginning,
  headerLength,
  readSummary,
} from '../../core/editing/editBackup.ts';

import { failureCode } from '../sourceErrors.ts';

/** Which document it is: `key` for those who open it again, `uri` for those who look for what was left. */
export interface DocumentId {
  readonly key: string;
  readonly uri: string;
}

/** Edits that are kept of one document by one window. */
export interface Kept {
  readonly path: string;
  /** Who has written them. */
  readonly window: string;
  /** Milliseconds since 1970. */
  readonly written: number;
}

/** Kept edits with what they say of themselves; undefined where that cannot be read. */
export interface KeptDocument extends Kept {
  readonly summary: BackupSummary | undefined;
}

const keptName = /^([0-9a-f]{40})\.([0-9a-f]{16})\.edits$/;
const windowName = /^([0-9a-f]{16})\.window$/;
const partName = /\.([0-9a-f]{16})\.part$/;

export class KeptEdits {
  /** This window. */
  readonly window = windowId();
  readonly folder: string;
  readonly #addon: NativeAddon;
  #lock: Promise<NativeFile | undefined> | undefined;
  #last = 0;

  constructor(addon: NativeAddon, folder: string) {
    this.#addon = addon;
    this.folder = folder;
  }

  /** What a backup of this window is stamped with; later than any before it, whatever the clock does. */
  stamp({ key, uri }: DocumentId): BackupStamp {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return { document: key, uri, window: this.window, at: this.#last };
  }

  /** Writes a document's edits down: all of them are on the disk then, or those from before. Rejects with Node's error. */
  async write(key: string, edits: Uint8Array): Promise<void> {
    await this.#beAlive();
    const path = this.#own(key);
    const part = `${path.slice(0, -'.edits'.length)}.part`;
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(edits);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    await this.#syncFolder();
  }

  /** Nothing of the document is staged any more. */
  async remove(key: string): Promise<void> {
    await unlink(this.#own(key)).catch(unlessAbsent);
  }

  /**
   * The edits of a document that this window kept, or else the latest that a window has left which has ended; those are
   * this window's then. Undefined where there are none.
   */
  async take(key: string): Promise<Uint8Array | undefined> {
    const own = await this.takeOwn(key);
    if (own !== undefined) return own;
    for (const { window } of await this.of(key)) {
      if (await this.isAlive(window)) continue;
      const taken = await this.takeFrom(key, window);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  /** The edits of a document that this window kept; undefined where there are none. */
  async takeOwn(key: string): Promise<Uint8Array | undefined> {
    return await readFile(this.#own(key)).catch(unlessAbsent);
  }

  /**
   * The edits that a certain window kept, as this document or as what it was before it was moved. They are this window's
   * then: it has handed them over, or they are asked for.
   */
  async takeFrom(key: string, window: string, was = key): Promise<Uint8Array | undefined> {
    await this.#beAlive();
    const own = this.#own(key);
    const isThere = await rename(this.#pathOf(was, window), own).then(
      () => true,
      (error: unknown) => unlessAbsent(error) ?? false,
    );
    return isThere ? await readFile(own) : undefined;
  }

  /** All that is kept of a document, the latest first. */
  async of(key: string): Promise<Kept[]> {
    const digest = digestOf(key);
    return (await this.#all()).filter(({ path }) => path.startsWith(join(this.folder, digest)));
  }

  /** All that is kept and no living window has before it, the latest first. */
  async left(): Promise<KeptDocument[]> {
    const left: KeptDocument[] = [];
    for (const kept of await this.#all()) {
      if (kept.window === this.window || (await this.isAlive(kept.window))) continue;
      left.push({ ...kept, summary: await summaryOf(kept.path).catch(() => undefined) });
    }
    return left;
  }

  /** What cannot be read is kept for a person to look at, and in nobody's way. */
  async putAside(key: string): Promise<void> {
    const own = this.#own(key);
    await rename(own, `${own}.unreadable-${Date.now()}`).catch(unlessAbsent);
  }

  /** What this window kept of a document is as if an ended one had left it: listed, and for who opens the document next. */
  async leave(key: string): Promise<void> {
    await rename(this.#own(key), this.#pathOf(key, windowId())).catch(unlessAbsent);
  }

  async discard({ path }: Kept): Promise<void> {
    await unlink(path).catch(unlessAbsent);
  }

  /** Whether a window that wrote something down still lives. */
  async isAlive(window: string): Promise<boolean> {
    if (window === this.window) return true;
    const path = join(this.folder, `${window}.window`);
    let file: NativeFile;
    try {
      file = await this.#addon.openFile(bytesOf(path));
    } catch (failure) {
      // For want of a descriptor nobody has ended.
      return failureCode(failure) !== 'ENOENT';
    }
    try {
      return (await file.findLock(0, 0)) !== undefined;
    } catch {
      // A file system without locks. To take edits over from one who lives loses none: he writes them down again.
      return false;
    } finally {
      file.close();
    }
  }

  /** Removes what ended windows have left beside edits: their locks, and parts of what a kill has cut off. */
  async tidy(): Promise<void> {
    for (const name of await this.#names()) {
      const window = windowName.exec(name)?.[1] ?? partName.exec(name)?.[1];
      if (window === undefined || (await this.isAlive(window))) continue;
      await unlink(join(this.folder, name)).catch(unlessAbsent);
    }
  }

  /** Ends this window: what it kept is anybody's who opens the document again. */
  async dispose(): Promise<void> {
    const lock = await this.#lock;
    this.#lock = Promise.resolve(undefined);
    if (lock === undefined) return;
    await unlink(join(this.folder, `${this.window}.window`)).catch(unlessAbsent);
    lock.close();
  }

  #own(key: string): string {
    return this.#pathOf(key, this.window);
  }

  #pathOf(key: string, window: string): string {
    return join(this.folder, `${digestOf(key)}.${window}.edits`);
  }

  async #all(): Promise<Kept[]> {
    const kept: Kept[] = [];
    for (const name of await this.#names()) {
      const window = keptName.exec(name)?.[2];
      if (window === undefined) continue;
      const path = join(this.folder, name);
      const facts = await stat(path).catch(() => undefined);
      if (facts !== undefined) kept.push({ path, window, written: facts.mtimeMs });
    }
    return kept.sort((a, b) => b.written - a.written);
  }

  async #names(): Promise<string[]> {
    return await readdir(this.folder).catch((error: unknown) => unlessAbsent(error) ?? []);
  }

  /** Others know by a lock that this window is there. */
  async #beAlive(): Promise<void> {
    const lock = this.#lock ?? this.#hold();
    this.#lock = lock;
    try {
      await lock;
    } catch (error) {
      // A disk that is full has room later.
      if (this.#lock === lock) this.#lock = undefined;
      throw error;
    }
  }

  async #hold(): Promise<NativeFile | undefined> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${this.window}.window`);
    await writeFile(path, '', { mode: 0o600 });
    try {
      const file = await this.#addon.openFile(bytesOf(path));
      await file.lock(0, 1);
      return file;
    } catch {
      return undefined;
    }
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

async function summaryOf(path: string): Promise<BackupSummary | undefined> {
  const file = await open(path, 'r');
  try {
    const start = new Uint8Array(beginning);
    await file.read(start, 0, start.length, 0);
    const { size } = await file.stat();
    const length = headerLength(start);
    if (length === undefined || length > size) return undefined;
    const header = new Uint8Array(length);
    await file.read(header, 0, length, 0);
    return readSummary(header);
  } finally {
    await file.close();
  }
}

/** Of any key a name that every file system takes. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

function windowId(): string {
  return randomBytes(8).toString('hex');
}

function bytesOf(path: string): Uint8Array {
  return Uint8Array.from(Buffer.from(path));
}

function unlessAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
