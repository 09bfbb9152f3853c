import type { Hole } from './byteSource.ts';

/**
 * The closed list of what can go wrong with a source. One function in ui/ turns a code into a sentence with the next
 * step for the user; nothing else words an error.
 */
export type SourceErrorCode =
  | 'notFound'
  | 'noPermission'
  | 'isDirectory'
  | 'isFifo'
  | 'isSocket'
  | 'isDevice'
  | 'isStream'
  /** A link where shared memory was asked for, which is never followed. */
  | 'isLink'
  | 'nameTooLong'
  | 'tooManyLinks'
  | 'tooManyOpenFiles'
  | 'gone'
  /** A System V segment was removed, or its id is another segment's now. */
  | 'segmentGone'
  /** The process ended, or its pid is another process's now. */
  | 'processGone'
  /** The process closed the descriptor, or opened something else under its number. */
  | 'descriptorGone'
  /** The process maps nothing there any more. */
  | 'regionGone'
  /** The process lives, and runs another program: the memory went with the one before (exec). */
  | 'programGone'
  /** The process has mapped something else there since it was looked at: nothing was written. */
  | 'mappedAnew'
  /** The same while it was written to: nobody knows where the bytes are. */
  | 'mappedAnewMeanwhile'
  /** The process may not be looked into (ptrace: another user, Yama, not dumpable). */
  | 'noTrace'
  /** Nothing is written into memory of a process before the user has unlocked it. */
  | 'locked'
  /** Other bytes stand there than those that were shown. */
  | 'changedSince'
  /** Bytes that are edited were moved meanwhile, and nobody can say which are meant. */
  | 'movedSince'
  /** Somebody else has locked what was to be written, and the user did not want to write over that. */
  | 'lockHeld'
  | 'closed'
  /** It would make a private copy of pages that the process may not write to. */
  | 'wouldCopy'
  | 'nothingToUndo'
  /** More than can be undone; `path` says how much can be. */
  | 'tooMuchAtOnce'
  /** The kernel stores nothing there: a guard page, memory of a device, a page past the end of its file. */
  | 'notWritable'
  /** A shared mapping that its process may not write to. */
  | 'sharedReadOnly'
  /** A private page that its process may not write to, and a kernel that lets nobody past that. */
  | 'forceForbidden'
  | 'forceOnlyTraced'
  | 'forceNever'
  /** A thread of the kernel, which has no memory of its own to look into. */
  | 'noAddressSpace'
  | 'notAbsolute'
  | 'badUri'
  | 'ambiguousName'
  /** Something has the name, or the key, already. */
  | 'nameTaken'
  /** shm_open takes no such name. */
  | 'badName'
  | 'noSpace'
  /** Beyond what the kernel lets one object be, or a size of 0 where none may be. */
  | 'badSize'
  /** Another object stands there now, or this one has another size: nothing was done. */
  | 'stale'
  /** A save of it was cut off, and cannot be completed: somebody has changed it since. */
  | 'unfinishedSave'
  /** A save was refused, and its journal cannot be taken back: whoever finds it completes the save. */
  | 'notWithdrawn'
  /** Of shared memory and of devices only what is there is overwritten. */
  | 'sizeIsFixed'
  /** Seals of a memfd forbid it. */
  | 'sealed'
  /** Reading may be allowed, changing is not. */
  | 'mayNotChange'
  /** A setting of VS Code's has it read-only; `path` names the setting. */
  | 'readOnlySetting'
  /** Its file system is mounted for reading only. */
  | 'readOnlyMount'
  /** It is a program that runs, which nobody may write to. */
  | 'running'
  /** The bytes under staged edits, the size or the path are not what they were: nothing was saved. */
  | 'changedMeanwhile'
  /** Another editor has unsaved changes of the file, which it would write over what is saved here. */
  | 'unsavedElsewhere'
  /** Bytes were inserted or deleted that a save which was cut off may bring as well. */
  | 'editsInTheWay'
  /** What is to be undone or redone is no part of the staged edits: they were given up, or saved elsewhere. */
  | 'notStagedAnyMore'
  /** Bytes that an undo would bring back were too many to be kept. */
  | 'notKept'
  /** The same of what was edited, or undone, since a save that was cut off: that one is done now. */
  | 'lostBeyondSave'
  /** Not where a copy can be written to: no file of this machine. */
  | 'notAFile'
  /** A new file in its place cannot have what the old one has: `syscall` says what. */
  | 'cannotBeAlike'
  /** More bytes than staged edits may hold in memory. */
  | 'editsTooLarge'
  /** A range that ends past the end of the object. */
  | 'pastEnd'
  /** The semaphore's value is as large as one can be. */
  | 'semaphoreFull'
  /** What a file in /dev/shm named `sem.…` is, if it is no semaphore. */
  | 'notASemaphore'
  /** Nothing leads to the object from here: it has no name and no descriptor, or another namespace has it. */
  | 'notReachable'
  /** Not of this kind of object, or not any more. */
  | 'notForThis'
  /** More bytes than may be read as a whole. */
  | 'overLimit'
  /** Some of what was to be read as a whole cannot be read. */
  | 'incomplete'
  /** The user ended it. */
  | 'cancelled'
  /** A command was called with something it cannot use; `path` names it. */
  | 'badArgument'
  /** Nothing is changed from an untrusted workspace. */
  | 'untrusted'
  | 'ioError';

/** Where a failure came from. Every field is for people and logs; decisions are made on the code alone. */
export interface SourceErrorDetail {
  /** The errno's name, for example `EACCES`. */
  readonly errno?: string | undefined;
  readonly syscall?: string | undefined;
  /** The path, safe to show (see printableName). */
  readonly path?: string | undefined;
  /** The process, or the System V segment, that it is about. */
  readonly id?: number | undefined;
  /** How many bytes were stored before a store failed, or another process changed what followed. */
  readonly stored?: number | undefined;
  /** Owner and mode of a file that may not be read, for the sentence. */
  readonly owner?: { readonly uid: number; readonly mode: number } | undefined;
  /** The first bytes that cannot be read, and why, where something is incomplete. */
  readonly hole?: Hole | undefined;
  /** Bytes asked for and bytes free, where there was no room; or bytes there are and bytes that may be read. */
  readonly space?: { readonly needed: bigint; readonly free: bigint } | undefined;
}

export class SourceError extends Error {
  readonly code: SourceErrorCode;
  readonly detail: SourceErrorDetail;

  constructor(code: SourceErrorCode, detail: SourceErrorDetail = {}) {
    const { syscall, errno, path } = detail;
    super([code, syscall, errno, path].filter((part) => part !== undefined).join(' '));
    this.name = 'SourceError';
    this.code = code;
    this.detail = detail;
  }
}
