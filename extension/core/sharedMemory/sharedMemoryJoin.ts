/**
 * The join: from the names in /dev/shm, the table of System V and a look at all mappings and descriptors to objects
 * with their users. Pure; nothing is looked up.
 *
 * What belongs together is decided by (device, inode, family), never by a path. The family comes from the name's prefix
 * and keeps System V, memfds and anonymous memory apart, whose inodes collide; for files, whether an object is `posix`
 * or `deleted` is decided by whether /dev/shm still lists it, not by what a mapping's name ends with.
 *
 * What cannot be seen: descriptors on their way through a socket; what processes do that could not be looked into; and
 * that a deleted file on btrfs is the same in a descriptor as in a mapping, which give different devices there.
 */
import { type Backing, type Device, sameDevice } from '../memoryMap/memoryRegion.ts';
import type { SharedMemoryObject, SysvSegment } from './sharedMemory.ts';
import { learnName, nameOf, newDraft, type ObjectDraft, type UserDraft } from './sharedMemoryDraft.ts';
import { type Family, inodeKey, sysvKey } from './sharedMemoryFamily.ts';
import { type Meaning, Meanings } from './sharedMemoryMeaning.ts';
import { ObjectMaker } from './sharedMemoryObjects.ts';
import type { FolderEntry, SeenDescriptor, SeenMapping, SeenProcess, SharedMemoryScan } from './sharedMemoryScan.ts';

export interface SharedMemoryCatalogue {
  /** Those of /dev/shm, System V, and then what is known from its users, each in the order found. */
  readonly objects: readonly SharedMemoryObject[];
  readonly sight: Sight;
}

/** How much of the machine was seen: what "n processes not visible" and every doubt of the leak test come from. */
export interface Sight {
  /** When the scan began, in seconds since 1970. */
  readonly startedAt: number;
  /** How many processes could not be looked into, and why. */
  readonly notSeen: Readonly<Record<NonNullable<SeenProcess['notSeen']>, number>>;
  /** False where there are processes that are not even listed. */
  readonly allProcessesListed: boolean;
}

/**
 * The join in steps of a hundred records each, for a thread that must not be held up: a record costs about 5 µs in all.
 * The scan must not change between steps.
 */
export function* sharedMemoryJoinSteps(scan: SharedMemoryScan): Generator<undefined, SharedMemoryCatalogue> {
  const join = new Join(scan);
  yield* inSteps(scan.folder, (entry) => join.addEntry(entry));
  yield* inSteps(scan.descriptors, (descriptor) => join.readDescriptor(descriptor));
  yield* inSteps(scan.mappings, (mapping) => join.readMapping(mapping));
  join.addSegments();
  // An object may be known from one process only, and be used by others that were seen before: so first all objects,
  // then all users.
  yield* inSteps(join.mappings, (use) => join.findByMapping(use));
  yield* inSteps(join.descriptors, (use) => join.findByDescriptor(use));
  yield* inSteps(join.mappings, (use) => join.addMapping(use));
  yield* inSteps(join.descriptors, (use) => join.addDescriptor(use));
  yield* inSteps([...join.drafts.values()], (draft) => join.finish(draft));
  return join.catalogue();
}

const STEP = 100;

function* inSteps<Item>(items: readonly Item[], take: (item: Item) => void): Generator<undefined, void> {
  for (let from = 0; from < items.length; from += STEP) {
    for (const item of items.slice(from, from + STEP)) take(item);
    yield;
  }
}

/** A mapping or a descriptor of what may be shared memory, and the key that its object has if there is one. */
interface Use<Seen> {
  readonly seen: Seen;
  readonly backing: Backing;
  readonly family: Family;
  readonly ipcNamespace: bigint | undefined;
  readonly key: string;
}

