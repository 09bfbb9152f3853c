/** Redo journals of saves: where they are, completing those that were cut off, and what is known of those that cannot be. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalContents, NativeAddon } from '../../../native/index.d.ts';
import { type CutOffRelation, type CutOffSave, mostHeld } from '../../core/saving/cutOffSave.ts';
import { operation, toOperationError } from '../sharedMemory/operationErrors.ts';
import { failureCode } from '../sourceErrors.ts';

/** What a file is known by while a save of it runs. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

export type Recovery =
  /** The file is what it was to become. */
  | 'completed'
  /** Another window is saving it now. */
  | 'running'
  /** Somebody has written to the file since: to complete the save would undo that. */
  | 'changed'
  /** Somebody has touched the file since, and it has nothing of the save: what was there before may have been put back. */
  | 'undone'
  /** The file is not where it was, or may not be opened. */
  | 'unreachable'
  /** The file may not be written now, and so nobody has looked whether it can be completed. */
  | 'waiting'
  /** It is no whole journal. */
  | 'broken';

const outcomeOf: Readonly<Record<string, Recovery>> = {
  EAGAIN: 'running',
  ESTALE: 'changed',
  ENODATA: 'undone',
  EBADMSG: 'broken',
};

const suffix = '.journal';
const partSuffix = '.part';

/** Within this time one who has made a file has locked it. Milliseconds. */
const untilLocked = 60_000;

/** Whether a file may be written now; `path`: reads which one that is, if it is known. */
export type MayWrite = (path: () => Promise<Uint8Array | undefined>) => Promise<boolean>;

/** The journals in a folder of the extension's own. One file has one at most. */
export class Journals {
  readonly folder: string;
  readonly #addon: NativeAddon;
  readonly #mayWrite: MayWrite;

  /** `mayWrite`: a save is completed only then. */
  constructor(addon: NativeAddon, folder: string, mayWrite: MayWrite = async () => true) {
    this.#addon = addon;
    this.folder = folder;
    this.#mayWrite = mayWrite;
  }

  /** The path of a file's journal, whose folder is made. Rejects with a SourceError. */
  async pathFor(file: FileIdentity): Promise<string> {
    const make = async () => {
      try {
        await mkdir(this.folder, { recursive: true, mode: 0o700 });
      } catch {
        // Where the folders above it are there, that tells of any failure that they are not.
        await mkdir(this.folder, { mode: 0o700 }).catch(unlessThere);
      }
    };
    await operation(make);
    return this.#pathOf(file);
  }

