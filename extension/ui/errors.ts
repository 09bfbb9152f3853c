import * as vscode from 'vscode';
import { formatSize, hexWithDecimal } from '../core/expressions/numbers.ts';
import { formatMode } from '../core/expressions/octalMode.ts';
import { largestEditBytes } from '../core/overlay/editBytes.ts';
import { SourceError, type SourceErrorDetail } from '../core/sourceError.ts';

/** The one place that words a failure: what happened, and what the user can do. */
export function sentenceFor(error: unknown): string {
  if (!(error instanceof SourceError)) {
    return vscode.l10n.t('Something unexpected happened: {0}', error instanceof Error ? error.message : String(error));
  }
  const { path = '', errno = '', owner, id = 0 } = error.detail;
  switch (error.code) {
    case 'notFound':
      if (path.startsWith('/dev/shm/')) {
        return vscode.l10n.t('There is no shared memory {0}. It may have been unlinked.', path);
      }
      return path.startsWith('/dev/')
        ? vscode.l10n.t('There is no device {0}, or nothing is behind it.', path)
        : vscode.l10n.t('There is no file {0}. It may have been moved or deleted.', path);
    case 'noPermission':
      return owner === undefined
        ? vscode.l10n.t('You may not read {0} ({1}). Ask its owner for access, then try again.', path, errno)
        : vscode.l10n.t(
            'You may not read {0}: it belongs to user {1} and its mode is {2}. Ask its owner for access, then try again.',
            path,
            owner.uid,
            formatMode(owner.mode),
          );
    case 'isDirectory':
      return vscode.l10n.t('{0} is a folder and has no bytes of its own. Open a file in it.', path);
    case 'isFifo':
      return vscode.l10n.t(
        '{0} is a named pipe. Its bytes pass by once and reading would take them from its reader. Save them to a file first.',
        path,
      );
    case 'isSocket':
      return vscode.l10n.t(
        '{0} is a socket. It has no bytes that can be looked at; connect to it with its own program.',
        path,
      );
    case 'isDevice':
      return vscode.l10n.t(
        '{0} is a device whose reading can do something (a terminal, a sensor, a watchdog), so it is not opened. Block devices and memory devices such as /dev/zero open.',
        path,
      );
    case 'isStream':
      return vscode.l10n.t(
        '{0} is a stream: it has no positions to look at ({1}). Save it to a file first.',
        path,
        errno,
      );
    case 'isLink':
      return vscode.l10n.t('{0} is a link and no shared memory itself. Open the file that it leads to.', path);
    case 'nameTooLong':
      return vscode.l10n.t('The path is too long for the system ({0}). Open it through a folder nearer to it.', errno);
    case 'tooManyLinks':
      return vscode.l10n.t('{0} leads through links that go round in a circle. Check them with “ls -l”.', path);
    case 'tooManyOpenFiles':
      return vscode.l10n.t('Too many files are open ({0}). Close some tabs, then try again.', errno);
    case 'gone':
      return vscode.l10n.t('What was open here is gone ({0}). Open it anew.', errno);
    case 'segmentGone':
      return vscode.l10n.t(
        'There is no System V segment {0} any more: it was removed, or its number is another segment’s now. Open it from the Shared Memory view.',
        id,
      );
    case 'processGone':
      return vscode.l10n.t(
        'Process {0} has ended, and what was open through it cannot be reached any more. Open it through another process that uses it.',
        id,
      );
    case 'descriptorGone':
      return vscode.l10n.t(
        'Process {0} has closed this object. Open it through another process that uses it, or from the Shared Memory view.',
        id,
      );
    case 'regionGone':
      return vscode.l10n.t('Process {0} has nothing mapped there any more. Look at what it maps now.', id);
    case 'programGone':
      return vscode.l10n.t(
        'Process {0} runs another program now, and the memory that was open here is gone with the one before. Nothing was written into the new one. Look at what it maps now.',
        id,
      );
    case 'mappedAnew':
      return vscode.l10n.t(
        'Nothing was written: process {0} has changed what it maps there since it was looked at. Look at what stands there, then write again.',
        id,
      );
    case 'mappedAnewMeanwhile':
      return vscode.l10n.t(
        'Process {0} changed what it maps there while it was written to. The bytes may be in what was there, in what is there now, or a part of them in each. Look at what stands there now.',
        id,
      );
    case 'noTrace':
      return vscode.l10n.t(
        'You may not look into process {0} ({1}): it belongs to another user, or the kernel lets only its parents do so. Run VS Code’s server as its user, or set kernel.yama.ptrace_scope to 0.',
        id,
        errno,
      );
    case 'locked':
      return vscode.l10n.t('This memory is locked. Run “Unlock Memory for Writing” first.');
    case 'changedSince':
      return vscode.l10n.t('Nothing was written: other bytes stand there now than those that were shown. Look again.');
    case 'movedSince':
      return vscode.l10n.t(
        'Not typed: the bytes here have changed meanwhile, by an undo or in another view. Type it again.',
      );
    case 'lockHeld':
      return vscode.l10n.t(
        'Nothing was written: another program has locked it. Write again once it is done, or over the lock.',
      );
    case 'closed':
      return vscode.l10n.t('Nothing was written: its tab was closed first. Open it again, and write then.');
    case 'wouldCopy':
      return vscode.l10n.t(
        'Nothing was written: it would make a private copy of pages that the process may only read or run. Say force if that is meant.',
      );
    case 'nothingToUndo':
      return vscode.l10n.t('There is no write to undo in this tab.');
    case 'tooMuchAtOnce':
      return vscode.l10n.t('That is too much at once: at most {0} can be undone. Write it in parts.', path);
    case 'notWritable':
      return vscode.l10n.t(
        'Process {0} has nothing there that can be written to ({1}): a guard page, memory of a device, or a page past the end of its file.',
        id,
        errno,
      );
    case 'sharedReadOnly':
      return vscode.l10n.t(
        'Process {0} shares this memory and may only read it, so the kernel writes nothing there ({1}). Write to the object itself, or through a process that may write to it.',
        id,
        errno,
      );
    case 'forceForbidden':
      return vscode.l10n.t(
        'Process {0} may not write there, and this kernel does not let us past that ({1}, proc_mem.force_override). Write there with a debugger, or start the kernel with proc_mem.force_override=always.',
        id,
        errno,
      );
    case 'forceOnlyTraced':
      return vscode.l10n.t(
        'Process {0} may not write there, and this kernel lets only the debugger past that which is attached to it ({1}, proc_mem.force_override=ptrace). Write there with a debugger, or start the kernel with proc_mem.force_override=always.',
        id,
        errno,
      );
    case 'forceNever':
      return vscode.l10n.t(
        'Process {0} may not write there, and this kernel lets nobody past that ({1}, proc_mem.force_override=never). Start it with proc_mem.force_override=always, or have a debugger write by ptrace(2).',
        id,
        errno,
      );
    case 'noAddressSpace':
      return vscode.l10n.t('Process {0} is a thread of the kernel and has no memory of its own. Choose another.', id);
    case 'notAbsolute':
      return vscode.l10n.t('“{0}” is not a full path. Start it with / or ~.', path);
    case 'badUri':
      return vscode.l10n.t('This address names no file: {0}. Open the file by its path.', path);
    case 'ambiguousName':
      return vscode.l10n.t(
        'Several files are shown as {0}, because their names are not UTF-8. Choose the one you mean.',
        path,
      );
    case 'nameTaken':
      return path === ''
        ? vscode.l10n.t('A segment with this key exists already. Choose another key.')
        : vscode.l10n.t('{0} exists already. Choose another name.', path);
    case 'badName':
      return vscode.l10n.t('shm_open takes no such name: {0}. Use 1 to 255 bytes without a slash.', path);
    case 'noSpace':
      return noSpace(error.detail);
    case 'badSize':
      return vscode.l10n.t('The system refuses this size ({0}). Choose a smaller one, and not 0.', errno);
    case 'stale':
      if (error.detail.stored !== undefined && error.detail.stored > 0) {
        return vscode.l10n.t(
          'The object is not the one you were looking at any more, or its size has changed: it could not be gone on with. Look again.',
        );
      }
      return vscode.l10n.t(
        'Nothing was changed: the object is not the one you were looking at any more, or its size has changed. Look again, then repeat it.',
      );
    case 'unfinishedSave':
      return vscode.l10n.t(
        'Not saved: an earlier save of {0} was cut off and could not be completed. The view says what it was to write and what you can do.',
        path,
      );
    case 'notWithdrawn':
      return vscode.l10n.t(
        'Not saved, but what was to be written to {0} is noted in the folder of Memglass’s own files and cannot be taken back ({1}): it is written the next time that the file is opened or saved, unless others change the file before.',
        path,
        errno,
      );
    case 'editsInTheWay':
      return vscode.l10n.t(
        'Bytes are inserted or deleted here, which may be those that the save was to bring. Undo or revert these edits first: what the save was to write stays known.',
      );
    case 'sizeIsFixed':
      return vscode.l10n.t(
        'The size of {0} cannot change, so nothing can be inserted into it or deleted from it. Overwrite its bytes instead.',
        path,
      );
    case 'sealed':
      return vscode.l10n.t('The object is sealed against this, and a seal cannot be taken off. Duplicate it instead.');
    case 'mayNotChange':
      return vscode.l10n.t(
        'You may not change {0} ({1}). Only its owner may, or whom its mode lets write.',
        path || vscode.l10n.t('this object'),
        errno,
      );
    case 'readOnlySetting':
      return vscode.l10n.t(
        'Nothing was written: the setting {0} has this file read-only. The badge of its view says how to edit it.',
        path,
      );
    case 'readOnlyMount':
      return vscode.l10n.t(
        'The file system of {0} is mounted for reading only. Have it mounted for writing, or edit a copy elsewhere.',
        path || vscode.l10n.t('this object'),
      );
    case 'running':
      return vscode.l10n.t(
        'A process is running {0}, and the kernel lets nobody write to it. End the process, or edit a copy.',
        path || vscode.l10n.t('this object'),
      );
    case 'pastEnd':
      return vscode.l10n.t(
        'That reaches past the end of the object. Nothing was written. Resize it first, or write less.',
      );
    case 'changedMeanwhile':
      return vscode.l10n.t(
        'Not saved: the file is not what it was when you edited it. The view says what has changed and what you can do.',
      );
    case 'unsavedElsewhere':
      return vscode.l10n.t(
        'Nothing was written: another editor has unsaved changes of {0}, which would go over it once they are saved. Save or revert it there first.',
        path,
      );
    case 'notStagedAnyMore':
      return vscode.l10n.t(
        'This cannot be undone or redone any more: the edit was saved in another file, reverted or given up since.',
      );
    case 'notKept':
      return vscode.l10n.t('This cannot be undone or redone: its bytes are too many to be kept in memory.');
    case 'lostBeyondSave':
      return vscode.l10n.t(
        'The save that was cut off is complete now, and nothing else was saved. Not all that was edited or undone since could be kept: it takes deleted bytes that were too many to be kept in memory. Look at what is still edited, then save again.',
      );
    case 'notAFile':
      return vscode.l10n.t('A copy can only be saved to a file on this machine. Choose another place.');
    case 'cannotBeAlike':
      return cannotBeAlike(error.detail);
    case 'editsTooLarge':
      return vscode.l10n.t(
        'More than {0} of edits cannot be kept in memory. Nothing was changed. Save what is edited first, or edit less at a time.',
        formatSize(largestEditBytes),
      );
    case 'semaphoreFull':
      return vscode.l10n.t('The semaphore has the largest value there is. Nothing was changed.');
    case 'notASemaphore':
      return vscode.l10n.t('{0} is no semaphore of this system: it is not 32 bytes long, or no file.', path);
    case 'notReachable':
      return vscode.l10n.t(
        'Nothing leads to this object from here: no name, and no descriptor that you may open. Open it at an address of a process that maps it.',
      );
    case 'notForThis':
      return vscode.l10n.t(
        'This cannot be done with this object: its kind does not allow it, or it has no name or key any more.',
      );
    case 'overLimit':
      return overLimit(error.detail);
    case 'incomplete':
      return incomplete(error.detail);
    case 'cancelled':
      return vscode.l10n.t('Cancelled.');
    case 'badArgument':
      return vscode.l10n.t('The command cannot use this: {0}.', path);
    case 'untrusted':
      return vscode.l10n.t('Nothing is changed from an untrusted workspace. Trust it first, then try again.');
    case 'ioError':
      return ioError(error.detail);
  }
}

