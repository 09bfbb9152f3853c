import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeAddon } from '../../native/index.d.ts';
import type { ByteSource } from '../core/byteSource.ts';
import type { CutOffSave } from '../core/saving/cutOffSave.ts';
import type { SourceRef } from '../core/sourceRef.ts';
import { CutOff } from './editing/cutOff.ts';
import { EditedSource } from './editing/editedSource.ts';
import { KeptDocuments } from './editing/keptDocuments.ts';
import { KeptEdits } from './editing/keptEdits.ts';
import { type LiveDifference, LiveEdits } from './editing/liveEdits.ts';
import { writeCopy } from './editing/writeCopy.ts';
import { type FolderEntry, listFolder } from './folders.ts';
import { isLockedByMode } from './lockedByMode.ts';
import { pathsShownAs } from './lossyPaths.ts';
import { openSource } from './openSource.ts';
import { OwnHolds } from './ownHolds.ts';
import { ProcessLookout } from './processes/processLookout.ts';
import { type ProcessOperations, processOperations } from './processes/processOperations.ts';
import { isSameFile } from './sameFile.ts';
import { Journals, type MayWrite } from './saving/journals.ts';
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
  edit(watched: WatchedSource, isMemory?: boolean): EditedSource;
  /** A save of the source that was cut off, if there is one. */
  cutOff(edited: EditedSource): CutOff;
  /** Staged edits, written down by ourselves. */
  readonly keptDocuments: KeptDocuments;
  /** What stores edits into the source at once. `ask`: whether an undo or a redo shall go over others' bytes. */
  editLive(watched: WatchedSource, ask: (difference: LiveDifference) => Promise<boolean>): LiveEdits;
  /** Saves that were cut off. */
  readonly cutOffSaves: {
    /**
     * Completes what can be. `left`: those that could not, because their files are others now or their journals damaged;
     * `isWaiting`: whether there are some whose files may not be written now.
     */
    recover(): Promise<{ readonly left: readonly CutOffSave[]; readonly isWaiting: boolean }>;
    /** All that are left, the latest first; also those whose files cannot be reached. */
    left(): Promise<CutOffSave[]>;
    discard(save: CutOffSave): Promise<void>;
  };
  /** Writes what it shows to the file at `path`, a new one beside which takes its name. Rejects with a SourceError. */
  writeCopy(edited: EditedSource, path: Uint8Array, isCancelled: () => boolean): Promise<void>;
  pathsShownAs(shown: string): Promise<Uint8Array[]>;
  /** Whether two paths lead to one file. */
  isSameFile(one: Uint8Array, other: Uint8Array): Promise<boolean>;
  /** Whether the mode of the file at a path does not let its owner write. */
  isLockedByMode(path: Uint8Array): Promise<boolean>;
  listFolder(folder: Uint8Array): Promise<FolderEntry[]>;
  readonly sharedMemory: SharedMemoryLookout;
  readonly sharedMemoryOperations: SharedMemoryOperations;
  readonly processes: ProcessLookout;
  readonly processOperations: ProcessOperations;
}

/** `storage`: a folder of the extension's own. `mayWrite`: whether a save of a file that was cut off may be completed now. */
export function createPlatform(
  addon: NativeAddon,
  storage = join(tmpdir(), 'memglass'),
  mayWrite?: MayWrite,
): Platform {
  const holds = new OwnHolds();
  const journals = new Journals(addon, join(storage, 'journals'), mayWrite);
  const machine = { addon, holds, journals };
  return {
    pageSize: addon.pageSize,
    home: homedir(),
    openSource: (ref) => openSource(machine, ref),
    watch: (ref) => WatchedSource.open(() => openSource(machine, ref)),
    cutOffSaves: {
      recover: async () => {
        const outcomes = await journals.recoverAll();
        const isInTheWay = ({ journal }: CutOffSave) =>
          ['changed', 'undone', 'broken'].includes(outcomes.get(journal) ?? '');
        const isWaiting = [...outcomes.values()].includes('waiting');
        return { left: (await journals.left()).filter(isInTheWay), isWaiting };
      },
      left: async () => await journals.left(),
      discard: async (save) => await journals.discard(save),
    },
    edit: (watched, isMemory) => new EditedSource(watched, undefined, isMemory),
    cutOff: (edited) => new CutOff(edited),
    keptDocuments: new KeptDocuments(new KeptEdits(addon, join(storage, 'edits'))),
    editLive: (watched, ask) => new LiveEdits(watched, ask),
    writeCopy: (edited, path, isCancelled) => writeCopy(addon, edited, path, isCancelled),
    pathsShownAs,
    isSameFile,
    isLockedByMode,
    listFolder,
    sharedMemory: new SharedMemoryLookout(addon, () => holds.list()),
    sharedMemoryOperations: sharedMemoryOperations(addon),
    processes: new ProcessLookout(addon),
    processOperations: processOperations(addon, (ref) => openSource(machine, ref)),
  };
}
