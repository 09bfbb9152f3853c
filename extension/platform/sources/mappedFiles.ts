import {
  type Backing,
  deviceOf,
  equalBytes,
  type MemoryRegion,
  sameDevice,
} from '../../core/memoryMap/memoryRegion.ts';
import type { SharedMemoryClass } from '../../core/sharedMemory/sharedMemory.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { FileSource } from './fileSource.ts';
import type { Machine } from './machine.ts';

/** What most people have open at once of a process; the least recently used goes first. */
const mostOpen = 8;

/** The files and objects behind regions of one process, opened for reading what is not in its memory. */
export class MappedFiles {
  readonly #machine: Machine;
  readonly #ref: ProcessRegionRef;
  /** By region; undefined where there is no way to it. In order of use. */
  readonly #open = new Map<string, Promise<FileSource | undefined>>();

  constructor(machine: Machine, ref: ProcessRegionRef) {
    this.#machine = machine;
    this.#ref = ref;
  }

  /** Undefined where there is no file, or none that leads to it for us. */
  of(region: MemoryRegion): Promise<FileSource | undefined> {
    if (region.inode === 0n) return Promise.resolve(undefined);
    const key = `${region.start}-${region.end}-${region.device.major}:${region.device.minor}-${region.inode}`;
    const known = this.#open.get(key) ?? openMapped(this.#machine, this.#ref, region);
    this.#open.delete(key);
    this.#open.set(key, known);
    if (this.#open.size > mostOpen) this.#drop();
    return known;
  }

  close(): void {
    while (this.#open.size > 0) this.#drop();
  }

  #drop(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    const [key, file] = oldest;
    this.#open.delete(key);
    void file.then((open) => open?.dispose());
  }
}

/**
 * The file or object behind a region. Through /proc/<pid>/map_files, which takes CAP_CHECKPOINT_RESTORE and leads to the
 * very file; else by its path as its process sees it, if the same file still stands there. Undefined where neither leads
 * to something that can be opened.
 */
export async function openMapped(
  machine: Machine,
  ref: ProcessRegionRef,
  region: MemoryRegion,
): Promise<FileSource | undefined> {
  const bounds = `${region.start.toString(16)}-${region.end.toString(16)}`;
  const map = encodeUtf8(`/proc/${ref.pid}/map_files/${bounds}`);
  return (await tryOpen(machine, ref, region, map, false)) ?? (await openByPath(machine, ref, region));
}

async function openByPath(machine: Machine, ref: ProcessRegionRef, region: MemoryRegion) {
  const path = pathOf(region.backing);
  if (path === undefined) return undefined;
  const root = encodeUtf8(`/proc/${ref.pid}/root`);
  return await tryOpen(machine, ref, region, Uint8Array.from([...root, ...path]), true);
}

async function tryOpen(
  machine: Machine,
  ref: ProcessRegionRef,
  region: MemoryRegion,
  path: Uint8Array,
  isByName: boolean,
): Promise<FileSource | undefined> {
  try {
    const file = await FileSource.open(machine, ref, path, { class: classOf(region.backing) });
    const { kind, ino, dev, fileSystem } = file.facts;
    // A name may lead to another file by now; on an overlay also to a copy with the number of the one that is mapped.
    const isIt = !isByName || (sameDevice(deviceOf(dev), region.device) && fileSystem !== 'overlay');
    // Secret memory is a regular file that answers no read.
    if (kind === 'regular' && ino === region.inode && isIt && region.backing.kind !== 'secretmem') return file;
    file.dispose();
  } catch (error) {
    // Its memory is there all the same, and says itself what may be wrong.
    if (!(error instanceof SourceError)) throw error;
  }
  return undefined;
}

const DEV_SHM = encodeUtf8('/dev/shm/');

/** As the process that maps it sees it; undefined for what has no path, or may have none any more. */
function pathOf(backing: Backing): Uint8Array | undefined {
  if (!('name' in backing) || backing.name === undefined) return undefined;
  const { bytes, ifDeleted, maybeNewline } = backing.name;
  if (ifDeleted !== undefined || maybeNewline) return undefined;
  switch (backing.kind) {
    case 'file':
      return equalBytes(bytes.subarray(0, 1), encodeUtf8('/')) ? bytes : undefined;
    case 'posixShm':
    case 'semaphore':
      return Uint8Array.from([...DEV_SHM, ...bytes]);
    default:
      return undefined;
  }
}

function classOf({ kind }: Backing): SharedMemoryClass {
  switch (kind) {
    case 'memfd':
    case 'sharedAnonymous':
      return kind;
    case 'hugetlb':
      return 'sharedAnonymous';
    case 'sysvShm':
      return 'sysv';
    default:
      return 'posix';
  }
}
