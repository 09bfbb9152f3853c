import { homedir } from 'node:os';
import type { NativeAddon } from '../../native/index.d.ts';
import type { ByteSource } from '../core/byteSource.ts';
import type { SourceRef } from '../core/sourceRef.ts';
import { type FolderEntry, listFolder } from './folders.ts';
import { pathsShownAs } from './lossyPaths.ts';
import { openSource } from './openSource.ts';
import { OwnHolds } from './ownHolds.ts';
import { ProcessLookout } from './processes/processLookout.ts';
import { type ProcessOperations, processOperations } from './processes/processOperations.ts';
import { type SharedMemoryOperations, sharedMemoryOperations } from './sharedMemory/operations.ts';
import { SharedMemoryLookout } from './sharedMemory/sharedMemoryLookout.ts';
import { WatchedSource } from './watchedSource.ts';

/** What the machine gives to the user interface, which imports it as a type only. */
export interface Platform {
  /** Bytes of a page of memory. */
  readonly pageSize: number;
  /** The user's home folder. */
  readonly home: string;
  openSource(ref: SourceRef): Promise<ByteSource>;
  watch(ref: SourceRef): Promise<WatchedSource>;
  pathsShownAs(shown: string): Promise<Uint8Array[]>;
  listFolder(folder: Uint8Array): Promise<FolderEntry[]>;
  readonly sharedMemory: SharedMemoryLookout;
  readonly sharedMemoryOperations: SharedMemoryOperations;
  readonly processes: ProcessLookout;
  readonly processOperations: ProcessOperations;
}

export function createPlatform(addon: NativeAddon): Platform {
  const holds = new OwnHolds();
  const machine = { addon, holds };
  return {
    pageSize: addon.pageSize,
    home: homedir(),
    openSource: (ref) => openSource(machine, ref),
    watch: (ref) => WatchedSource.open(() => openSource(machine, ref)),
    pathsShownAs,
    listFolder,
    sharedMemory: new SharedMemoryLookout(addon, () => holds.list()),
    sharedMemoryOperations: sharedMemoryOperations(addon),
    processes: new ProcessLookout(addon),
    processOperations: processOperations(addon, (ref) => openSource(machine, ref)),
  };
}
