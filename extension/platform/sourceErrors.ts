import type { NativeFailure } from '../../native/index.d.ts';
import { SourceError, type SourceErrorCode } from '../core/sourceError.ts';
import { printableName } from '../core/text/printableName.ts';

const codeOfErrno: Readonly<Record<string, SourceErrorCode>> = {
  ENOENT: 'notFound',
  ENOTDIR: 'notFound',
  ENXIO: 'notFound',
  ENODEV: 'notFound',
  EACCES: 'noPermission',
  EPERM: 'noPermission',
  EISDIR: 'isDirectory',
  ELOOP: 'tooManyLinks',
  ENAMETOOLONG: 'nameTooLong',
  EMFILE: 'tooManyOpenFiles',
  ENFILE: 'tooManyOpenFiles',
  EBADF: 'gone',
  ESTALE: 'gone',
  ESRCH: 'gone',
  ESPIPE: 'isStream',
  EAGAIN: 'isStream',
};

const codeOfKind: Readonly<Record<string, SourceErrorCode>> = {
  directory: 'isDirectory',
  fifo: 'isFifo',
  socket: 'isSocket',
  character: 'isDevice',
  other: 'isStream',
};

/** The errno's name of a failure of the addon; undefined for anything else. */
export function failureCode(failure: unknown): string | undefined {
  return failure instanceof Error && 'errno' in failure ? (failure as NativeFailure).code : undefined;
}

/** The one place where a failure of the addon becomes a SourceError. Anything else is passed through as it is. */
export function toSourceError(failure: unknown, owner?: { uid: number; mode: number }): unknown {
  if (!(failure instanceof Error) || !('errno' in failure)) return failure;
  const { code, syscall, path, kind } = failure as NativeFailure;
  const known = (kind === undefined ? undefined : codeOfKind[kind]) ?? codeOfErrno[code] ?? 'ioError';
  return new SourceError(known, {
    errno: code,
    syscall,
    path: path === undefined ? undefined : printableName(path),
    owner,
  });
}
