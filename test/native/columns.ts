// The addon's columns as rows, which are easier to say something about.
import { Buffer } from 'node:buffer';
import type { NameBytes } from '../../extension/core/memoryMap/regionColumns.ts';
import type { FolderListing, ProcessTable, RegionTable, SharedUsers } from '../../native/index.d.ts';
import { addon } from './addon.ts';

export function nameAt(names: NameBytes, index: number): Buffer {
  return Buffer.from(names.bytes.subarray(at(names.offsets, index), at(names.offsets, index + 1)));
}

export function at<T>(column: { readonly [index: number]: T; readonly length: number }, index: number): T {
  const value = column[index];
  if (value === undefined) throw new Error(`row ${index} of ${column.length}`);
  return value;
}

const rows = <T>(count: number, row: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => row(i));

export type Entry = ReturnType<typeof entriesOf>[number];

export function entriesOf(listing: FolderListing) {
  return rows(listing.count, (i) => ({
    name: nameAt(listing.names, i).toString('latin1'),
    kind: addon.entryKinds[at(listing.kinds, i)],
    dev: at(listing.devs, i),
    ino: at(listing.inos, i),
    size: at(listing.sizes, i),
    allocated: at(listing.allocated, i),
    mode: at(listing.modes, i),
    uid: at(listing.uids, i),
    gid: at(listing.gids, i),
    modifiedNs: at(listing.modifiedNs, i),
    changedNs: at(listing.changedNs, i),
    bornNs: at(listing.bornNs, i),
  }));
}

export function processesOf(users: SharedUsers) {
  return rows(users.processes.count, (i) => ({
    pid: at(users.processes.pids, i),
    startTime: at(users.processes.startTimes, i),
    name: nameAt(users.names, at(users.processes.names, i)).toString('latin1'),
    ipcNamespace: at(users.processes.ipcNamespaces, i),
    mapsError: at(users.processes.mapsErrors, i),
    fdsError: at(users.processes.fdsErrors, i),
    byText: at(users.processes.byText, i) === 1,
  }));
}

export function mappingsOf(users: SharedUsers) {
  const { mappings } = users;
  return rows(mappings.count, (i) => ({
    pid: at(users.processes.pids, at(mappings.processes, i)),
    start: at(mappings.starts, i),
    end: at(mappings.ends, i),
    offset: at(mappings.offsets, i),
    dev: at(mappings.devs, i),
    ino: at(mappings.inos, i),
    rights: rightsText(at(mappings.rights, i)),
    name: nameAt(users.names, at(mappings.names, i)).toString('latin1'),
  }));
}

export function descriptorsOf(users: SharedUsers) {
  const { descriptors } = users;
  return rows(descriptors.count, (i) => ({
    pid: at(users.processes.pids, at(descriptors.processes, i)),
    fd: at(descriptors.fds, i),
    access: at(descriptors.accesses, i),
    links: at(descriptors.links, i),
    dev: at(descriptors.devs, i),
    ino: at(descriptors.inos, i),
    size: at(descriptors.sizes, i),
    allocated: at(descriptors.allocated, i),
    name: nameAt(users.names, at(descriptors.names, i)).toString('latin1'),
  }));
}

/** `rw-s`, as in /proc/PID/maps. */
function rightsText(rights: number): string {
  const letter = (bit: number, yes: string, no = '-') => ((rights & bit) !== 0 ? yes : no);
  return letter(1, 'r') + letter(2, 'w') + letter(4, 'x') + letter(8, 's', 'p');
}

export type Region = ReturnType<typeof regionsOf>[number];

export function regionsOf(table: RegionTable) {
  return rows(table.count, (i) => ({
    start: at(table.starts, i),
    end: at(table.ends, i),
    offset: at(table.offsets, i),
    dev: at(table.devs, i),
    ino: at(table.inos, i),
    rights: rightsText(at(table.rights, i)),
    name: nameAt(table.names, at(table.nameIndexes, i)).toString('latin1'),
    maybeNewline: at(table.maybeNewline, i) === 1,
  }));
}

export function processRowsOf(table: ProcessTable) {
  return rows(table.count, (i) => ({
    pid: at(table.pids, i),
    startTime: at(table.startTimes, i),
    parent: at(table.parents, i),
    uid: at(table.uids, i),
    state: String.fromCharCode(at(table.states, i)),
    kernelThread: at(table.kernelThreads, i) === 1,
    threads: at(table.threads, i),
    resident: at(table.residents, i),
    name: nameAt(table.names, i).toString('latin1'),
    command: nameAt(table.commands, i).toString('latin1'),
    executable: nameAt(table.executables, i).toString('latin1'),
    executableError: at(table.executableErrors, i),
  }));
}
