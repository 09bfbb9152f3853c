/** Looks out for shared memory: what there is, who uses it, and, while somebody watches, what changes. */
import type { FolderListing, FolderSpace, NativeAddon, SemaphoreState } from '../../../native/index.d.ts';
import { type Device, deviceOf } from '../../core/memoryMap/memoryRegion.ts';
import { objectKey, type SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { type SharedMemoryCatalogue, sharedMemoryJoinSteps } from '../../core/sharedMemory/sharedMemoryJoin.ts';
import type { OwnHold } from '../../core/sharedMemory/sharedMemoryScan.ts';
import { Looks } from '../looks.ts';
import { resultOf } from '../nativeTask.ts';
import { sameItems } from '../sameItems.ts';
import { inSlices } from '../slices.ts';
import { toSourceError } from '../sourceErrors.ts';
import { listenForChanges } from './changeAlarms.ts';
import { folderEntries, type SeenUsers, seenUsers } from './columns.ts';
import { type ObjectDetails, readObjectDetails } from './objectDetails.ts';
import { readSemaphores } from './semaphoreStates.ts';
import { readSurroundings, readSysvTable, type Surroundings, startClock, sysvSegments } from './surroundings.ts';

/** What of /dev/shm is missing in a look. */
export interface NotListed {
  /** Folders below it that could not be listed, relative to it. */
  readonly folders: readonly Uint8Array[];
  /** How many entries were taken, where there are more; 0 where all were. */
  readonly cutAt: number;
}

/** What is the same as in the look before is the same object, and where all is, the same list. */
export interface SharedMemoryLook extends SharedMemoryCatalogue {
  /** How full the file system of /dev/shm is; undefined where it cannot be listed. */
  readonly space: FolderSpace | undefined;
  /** Why /dev/shm cannot be listed, as a SourceError; then no object of it is known. */
  readonly folderFailure: unknown;
  /** Undefined where nothing is missing, or all of it is. */
  readonly notListed: NotListed | undefined;
  /** Value and waiters of named semaphores, by objectKey; of those that could be read, and not of all if they are many. */
  readonly semaphores: ReadonlyMap<string, SemaphoreState>;
}

/** What has a name or a number, whoever uses it. */
interface Names {
  readonly table: Uint8Array;
  readonly listing?: FolderListing;
  readonly failure?: unknown;
}

/** A pass over all processes, kept for the looks at names that come after it. */
interface UsersPass {
  readonly startedAt: number;
  readonly surroundings: Surroundings;
  readonly kernelDevice: Device | undefined;
  readonly seen: SeenUsers;
}

export class SharedMemoryLookout {
  readonly #addon: NativeAddon;
  readonly #ownHolds: () => readonly OwnHold[];
  readonly #looks: Looks<SharedMemoryLook>;
  #users: UsersPass | undefined;

  /** `ownHolds` gives what Memglass itself holds open: it does not count among the users. */
  constructor(addon: NativeAddon, ownHolds: () => readonly OwnHold[]) {
    this.#addon = addon;
    this.#ownHolds = ownHolds;
    this.#looks = new Looks((signal) => this.#lookAtAll(signal), {
      names: (signal) => this.#looks.alone(() => this.#lookAtNames(signal)),
      listen: (raise, signal) => listenForChanges(addon, raise, signal),
    });
  }

  /** What the last look found, however long ago that was. */
  get latest(): SharedMemoryLook | undefined {
    return this.#looks.latest;
  }

  /**
   * A look at everything that begins after this call. All who ask before it begins get the same one. Rejects with the
   * signal's reason where that comes first; the look goes on for the others, and ends where there are none.
   */
  look(signal?: AbortSignal): Promise<SharedMemoryLook> {
    return this.#looks.look(signal);
  }

  /**
   * Calls `listener` after each look, until the returned function is called. While anybody listens, creations and
   * removals show at once and users every two seconds, or less often where a look costs more than that is worth.
   */
  watch(listener: (look: SharedMemoryLook) => void): () => void {
    return this.#looks.watch(listener);
  }

  /** What is known of one object beyond a look: locks, seals, what of it is in memory. */
  details(object: SharedMemoryObject, isCancelled: () => boolean): Promise<ObjectDetails> {
    return readObjectDetails(this.#addon, object, isCancelled);
  }

  dispose(): void {
    this.#looks.dispose();
  }

  async #lookAtAll(signal: AbortSignal): Promise<SharedMemoryLook> {
    signal.throwIfAborted();
    const startedAt = Date.now() / 1000;
    // The names first: who uses one that is younger than them may be missed, who uses one that is older may not.
    const [names, surroundings] = await Promise.all([this.#readNames(), readSurroundings()]);
    const users = await resultOf(this.#addon.scanSharedUsers(), signal);
    const seen = await inSlices(seenUsers(users, startClock()), signal);
    const kernelDevice = users.kernelDev === 0n ? undefined : deviceOf(users.kernelDev);
    this.#users = { startedAt, surroundings, kernelDevice, seen };
    return await this.#join(names, this.#users, signal);
  }

  /** With the users as they were last seen. */
  async #lookAtNames(signal: AbortSignal): Promise<SharedMemoryLook | undefined> {
    signal.throwIfAborted();
    if (this.#users === undefined) return undefined;
    return await this.#join(await this.#readNames(), this.#users, signal);
  }

  async #readNames(): Promise<Names> {
    const [table, folder] = await Promise.all([
      readSysvTable(),
      this.#addon.listSharedMemoryFolder().then(
        (listing) => ({ listing }),
        (failure: unknown) => ({ failure: toSourceError(failure) }),
      ),
    ]);
    return { table, ...folder };
  }

  async #join(
    { table, listing, failure }: Names,
    { startedAt, surroundings, kernelDevice, seen }: UsersPass,
    signal: AbortSignal,
  ): Promise<SharedMemoryLook> {
    const scan = {
      startedAt,
      kernelDevice,
      ...surroundings,
      ...seen,
      folder: listing === undefined ? [] : await inSlices(folderEntries(listing, this.#addon.entryKinds), signal),
      segments: sysvSegments(table),
      own: { pid: process.pid, holds: this.#ownHolds() },
    };
    const catalogue = await inSlices(sharedMemoryJoinSteps(scan), signal);
    const objects = await inSlices(
      sameItems(this.latest?.objects ?? [], catalogue.objects, ({ identity }) => objectKey(identity)),
      signal,
    );
    const semaphores = await readSemaphores(this.#addon, objects);
    signal.throwIfAborted();
    const notListed = listing && notListedOf(listing);
    return { objects, sight: catalogue.sight, space: listing?.space, folderFailure: failure, notListed, semaphores };
  }
}

function notListedOf({ count, refused, truncated }: FolderListing): NotListed | undefined {
  if (refused.length === 0 && !truncated) return undefined;
  return { folders: refused.map(({ folder }) => folder), cutAt: truncated ? count : 0 };
}