/** Calls that store bytes, or say whether the disk has them: what they were to bring may be there in part. */
const writingCalls: ReadonlySet<string> = new Set([
  ...['pwrite64', 'write', 'copy_file_range', 'process_vm_writev', 'store', 'ftruncate', 'fallocate'],
  ...['fsync', 'fdatasync', 'sync_file_range', 'msync'],
]);

const readingCalls: ReadonlySet<string> = new Set(['pread64', 'pread', 'read', 'lseek', 'process_vm_readv']);

function ioError({ path, errno = vscode.l10n.t('an error'), syscall = '' }: SourceErrorDetail): string {
  const what = path || vscode.l10n.t('The object');
  const reported = syscall === '' ? errno : `${errno} (${syscall})`;
  if (writingCalls.has(syscall)) {
    return vscode.l10n.t(
      '{0} cannot be written: the device or file system reports {1}. A part may be written already: try again, or save a copy elsewhere.',
      what,
      reported,
    );
  }
  return syscall === '' || readingCalls.has(syscall)
    ? vscode.l10n.t('{0} cannot be read: the device or file system reports {1}.', what, reported)
    : vscode.l10n.t('{0}: the device or file system reports {1}. Try again, or use a copy elsewhere.', what, reported);
}

function cannotBeAlike({ path = '', syscall = '', errno = '' }: SourceErrorDetail): string {
  if (errno === 'EMLINK') {
    return vscode.l10n.t(
      '{0} has other names (hard links), which would keep the old bytes. Nothing was written. Save under another name.',
      path,
    );
  }
  if (syscall === 'fchown') {
    return vscode.l10n.t(
      'A new {0} could not belong to the owner and the group of the one that is there ({1}). Nothing was written. Save under another name, or remove that file first.',
      path,
      errno,
    );
  }
  return vscode.l10n.t(
    'A new {0} could not have the access rules and attributes of the one that is there ({1}: {2}). Nothing was written. Save under another name, or remove that file first.',
    path,
    syscall,
    errno,
  );
}

function overLimit({ path = '', space = { needed: 0n, free: 0n } }: SourceErrorDetail): string {
  return vscode.l10n.t(
    '{0} has {1}, and no more than {2} are read as a whole. Read a part of it, or raise the setting memglass.files.readLimit.',
    path,
    formatSize(space.needed),
    formatSize(space.free),
  );
}

function incomplete({ path = '', hole }: SourceErrorDetail): string {
  return vscode.l10n.t(
    '{0} cannot be read as a whole: {1} from offset {2} on are not there or may not be read ({3}). Open it in Memglass, which shows the rest.',
    path,
    formatSize(hole?.length ?? 0),
    hexWithDecimal(hole?.offset ?? 0),
    hole?.errno ?? hole?.reason ?? '',
  );
}

function noSpace({ path = '', space, errno = '' }: SourceErrorDetail): string {
  if (space === undefined) {
    return vscode.l10n.t('There is no room for it ({0}). Remove what is not needed, then try again.', errno);
  }
  return vscode.l10n.t(
    'There is no room for {0}: {1} are asked for and {2} are free. Nothing was written. Make it smaller, or sparse, or remove what is not needed.',
    path,
    formatSize(space.needed),
    formatSize(space.free),
  );
}
