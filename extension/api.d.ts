import type { Uri } from 'vscode';
import type { ByteSource } from './core/byteSource.ts';
import type { MemoryRegion } from './core/memoryMap/memoryRegion.ts';
import type { ProcessSummary } from './core/processes/processSummary.ts';
import type { ObjectUser, SharedMemoryObject } from './core/sharedMemory/sharedMemory.ts';
import type { SharedMemoryCatalogue } from './core/sharedMemory/sharedMemoryJoin.ts';
import type { MadeSegment, NewSharedMemory, WhichSharedMemory } from './core/sharedMemory/sharedMemoryRequests.ts';

export type {
  ByteSource,
  Hole,
  HoleReason,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceDetails,
  SourceFate,
  SourceNote,
  SourceOverview,
  SourceProbe,
} from './core/byteSource.ts';
export type { Backing, MemoryRegion } from './core/memoryMap/memoryRegion.ts';
export type { ProcessSummary } from './core/processes/processSummary.ts';
export type {
  ObjectDescriptor,
  ObjectIdentity,
  ObjectMapping,
  ObjectUser,
  SharedMemoryClass,
  SharedMemoryObject,
} from './core/sharedMemory/sharedMemory.ts';
export type { SharedMemoryCatalogue, Sight } from './core/sharedMemory/sharedMemoryJoin.ts';
export type { MadeSegment, NewSharedMemory, WhichSharedMemory } from './core/sharedMemory/sharedMemoryRequests.ts';

/**
 * Shared memory of the machine that the extension runs on. All answers are plain data; inodes, sizes and addresses are
 * bigints. What makes or changes something rejects with an error whose `code` is a SourceErrorCode: `nameTaken`,
 * `noSpace`, `mayNotChange`, `stale`, `sealed`, `badArgument`, `untrusted` (workspace), `gone`, …
 */
export interface SharedMemoryApi {
  /** Everything that is shared, with its users, as it is now. What we hold open ourselves is left out. */
  list(): Promise<readonly SharedMemoryObject[]>;
  /** The same, and how much of the machine could not be looked into. */
  look(): Promise<SharedMemoryCatalogue>;
  /**
   * Who uses an object now: one that `list` gave (it may be unlinked since), or a POSIX object by its name, as shm_open
   * takes it. Rejects with an error whose `code` is `notFound` where there is none.
   */
  users(objectOrName: SharedMemoryObject | string): Promise<readonly ObjectUser[]>;
  /** Makes a new segment, never an existing one. Where it fails nothing is left behind. */
  create(wanted: NewSharedMemory): Promise<MadeSegment>;
  /** Bytes, or as a person types them (`64K`). Processes that have mapped what a shrink takes get SIGBUS: not asked here. */
  resize(
    which: WhichSharedMemory,
    size: number | bigint | string,
    options?: { readonly reserve?: boolean },
  ): Promise<void>;
  /** Takes the name away, or removes a System V segment; whoever has it keeps it. Not asked here. */
  unlink(which: WhichSharedMemory): Promise<void>;
}

/** Processes of the machine that the extension runs on. All answers are plain data; addresses and inodes are bigints. */
export interface ProcessesApi {
  /** Those that /proc lists, kernel threads included, in its order. One that ends meanwhile is left out. */
  list(): Promise<readonly ProcessSummary[]>;
  /**
   * The regions of a process's address space, in the order of the addresses: of one that `list` gave, or of the one that
   * has this pid now. Rejects with an error whose `code` is `processGone`, `noTrace` or `noAddressSpace`.
   */
  regions(process: number | Pick<ProcessSummary, 'pid' | 'startTime'>): Promise<readonly MemoryRegion[]>;
  /**
   * Opens the memory map of a process in a tab, at the region that holds `address` where one is given. Rejects with an
   * error whose `code` is `processGone` where there is no process of that pid; one that has ended since shows as ended.
   */
  openMap(process: number | Pick<ProcessSummary, 'pid' | 'startTime'>, address?: bigint): Promise<void>;
  /**
   * Opens the region that holds an address in the hex view, at that address. Rejects with an error whose `code` is
   * `processGone`, `noTrace`, `noAddressSpace`, or `regionGone` where nothing is mapped there.
   */
  openAddress(process: number | Pick<ProcessSummary, 'pid' | 'startTime'>, address: bigint): Promise<void>;
}

/**
 * What `activate()` returns, for other extensions:
 * `await vscode.extensions.getExtension<MemglassApi>('memglass.memglass')?.activate()`.
 */
export interface MemglassApi {
  /** Opens a file in a Memglass tab: a URI (`file:` or one of Memglass's own schemes) or a full path. */
  open(target: Uri | string): Promise<void>;
  /**
   * Opens a source for reading, without a tab. The caller disposes of it. Rejects with an error whose `code` is a
   * SourceErrorCode (core/sourceError.ts): `notFound`, `noPermission`, `isDirectory`, …
   */
  openSource(uri: Uri): Promise<ByteSource>;
  readonly sharedMemory: SharedMemoryApi;
  readonly processes: ProcessesApi;
}
