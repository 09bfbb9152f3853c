/** The addon's columns as the rows that the join takes, in steps of a few hundred rows: see inSlices. */
import type { EntryKind, FolderListing, NameColumn, SharedUsers } from '../../../native/index.d.ts';
import { type Device, deviceOf, type Rights } from '../../core/memoryMap/memoryRegion.ts';
import type {
  FolderEntry,
  SeenDescriptor,
  SeenMapping,
  SeenProcess,
} from '../../core/sharedMemory/sharedMemoryScan.ts';

/** A row costs about a microsecond. */
const rowsOfStep = 500;

export function* folderEntries(
  listing: FolderListing,
  kinds: readonly EntryKind[],
): Generator<undefined, readonly FolderEntry[]> {
  const devices = new Devices();
  return yield* rows(listing.count, (row) => ({
    path: nameAt(listing.names, row),
    kind: kinds[at(listing.kinds, row)] ?? 'other',
    device: devices.of(at(listing.devs, row)),
    inode: at(listing.inos, row),
    facts: {
      size: at(listing.sizes, row),
      allocated: at(listing.allocated, row),
      mode: at(listing.modes, row),
      uid: at(listing.uids, row),
      gid: at(listing.gids, row),
      modifiedAt: secondsOf(at(listing.modifiedNs, row)),
      changedAt: secondsOf(at(listing.changedNs, row)),
      bornAt: at(listing.bornNs, row) === 0n ? undefined : secondsOf(at(listing.bornNs, row)),
    },
  }));
}

/** What one pass over all processes found. */
export interface SeenUsers {
  readonly processes: readonly SeenProcess[];
  readonly mappings: readonly SeenMapping[];
  readonly descriptors: readonly SeenDescriptor[];
}

/** `startedAt` gives seconds since 1970 for clock ticks since boot. */
export function* seenUsers(
  users: SharedUsers,
  startedAt: (startTime: number) => number,
): Generator<undefined, SeenUsers> {
  const devices = new Devices();
  const names = new Names(users.names);
  const { processes, mappings, descriptors } = users;
  const pidOf = (table: { readonly processes: Uint32Array }, row: number) =>
    at(processes.pids, at(table.processes, row));
  return {
    processes: yield* rows(processes.count, (row): SeenProcess => {
      const startTime = Number(at(processes.startTimes, row));
      return {
        pid: at(processes.pids, row),
        startTime,
        name: names.of(at(processes.names, row)),
        startedAt: startedAt(startTime),
        ipcNamespace: at(processes.ipcNamespaces, row) || undefined,
        notSeen: notSeen(at(processes.mapsErrors, row)) ?? notSeen(at(processes.fdsErrors, row)),
      };
    }),
    mappings: yield* rows(mappings.count, (row): SeenMapping => {
      const bits = at(mappings.rights, row);
      return {
        pid: pidOf(mappings, row),
        start: at(mappings.starts, row),
        end: at(mappings.ends, row),
        rights: rightsOf(bits),
        sharing: (bits & 8) === 0 ? 'private' : 'shared',
        offset: at(mappings.offsets, row),
        device: devices.of(at(mappings.devs, row)),
        inode: at(mappings.inos, row),
        name: names.of(at(mappings.names, row)),
        escapesNewline: at(processes.byText, at(mappings.processes, row)) === 1,
      };
    }),
    descriptors: yield* rows(
      descriptors.count,
      (row): SeenDescriptor => ({
        pid: pidOf(descriptors, row),
        fd: at(descriptors.fds, row),
        device: devices.of(at(descriptors.devs, row)),
        inode: at(descriptors.inos, row),
        name: names.of(at(descriptors.names, row)),
        links: at(descriptors.links, row),
        access: accesses[at(descriptors.accesses, row)] ?? 'path',
        extent: { size: at(descriptors.sizes, row), allocated: at(descriptors.allocated, row) },
      }),
    ),
  };
}

const accesses = ['path', 'read', 'write', 'readWrite'] as const;

function* rows<Row>(count: number, make: (row: number) => Row): Generator<undefined, Row[]> {
  const made: Row[] = [];
  while (made.length < count) {
    for (const end = Math.min(count, made.length + rowsOfStep); made.length < end; ) made.push(make(made.length));
    yield;
  }
  return made;
}

/** Numbers of a process's errnos: 1 EPERM, 13 EACCES. */
function notSeen(errno: number): SeenProcess['notSeen'] {
  if (errno === 0) return undefined;
  return errno === 1 || errno === 13 ? 'noPermission' : 'failed';
}

function rightsOf(bits: number): Rights {
  return { read: (bits & 1) !== 0, write: (bits & 2) !== 0, execute: (bits & 4) !== 0 };
}

function secondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

function nameAt(names: NameColumn, index: number): Uint8Array {
  return names.bytes.subarray(at(names.offsets, index), at(names.offsets, index + 1));
}

function at<Value>(column: { readonly [index: number]: Value; readonly length: number }, row: number): Value {
  const value = column[row];
  if (value === undefined) throw new RangeError(`row ${row} of ${column.length}`);
  return value;
}

/** The halves of device numbers, each made once: thousands of rows have the same few. */
class Devices {
  readonly #known = new Map<bigint, Device>();

  of(dev: bigint): Device {
    const known = this.#known.get(dev);
    if (known !== undefined) return known;
    const device = deviceOf(dev);
    this.#known.set(dev, device);
    return device;
  }
}

/** Each name made once, so that equal ones are the same: thousands of rows have the same few. */
class Names {
  readonly #column: NameColumn;
  readonly #known: Uint8Array[] = [];

  constructor(column: NameColumn) {
    this.#column = column;
  }

  of(index: number): Uint8Array {
    const known = this.#known[index];
    if (known !== undefined) return known;
    const name = nameAt(this.#column, index);
    this.#known[index] = name;
    return name;
  }
}