/** Of ` (deleted)`. */
const DELETED_LAST_BYTE = 0x29;
/** The device of the kernel's own tmpfs on every machine seen so far. */
const USUAL_KERNEL_DEVICE: Device = { major: 0, minor: 1 };
/** All that is known of the IPC namespace: it is not ours. */
const ANOTHER_NAMESPACE = 0n;
class Join {
  readonly mappings: Use<SeenMapping>[] = [];
  readonly descriptors: Use<SeenDescriptor>[] = [];
  readonly drafts = new Map<string, ObjectDraft>();
  readonly #scan: SharedMemoryScan;
  readonly #processes: ReadonlyMap<number, SeenProcess>;
  readonly #segments: ReadonlyMap<number, SysvSegment>;
  readonly #unlisted = new Set<number>();
  readonly #shmDevices: Device[] = [];
  /** How many names the files of descriptors have: it is known for them, and hardly ever for mappings. */
  readonly #links = new Map<string, number>();
  readonly #meanings = new Meanings();
  readonly #maker: ObjectMaker;
  readonly #objects: SharedMemoryObject[] = [];

  constructor(scan: SharedMemoryScan) {
    this.#scan = scan;
    if (scan.shmDevice !== undefined) this.#shmDevices.push(scan.shmDevice);
    this.#processes = new Map(scan.processes.map((process) => [process.pid, process]));
    this.#maker = new ObjectMaker(scan, this.#processes);
    this.#segments = new Map(scan.segments.map((segment) => [segment.shmid, segment]));
  }

  addEntry(entry: FolderEntry): void {
    if (!this.#isInShm(entry.device)) this.#shmDevices.push(entry.device);
    // A link, a pipe or a folder is no segment, and is not followed to one.
    if (entry.kind !== 'regular') return;
    const { device, inode } = entry;
    const draft = this.#draft(inodeKey('file', device, inode), () => newDraft('file', device, inode));
    draft.paths.push(entry.path);
    draft.facts ??= entry.facts;
  }

  readDescriptor(seen: SeenDescriptor): void {
    const { name, device, inode, links } = seen;
    // readlink gives a name's very bytes.
    const context = { device, inode, sharing: 'shared', escapesNewline: false } as const;
    const use = this.#use(seen, this.#meanings.of(name, context));
    if (use === undefined) return;
    this.descriptors.push(use);
    if (use.family === 'file') this.#links.set(use.key, links);
  }

  readMapping(seen: SeenMapping): void {
    // Most mappings by far are private ones of ordinary files. A private one matters where it may be of an object that
    // others share: in /dev/shm, or deleted, as the kernel's own objects always are.
    const mayMatter = seen.sharing === 'shared' || seen.name.at(-1) === DELETED_LAST_BYTE || this.#isInShm(seen.device);
    const use = mayMatter ? this.#use(seen, this.#meanings.of(seen.name, seen)) : undefined;
    if (use !== undefined) this.mappings.push(use);
  }

  addSegments(): void {
    const seen = this.mappings.find(({ family }) => family === 'sysv')?.seen.device;
    const device = this.#scan.kernelDevice ?? seen ?? USUAL_KERNEL_DEVICE;
    for (const segment of this.#scan.segments) {
      this.#draft(sysvKey(segment.shmid, undefined), () =>
        newDraft('sysv', device, BigInt(segment.shmid), { segment }),
      );
    }
  }

  findByMapping(use: Use<SeenMapping>): void {
    const { seen, backing } = use;
    if (use.family !== 'file') {
      this.#draftOf(use);
    } else if (seen.sharing === 'shared') {
      // A file that is not in our /dev/shm is shared memory only if it is deleted, or in another /dev/shm. With no
      // count of its names to go by, the suffix has to do; see DeletedObject.deletion.
      const links = seen.links ?? this.#links.get(use.key);
      const isDeleted = links === undefined ? nameOf(backing)?.ifDeleted !== undefined : links === 0;
      const isElsewhere = (backing.kind === 'posixShm' || backing.kind === 'semaphore') && !this.#isInShm(seen.device);
      // sem_open of glibc maps a semaphore under a temporary name, which it then deletes.
      if (isElsewhere && (!isDeleted || backing.kind === 'semaphore')) {
        this.#draftOf(use).elsewhere = backing.kind === 'semaphore' ? 'semaphore' : 'posix';
      } else if (isDeleted) {
        this.#draftOf(use);
      }
    }
  }

