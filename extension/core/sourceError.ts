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
