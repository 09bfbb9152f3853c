import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeAddon } from '../../native/index.d.ts';
import type { ByteSource } from '../core/byteSource.ts';
import type { SourceRef } from '../core/sourceRef.ts';
import { EditedSource } from './editing/editedSource.ts';
import { writeCopy } from './editing/writeCopy.ts';
import { type FolderEntry, listFolder } from './folders.ts';
import { pathsShownAs } from './lossyPaths.ts';
import { openSource } from './openSource.ts';
import { OwnHolds } from './ownHolds.ts';
import { ProcessLookout } from './processes/processLookout.ts';
import { type ProcessOperations, processOperations } from './processes/processOperations.ts';
import { Journals } from './saving/journals.ts';
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
  /** What staged edits over the source are made, saved and undone through. */
  edit(watched: WatchedSource): EditedSource;
  /** Completes saves that a crash has cut off. Answers those that could not be, because their files are others now. */
  recoverSaves(): Promise<number>;
  /** Writes what it shows to the file at `path`, a new one beside which takes its name. Rejects with a SourceError. */
  writeCopy(edited: EditedSource, path: Uint8Array, isCancelled: () => boolean): Promise<void>;
  pathsShownAs(shown: string): Promise<Uint8Array[]>;
  listFolder(folder: Uint8Array): Promise<FolderEntry[]>;
  readonly sharedMemory: SharedMemoryLookout;
  readonly sharedMemoryOperations: SharedMemoryOperations;
  readonly processes: ProcessLookout;
  readonly processOperations: ProcessOperations;
}

/** `storage`: a folder of the extension's own. */
export function createPlatform(addon: NativeAddon, storage = join(tmpdir(), 'memglass')): Platform {
  const holds = new OwnHolds();
  const journals = new Journals(addon, join(storage, 'journals'));
  const machine = { addon, holds, journals };
  return {
    pageSize: addon.pageSize,
    home: homedir(),
    openSource: (ref) => openSource(machine, ref),
    watch: (ref) => WatchedSource.open(() => openSource(machine, ref)),
    recoverSaves: async () => {
      const outcomes = [...(await journals.recoverAll()).values()];
      return outcomes.filter((outcome) => outcome === 'changed' || outcome === 'broken').length;
    },
    edit: (watched) => new EditedSource(watched),
    writeCopy: (edited, path, isCancelled) => writeCopy(addon, edited, path, isCancelled),
    pathsShownAs,
    listFolder,
    sharedMemory: new SharedMemoryLookout(addon, () => holds.list()),
    sharedMemoryOperations: sharedMemoryOperations(addon),
    processes: new ProcessLookout(addon),
    processOperations: processOperations(addon, (ref) => openSource(machine, ref)),
  };
}