  /** Whether a save of a file runs, or was cut off and is not completed. Never rejects. */
  async has(file: FileIdentity): Promise<boolean> {
    const path = this.#pathOf(file);
    return existsSync(path) && (await this.#read(path, 0).catch(() => undefined)) !== 'gone';
  }

  /** Completes the save of a file, if one was cut off. Undefined where there was none. */
  async recover(file: FileIdentity): Promise<Recovery | undefined> {
    return await this.#replay(this.#pathOf(file));
  }

  /** Completes all that were cut off, and removes what a kill has left of journals that never were whole. */
  async recoverAll(): Promise<Map<string, Recovery>> {
    const found = new Map<string, Recovery>();
    for (const name of await this.#names()) {
      const path = join(this.folder, name);
      const outcome = name.endsWith(suffix) ? await this.#replay(path) : undefined;
      if (outcome !== undefined) found.set(path, outcome);
      if (name.endsWith(partSuffix) && (await this.#isAbandoned(path))) await unlink(path).catch(() => {});
    }
    return found;
  }

  /** What a journal says, of a save that does not run. Undefined where it is gone. */
  async look(journal: string): Promise<CutOffSave | undefined> {
    const written = await stat(journal).catch(() => undefined);
    const contents = await this.#read(journal, 0);
    if (written === undefined || contents === 'gone' || contents === 'running') return undefined;
    const facts = { journal, at: written.mtimeMs };
    if (contents === 'broken') return { ...facts, path: undefined, isWhole: false, oldSize: 0, newSize: 0, ranges: [] };
    const { path, isWhole, oldSize, newSize, offsets, lengths } = contents;
    const ranges = Array.from(offsets, (offset, i) => ({ offset, length: lengths[i] ?? 0 }));
    return { ...facts, path, isWhole, oldSize: Number(oldSize), newSize: Number(newSize), ranges };
  }

  /** All of saves that do not run, the latest first. */
  async left(): Promise<CutOffSave[]> {
    const names = (await this.#names()).filter((name) => name.endsWith(suffix));
    const found = await Promise.all(names.map((name) => this.look(join(this.folder, name))));
    return found.filter((save) => save !== undefined).sort((a, b) => b.at - a.at);
  }

  /** The save of a file that was cut off and cannot be completed; of the file itself, or of the one that had its path. */
  async of(
    file: FileIdentity,
    path: Uint8Array,
  ): Promise<{ readonly save: CutOffSave; readonly relation: CutOffRelation } | undefined> {
    let replaced: CutOffSave | undefined;
    for (const name of await this.#names()) {
      const isIts = name === nameFor(file);
      if (!name.endsWith(suffix)) continue;
      const journal = join(this.folder, name);
      if (!isIts && !isOf(await this.look(journal), path)) continue;
      const outcome = await this.#replay(journal).catch((): Recovery => 'unreachable');
      // Of another file that had the path nothing is known then.
      if (outcome === 'waiting' && !isIts) continue;
      if (outcome === 'completed' || outcome === 'running') continue;
      const save = await this.look(journal);
      if (save === undefined) continue;
      if (isIts && (outcome === 'waiting' || outcome === 'undone')) return { save, relation: outcome };
      if (isIts) return { save, relation: save.path === undefined || isOf(save, path) ? 'same' : 'moved' };
      replaced = save;
    }
    return replaced && { save: replaced, relation: 'replaced' };
  }

  /** The bytes of its ranges, one after the other; undefined where they are more than are held in memory, or it is gone. */
  async bytes({ journal }: CutOffSave): Promise<Uint8Array | undefined> {
    const contents = await this.#read(journal, mostHeld);
    return typeof contents === 'string' ? undefined : contents.bytes;
  }

  /** Completes it over whatever others have written to the file since, which is at `path` now. Rejects with a SourceError. */
  async force({ journal }: CutOffSave, path: Uint8Array): Promise<void> {
    await operation(() => this.#addon.forceJournal(bytesOfPath(journal), path));
  }

  /** Gives a save that was cut off up: the file stays as it is now. What is damaged is kept for a person to look at. */
  async discard({ journal, isWhole }: CutOffSave): Promise<void> {
    if (isWhole) await unlink(journal).catch(unlessAbsent);
    else await rename(journal, `${journal}.unreadable-${Date.now()}`).catch(unlessAbsent);
  }

  async #names(): Promise<string[]> {
    return await readdir(this.folder).catch((): string[] => []);
  }

  async #read(journal: string, mostBytes: number): Promise<JournalContents | 'gone' | 'running' | 'broken'> {
    try {
      return await this.#addon.readJournal(bytesOfPath(journal), mostBytes);
    } catch (failure) {
      const code = failureCode(failure);
      if (code === 'EBADMSG') return 'broken';
      if (code === 'EAGAIN') return 'running';
      // Its save is done, or was withdrawn.
      if (code === 'ENOENT') return 'gone';
      throw toOperationError(failure);
    }
  }

  #pathOf(file: FileIdentity): string {
    return join(this.folder, nameFor(file));
  }

  /**
   * Whether nobody goes on with a journal that is not whole yet. Its maker holds a lock on it: a process id would tell
   * nothing of one in another namespace, such as a container that shares the folder.
   */
  async #isAbandoned(path: string): Promise<boolean> {
    const written = await stat(path).catch(() => undefined);
    if (written === undefined || Date.now() - written.mtimeMs < untilLocked) return false;
    return await this.#read(path, 0).then(
      (contents) => contents !== 'gone' && contents !== 'running',
      () => false,
    );
  }

  async #fileOf(journal: string): Promise<Uint8Array | undefined> {
    const contents = await this.#read(journal, 0).catch(() => undefined);
    return typeof contents === 'object' ? contents.path : undefined;
  }

  async #replay(path: string): Promise<Recovery | undefined> {
    if (!existsSync(path)) return undefined;
    if (!(await this.#mayWrite(async () => await this.#fileOf(path)))) return 'waiting';
    try {
      await this.#addon.replayJournal(bytesOfPath(path));
      return 'completed';
    } catch (failure) {
      const code = failureCode(failure);
      if (code === undefined) throw failure;
      // Its save was done meanwhile.
      if (code === 'ENOENT' && !existsSync(path)) return undefined;
      if (code === 'EIO' || code === 'ENOSPC' || code === 'EDQUOT') throw toOperationError(failure);
      return outcomeOf[code] ?? 'unreachable';
    }
  }
}

function nameFor({ dev, ino }: FileIdentity): string {
  return `${dev.toString(16)}-${ino.toString(16)}${suffix}`;
}

function isOf(save: CutOffSave | undefined, path: Uint8Array): boolean {
  return save?.path !== undefined && Buffer.from(save.path).equals(path);
}

function bytesOfPath(path: string): Uint8Array {
  return Uint8Array.from(Buffer.from(path));
}

function unlessThere(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

function unlessAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