  findByDescriptor(use: Use<SeenDescriptor>): void {
    // An open deleted file elsewhere is just that; one that was in /dev/shm was made to be shared.
    const isUnlinked = use.family === 'file' && use.seen.links === 0 && this.#isInShm(use.seen.device);
    if (use.family === 'memfd' || isUnlinked) this.#draftOf(use);
  }

  addMapping({ seen, key, backing }: Use<SeenMapping>): void {
    const draft = this.drafts.get(key);
    if (draft === undefined) return;
    learnName(draft, backing, seen.links);
    const { start, end, rights, offset, sharing } = seen;
    const mappedEnd = offset + (end - start);
    if (mappedEnd > draft.mappedEnd) draft.mappedEnd = mappedEnd;
    this.#user(draft, seen.pid)?.mappings.push({ start, end, rights, offset, sharing });
  }

  addDescriptor({ seen, key, backing }: Use<SeenDescriptor>): void {
    const draft = this.drafts.get(key);
    if (draft === undefined) return;
    learnName(draft, backing, seen.links);
    draft.extent ??= seen.extent;
    const { fd, access } = seen;
    this.#user(draft, seen.pid)?.descriptors.push({ fd, access });
  }

  finish(draft: ObjectDraft): void {
    this.#objects.push(this.#maker.make(draft));
  }

  catalogue(): SharedMemoryCatalogue {
    const notSeen = { noPermission: 0, vanished: this.#unlisted.size, failed: 0 };
    for (const process of this.#scan.processes) if (process.notSeen !== undefined) notSeen[process.notSeen]++;
    const { startedAt, allProcessesListed } = this.#scan;
    return { objects: this.#objects, sight: { startedAt, notSeen, allProcessesListed } };
  }

  #use<Seen extends SeenMapping | SeenDescriptor>(
    seen: Seen,
    { backing, family, key }: Meaning,
  ): Use<Seen> | undefined {
    if (family === undefined) return undefined;
    if (family !== 'sysv') return { seen, backing, family, ipcNamespace: undefined, key };
    const ipcNamespace = backing.kind === 'sysvShm' ? this.#foreignNamespace(seen.pid, backing) : undefined;
    return { seen, backing, family, ipcNamespace, key: sysvKey(Number(seen.inode), ipcNamespace) };
  }

  /** The draft of a use, made where there is none yet. */
  #draftOf(use: Use<SeenMapping | SeenDescriptor>): ObjectDraft {
    const { seen, family, ipcNamespace } = use;
    return this.#draft(use.key, () => newDraft(family, seen.device, seen.inode, { ipcNamespace }));
  }

  #draft(key: string, make: () => ObjectDraft): ObjectDraft {
    const known = this.drafts.get(key);
    if (known !== undefined) return known;
    const draft = make();
    this.drafts.set(key, draft);
    return draft;
  }

  /** Something else may be mounted in a folder of /dev/shm: there are as many devices as are listed. */
  #isInShm(device: Device): boolean {
    return this.#shmDevices.some((known) => sameDevice(known, device));
  }

  /** The IPC namespace that a segment belongs to, if it is not ours. */
  #foreignNamespace(pid: number, backing: { readonly key: number; readonly shmid: number }): bigint | undefined {
    const ours = this.#scan.ipcNamespace;
    const theirs = this.#processes.get(pid)?.ipcNamespace;
    if (ours !== undefined && theirs !== undefined && ours !== theirs) return theirs;
    // A process may have attached it before it changed its namespace. Then the key tells, unless removal took it away.
    const segment = this.#segments.get(backing.shmid);
    const isOther = segment !== undefined && segment.key !== backing.key && !(segment.key === 0 && segment.isRemoved);
    return isOther ? ANOTHER_NAMESPACE : undefined;
  }

  #user(draft: ObjectDraft, pid: number): UserDraft | undefined {
    const known = draft.users.get(pid);
    if (known !== undefined) return known;
    const process = this.#processes.get(pid);
    // A pid alone names nobody for long. It counts among those that were not seen.
    if (process === undefined) this.#unlisted.add(pid);
    if (process === undefined) return undefined;
    const user: UserDraft = { process, mappings: [], descriptors: [] };
    draft.users.set(pid, user);
    return user;
  }
}
