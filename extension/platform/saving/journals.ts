/** Redo journals of saves: where they are, and completing those that were cut off. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeAddon } from '../../../native/index.d.ts';
import { toOperationError } from '../sharedMemory/operationErrors.ts';
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
  /** The file is not where it was, or may not be opened. */
  | 'unreachable'
  /** It is no whole journal. */
  | 'broken';

const outcomeOf: Readonly<Record<string, Recovery>> = {
  EAGAIN: 'running',
  ESTALE: 'changed',
  EBADMSG: 'broken',
};

const suffix = '.journal';

/** The journals in a folder of the extension's own. One file has one at most. */
export class Journals {
  readonly folder: string;
  readonly #addon: NativeAddon;

  constructor(addon: NativeAddon, folder: string) {
    this.#addon = addon;
    this.folder = folder;
  }

  /** The path of a file's journal, whose folder is made. */
  async pathFor({ dev, ino }: FileIdentity): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return join(this.folder, `${dev.toString(16)}-${ino.toString(16)}${suffix}`);
  }

  /** Completes the save of a file, if one was cut off. Undefined where there was none. */
  async recover(file: FileIdentity): Promise<Recovery | undefined> {
    return await this.#replay(await this.pathFor(file));
  }

  /** Completes all that were cut off, and removes what a kill has left of journals that never were whole. */
  async recoverAll(): Promise<Map<string, Recovery>> {
    const found = new Map<string, Recovery>();
    const names = await readdir(this.folder).catch((): string[] => []);
    for (const name of names) {
      const path = join(this.folder, name);
      const outcome = name.endsWith(suffix) ? await this.#replay(path) : undefined;
      if (outcome !== undefined) found.set(path, outcome);
      if (isAbandoned(name)) await unlink(path).catch(() => {});
    }
    return found;
  }

  /** Gives a save that was cut off up: the file stays as it is now. */
  async discard(file: FileIdentity): Promise<void> {
    await unlink(await this.pathFor(file)).catch(() => {});
  }

  async #replay(path: string): Promise<Recovery | undefined> {
    if (!existsSync(path)) return undefined;
    try {
      await this.#addon.replayJournal(Uint8Array.from(Buffer.from(path)));
      return 'completed';
    } catch (failure) {
      const code = failureCode(failure);
      if (code === undefined) throw failure;
      if (code === 'EIO' || code === 'ENOSPC' || code === 'EDQUOT') throw toOperationError(failure);
      return outcomeOf[code] ?? 'unreachable';
    }
  }
}

/** `….journal.PID.part` of a process that is gone. */
function isAbandoned(name: string): boolean {
  const pid = /\.journal\.(\d+)\.part$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
