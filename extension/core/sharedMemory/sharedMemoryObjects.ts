/** From drafts to objects: who of its users counts, what System V's table adds, and whether the processes named live. */
import { isSemaphoreName, sameDevice } from '../memoryMap/memoryRegion.ts';
import type {
  Life,
  ObjectIdentity,
  ObjectUser,
  SharedMemoryClass,
  SharedMemoryObject,
  SysvSegment,
} from './sharedMemory.ts';
import { extentOf, type ObjectDraft } from './sharedMemoryDraft.ts';
import { familyOfClass } from './sharedMemoryFamily.ts';
import type { OwnHold, SeenProcess, SharedMemoryScan } from './sharedMemoryScan.ts';

const SLASH = 0x2f;
/** Start times come from a boot time in whole seconds, which moves when the clock is set. */
const CLOCK_SLACK_SECONDS = 2;

export class ObjectMaker {
  readonly #scan: SharedMemoryScan;
  readonly #processes: ReadonlyMap<number, SeenProcess>;

  /** `processes` are the scan's, by pid. */
  constructor(scan: SharedMemoryScan, processes: ReadonlyMap<number, SeenProcess>) {
    this.#scan = scan;
    this.#processes = processes;
  }

  make(draft: ObjectDraft): SharedMemoryObject {
    const users = this.#usersWithoutOwn(draft);
    const common = {
      name: draft.name,
      nameIsExact: draft.nameIsExact,
      users,
      extent: extentOf(draft),
      mappedEnd: draft.mappedEnd,
    };
    const identity = <Class extends SharedMemoryClass>(of: Class): ObjectIdentity & { readonly class: Class } => ({
      device: draft.device,
      inode: draft.inode,
      class: of,
      ...(draft.ipcNamespace === undefined ? {} : { ipcNamespace: draft.ipcNamespace }),
    });
    switch (draft.family) {
      case 'memfd':
      case 'sharedAnonymous':
        return { ...common, class: draft.family, identity: identity(draft.family) };
      case 'sysv':
        return { ...common, class: 'sysv', identity: identity('sysv'), ...this.#sysvFacts(draft, users) };
      case 'file': {
        const [path, ...otherNames] = draft.paths.toSorted(byReach);
        if (path === undefined) {
          const { elsewhere, deletion } = draft;
          if (elsewhere === undefined) return { ...common, class: 'deleted', identity: identity('deleted'), deletion };
          const unknown = { facts: undefined, isReachable: false, otherNames: [] };
          return { ...common, class: elsewhere, identity: identity(elsewhere), ...unknown };
        }
        const ofPath = isSemaphoreName(path) ? 'semaphore' : 'posix';
        return {
          ...common,
          class: ofPath,
          identity: identity(ofPath),
          name: path,
          nameIsExact: true,
          facts: draft.facts,
          isReachable: !path.includes(SLASH),
          otherNames,
        };
      }
    }
  }

  #sysvFacts(draft: ObjectDraft, users: readonly ObjectUser[]) {
    const { segment } = draft;
    const shmid = Number(draft.inode);
    const unknown: Life = { kind: 'unknown', pid: 0 };
    if (segment === undefined) {
      return { shmid, segment, attachments: undefined, unseenAttachments: 0, creator: unknown, lastUser: unknown };
    }
    const attachments = Math.max(0, segment.attachments - (this.#holdOf(draft)?.mappings ?? 0));
    const seen = users.reduce((sum, user) => sum + user.mappings.length, 0);
    return {
      shmid,
      segment,
      attachments,
      // Processes that share one address space (vfork) show each attachment twice.
      unseenAttachments: Math.max(0, attachments - seen),
      creator: this.#life(segment.creatorPid, segment.changedAt),
      lastUser: this.#life(segment.lastPid, latest(segment)),
    };
  }

  /** Whether the process that had this pid at that time still lives. */
  #life(pid: number, at: number | undefined): Life {
    if (pid === 0) return { kind: 'unknown', pid };
    const process = this.#processes.get(pid);
    if (process === undefined) return { kind: this.#scan.allProcessesListed ? 'dead' : 'unknown', pid };
    const isLater = at !== undefined && process.startedAt !== undefined && process.startedAt > at + CLOCK_SLACK_SECONDS;
    return isLater ? { kind: 'dead', pid } : { kind: 'alive', pid, startTime: process.startTime };
  }

  #holdOf(draft: ObjectDraft): OwnHold | undefined {
    if (draft.ipcNamespace !== undefined) return undefined;
    return this.#scan.own?.holds.find(
      (hold) =>
        familyOfClass(hold.class) === draft.family &&
        hold.inode === draft.inode &&
        (draft.family === 'sysv' || sameDevice(hold.device, draft.device)),
    );
  }

  /**
   * Our process is a user only if it has more of the object than our views have: another extension in the same host may
   * use shared memory too, and then nothing here may look unused.
   */
  #usersWithoutOwn(draft: ObjectDraft): readonly ObjectUser[] {
    const hold = this.#holdOf(draft);
    const users: ObjectUser[] = [];
    for (const { process, mappings, descriptors } of draft.users.values()) {
      const isOurs =
        hold !== undefined &&
        process.pid === this.#scan.own?.pid &&
        mappings.length <= hold.mappings &&
        descriptors.length <= hold.descriptors;
      if (isOurs) continue;
      const { pid, startTime, name } = process;
      users.push({
        process: { pid, startTime, name },
        mappings: mappings.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)),
        descriptors: descriptors.sort((a, b) => a.fd - b.fd),
      });
    }
    return users.sort((a, b) => a.process.pid - b.process.pid);
  }
}

/** Of several names the one that shm_open reaches comes first; then the order of bytes. */
function byReach(a: Uint8Array, b: Uint8Array): number {
  const reach = Number(a.includes(SLASH)) - Number(b.includes(SLASH));
  if (reach !== 0) return reach;
  const difference = a.findIndex((byte, at) => byte !== b[at]);
  return difference < 0 ? a.length - b.length : (a[difference] ?? 0) - (b[difference] ?? -1);
}

function latest(segment: SysvSegment): number | undefined {
  const times = [segment.attachedAt, segment.detachedAt].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
