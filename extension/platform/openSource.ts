import type { ByteSource } from '../core/byteSource.ts';
import type { SourceRef } from '../core/sourceRef.ts';
import { FileSource } from './sources/fileSource.ts';
import type { Machine } from './sources/machine.ts';
import { openPosixShm } from './sources/posixShmSource.ts';
import { openProcessFd } from './sources/processFdSource.ts';
import { openProcessRegion } from './sources/processRegionSource.ts';
import { SysvSource } from './sources/sysvSource.ts';

/** Opens a source. The only place that looks at a source's kind. Rejects with a SourceError. */
export function openSource(machine: Machine, ref: SourceRef): Promise<ByteSource> {
  switch (ref.kind) {
    case 'file':
      return FileSource.open(machine, ref, ref.path);
    case 'posixShm':
      return openPosixShm(machine, ref);
    case 'sysvShm':
      return SysvSource.open(machine, ref);
    case 'processFd':
      return openProcessFd(machine, ref);
    case 'processRegion':
      return openProcessRegion(machine, ref);
  }
}
