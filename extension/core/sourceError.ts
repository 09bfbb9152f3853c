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
  /** The process may not be looked into (ptrace: another user, Yama, not dumpable). */
  | 'noTrace'
  | 'notAbsolute'
  | 'badUri'
  | 'ambiguousName'
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
  /** Owner and mode of a file that may not be read, for the sentence. */
  readonly owner?: { readonly uid: number; readonly mode: number } | undefined;
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
