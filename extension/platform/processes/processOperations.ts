import type { NativeAddon } from '../../../native/index.d.ts';
import type { ByteSource } from '../../core/byteSource.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import type { Task } from '../sharedMemory/task.ts';
import type { ProcessKey } from './process.ts';
import { type SavedReport, saveProcess, saveRegion } from './saveRegions.ts';

/** Everything that copies the memory of a process. All reject with a SourceError. */
export interface ProcessOperations {
  /** A region's bytes into a file; what was never touched or cannot be read stays a hole of it. */
  saveRegion(ref: ProcessRegionRef, path: Uint8Array, overwrite: boolean, task: Task): Promise<SavedReport>;
  /** All regions into a core file (ELF), which debuggers read. */
  saveProcess(process: ProcessKey, path: Uint8Array, overwrite: boolean, task: Task): Promise<SavedReport>;
}

export function processOperations(
  addon: NativeAddon,
  open: (ref: ProcessRegionRef) => Promise<ByteSource>,
): ProcessOperations {
  return {
    saveRegion: (ref, path, overwrite, task) => saveRegion(addon, open, ref, path, overwrite, task),
    saveProcess: (process, path, overwrite, task) => saveProcess(addon, open, process, path, overwrite, task),
  };
}
