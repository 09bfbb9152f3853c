import type { ByteSource } from '../../core/byteSource.ts';
import type { DocumentPorts } from '../../core/editing/editableDocument.ts';
import { SourceError } from '../../core/sourceError.ts';
import { posixShmPath, type SourceRef } from '../../core/sourceRef.ts';
import { openSource } from '../openSource.ts';
import type { Task } from '../sharedMemory/task.ts';
import { FileSource } from '../sources/fileSource.ts';
import type { Machine } from '../sources/machine.ts';
import type { Journals } from './journals.ts';
import { type FileSave, saveFile } from './saveFile.ts';

/** How a save tells the user, and asks. */
export type SaveTalk = Pick<FileSave, 'approve'> & { readonly task: Task };

/** What an EditableDocument of files and POSIX objects needs; `talk` is asked for at each save. */
export function editingPorts(
  machine: Machine,
  journals: Journals,
  ref: SourceRef,
  talk: () => SaveTalk,
): DocumentPorts {
  return {
    open: () => openSource(machine, ref),
    save: (overlay, source) => {
      const path = pathOf(ref);
      if (path === undefined || !(source instanceof FileSource)) throw new SourceError('notForThis');
      return saveFile(machine.addon, journals, {
        path,
        identity: source.facts,
        isShared: isShared(source),
        overlay,
        ...talk(),
      });
    },
  };
}

function pathOf(ref: SourceRef): Uint8Array | undefined {
  if (ref.kind === 'file') return ref.path;
  return ref.kind === 'posixShm' ? posixShmPath(ref) : undefined;
}

/** Whom others store into without a trace, they have mapped. */
function isShared(source: ByteSource): boolean {
  return source.can.watchBytes;
}
