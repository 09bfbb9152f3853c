import type { NativeAddon } from '../../native/index.d.ts';
import type { ByteSource } from '../core/byteSource.ts';
import { SourceError } from '../core/sourceError.ts';
import { posixShmPath, type SourceRef } from '../core/sourceRef.ts';
import { FileSource } from './sources/fileSource.ts';

/** Opens a source. The only place that looks at a source's kind. Rejects with a SourceError. */
export async function openSource(addon: NativeAddon, ref: SourceRef): Promise<ByteSource> {
  switch (ref.kind) {
    case 'file':
      return FileSource.open(addon, ref, ref.path);
    case 'posixShm':
      return FileSource.open(addon, ref, posixShmPath(ref));
    default:
      throw new SourceError('notFound');
  }
}
