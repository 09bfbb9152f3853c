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
import {
  type Backing,
  backingOf,
  type Device,
  isSemaphoreName,
  type PrintedName,
  type Sharing,
  sameDevice,
} from './memoryRegion.ts';
import type {
  Life,
  ObjectDescriptor,
  ObjectExtent,
  ObjectFacts,
  ObjectIdentity,
  ObjectMapping,
  ObjectUser,
  SharedMemoryClass,
  SharedMemoryObject,
  SysvSegment,
} from './sharedMemory.ts';
import type {
  FolderEntry,
  OwnHold,
  SeenDescriptor,
  SeenMapping,
  SeenProcess,
  SharedMemoryScan,
} from './sharedMemoryScan.ts';

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

export function joinSharedMemory(scan: SharedMemoryScan): SharedMemoryCatalogue {
  const steps = sharedMemoryJoinSteps(scan);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same in steps of a hundred records each, for a thread that must not be held up: a record costs about 5 µs in
 * all. The scan must not change between steps.
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

/** What separates objects of equal device and inode. */
type Family = 'file' | 'sysv' | 'memfd' | 'sharedAnonymous';

/** A mapping or a descriptor of what may be shared memory, and the key that its object has if there is one. */
interface Use<Seen> {
  readonly seen: Seen;
  readonly backing: Backing;
  readonly family: Family;
  readonly ipcNamespace: bigint | undefined;
  readonly key: string;
}

interface UserDraft {
  readonly process: SeenProcess;
  readonly mappings: ObjectMapping[];
  readonly descriptors: ObjectDescriptor[];
}

interface ObjectDraft {
  readonly family: Family;
  readonly device: Device;
  readonly inode: bigint;
  readonly ipcNamespace: bigint | undefined;
  /** Names in /dev/shm; empty for all others. */
  readonly paths: Uint8Array[];
  readonly segment: SysvSegment | undefined;
  /** The best name its users know. */
  name: Uint8Array;
  nameIsExact: boolean;
  facts: ObjectFacts | undefined;
  /** Of a descriptor, where there are no facts. */
  extent: ObjectExtent | undefined;
  /** What it is in the /dev/shm of another mount namespace. */
  elsewhere: 'posix' | 'semaphore' | undefined;
  deletion: 'certain' | 'probable';
  mappedEnd: bigint;
  readonly users: Map<number, UserDraft>;
}

const NO_NAME = new Uint8Array(0);
const SLASH = 0x2f;
/** Of ` (deleted)`. */
const DELETED_LAST_BYTE = 0x29;
/** The device of the kernel's own tmpfs on every machine seen so far. */
const USUAL_KERNEL_DEVICE: Device = { major: 0, minor: 1 };
/** All that is known of the IPC namespace: it is not ours. */
const ANOTHER_NAMESPACE = 0n;
/** Start times come from a boot time in whole seconds, which moves when the clock is set. */
const CLOCK_SLACK_SECONDS = 2;

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
  readonly #objects: SharedMemoryObject[] = [];

  constructor(scan: SharedMemoryScan) {
    this.#scan = scan;
    if (scan.shmDevice !== undefined) this.#shmDevices.push(scan.shmDevice);
    this.#processes = new Map(scan.processes.map((process) => [process.pid, process]));
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
    const use = this.#use(seen, backingOf(name, { device, inode, sharing: 'shared', escapesNewline: false }), 'shared');
    if (use === undefined) return;
    this.descriptors.push(use);
    if (use.family === 'file') this.#links.set(use.key, links);
  }

  readMapping(seen: SeenMapping): void {
    // Most mappings by far are private ones of ordinary files. A private one matters where it may be of an object that
    // others share: in /dev/shm, or deleted, as the kernel's own objects always are.
    const mayMatter = seen.sharing === 'shared' || seen.name.at(-1) === DELETED_LAST_BYTE || this.#isInShm(seen.device);
    const use = mayMatter ? this.#use(seen, backingOf(seen.name, seen), seen.sharing) : undefined;
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
    this.#learnName(draft, backing, seen.links);
    const { start, end, rights, offset, sharing } = seen;
    const mappedEnd = offset + (end - start);
    if (mappedEnd > draft.mappedEnd) draft.mappedEnd = mappedEnd;
    this.#user(draft, seen.pid)?.mappings.push({ start, end, rights, offset, sharing });
  }

  addDescriptor({ seen, key, backing }: Use<SeenDescriptor>): void {
    const draft = this.drafts.get(key);
    if (draft === undefined) return;
    this.#learnName(draft, backing, seen.links);
    draft.extent ??= seen.extent;
    const { fd, access } = seen;
    this.#user(draft, seen.pid)?.descriptors.push({ fd, access });
  }

  finish(draft: ObjectDraft): void {
    this.#objects.push(this.#object(draft));
  }

  catalogue(): SharedMemoryCatalogue {
    const notSeen = { noPermission: 0, vanished: this.#unlisted.size, failed: 0 };
    for (const process of this.#scan.processes) if (process.notSeen !== undefined) notSeen[process.notSeen]++;
    const { startedAt, allProcessesListed } = this.#scan;
    return { objects: this.#objects, sight: { startedAt, notSeen, allProcessesListed } };
  }

  #use<Seen extends SeenMapping | SeenDescriptor>(
    seen: Seen,
    backing: Backing,
    sharing: Sharing,
  ): Use<Seen> | undefined {
    const family = familyOf(backing, sharing);
    if (family === undefined) return undefined;
    if (family !== 'sysv') {
      const key = inodeKey(family, seen.device, seen.inode);
      return { seen, backing, family, ipcNamespace: undefined, key };
    }
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

  #learnName(draft: ObjectDraft, backing: Backing, links: number | undefined): void {
    const isDeletedFile = draft.family === 'file' && draft.paths.length === 0 && draft.elsewhere === undefined;
    if (isDeletedFile && links === 0) draft.deletion = 'certain';
    const printed = nameOf(backing);
    if (draft.nameIsExact || printed === undefined) return;
    const name = isDeletedFile ? deletedName(backing) : (printed.ifDeleted ?? printed.bytes);
    const isSure = printed.ifDeleted === undefined || (links === 0 && backing.kind !== 'semaphore');
    const isExact = !printed.maybeNewline && isSure;
    if (draft.name.length > 0 && !isExact) return;
    draft.name = name;
    draft.nameIsExact = isExact;
  }

  #object(draft: ObjectDraft): SharedMemoryObject {
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

function newDraft(
  family: Family,
  device: Device,
  inode: bigint,
  more: { readonly segment?: SysvSegment; readonly ipcNamespace?: bigint | undefined } = {},
): ObjectDraft {
  return {
    family,
    device,
    inode,
    ipcNamespace: more.ipcNamespace,
    paths: [],
    segment: more.segment,
    name: NO_NAME,
    // Only memfds and deleted files have names that a listing can spoil; they learn better.
    nameIsExact: family === 'sysv',
    facts: undefined,
    extent: undefined,
    elsewhere: undefined,
    deletion: 'probable',
    mappedEnd: 0n,
    users: new Map(),
  };
}

/** Undefined for what is no shared memory, whatever else is known of it. */
function familyOf(backing: Backing, sharing: Sharing): Family | undefined {
  switch (backing.kind) {
    case 'file':
    case 'posixShm':
    case 'semaphore':
      return 'file';
    case 'sysvShm':
      return 'sysv';
    case 'memfd':
      return 'memfd';
    case 'sharedAnonymous':
      return 'sharedAnonymous';
    case 'hugetlb':
      return sharing === 'shared' ? 'sharedAnonymous' : undefined;
    default:
      return undefined;
  }
}

function extentOf(draft: ObjectDraft): ObjectExtent | undefined {
  const known = draft.facts ?? draft.extent;
  if (known !== undefined) return { size: known.size, allocated: known.allocated };
  const { segment } = draft;
  if (segment?.resident === undefined) return undefined;
  return { size: segment.size, allocated: segment.resident + (segment.swapped ?? 0n) };
}

function familyOfClass(of: SharedMemoryClass): Family {
  return of === 'posix' || of === 'semaphore' || of === 'deleted' ? 'file' : of;
}

function inodeKey(family: Exclude<Family, 'sysv'>, device: Device, inode: bigint): string {
  return `${family}:${device.major}:${device.minor}:${inode}`;
}

/** A shmid is unique in its namespace, whatever device the kernel keeps the segments on. */
function sysvKey(shmid: number, ipcNamespace: bigint | undefined): string {
  return `sysv:${shmid}@${ipcNamespace ?? 'ours'}`;
}

function nameOf(backing: Backing): PrintedName | undefined {
  return 'name' in backing ? backing.name : undefined;
}

const SHM_FOLDER = Uint8Array.from('/dev/shm/', (character) => character.charCodeAt(0));

/** The whole path a deleted file had: in /dev/shm or anywhere. */
function deletedName(backing: Backing): Uint8Array {
  const printed = nameOf(backing);
  const name = printed?.ifDeleted ?? printed?.bytes ?? NO_NAME;
  if (backing.kind !== 'posixShm' && backing.kind !== 'semaphore') return name;
  const path = new Uint8Array(SHM_FOLDER.length + name.length);
  path.set(SHM_FOLDER);
  path.set(name, SHM_FOLDER.length);
  return path;
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
