import type { NativeFailure } from '../../../native/index.d.ts';
import { SourceError, type SourceErrorCode, type SourceErrorDetail } from '../../core/sourceError.ts';
import { toSourceError } from '../sourceErrors.ts';

/** What an errno means where something is made or changed; the rest means what it means to a reader. */
const codeOfErrno: Readonly<Record<string, SourceErrorCode>> = {
  EEXIST: 'nameTaken',
  ENOSPC: 'noSpace',
  ENOMEM: 'noSpace',
  EDQUOT: 'noSpace',
  EFBIG: 'badSize',
  ESTALE: 'stale',
  EIDRM: 'stale',
  ERANGE: 'pastEnd',
  EACCES: 'mayNotChange',
  EPERM: 'mayNotChange',
  EROFS: 'readOnlyMount',
  ETXTBSY: 'running',
  EOVERFLOW: 'semaphoreFull',
};

/** EINVAL says what was wrong only together with the call that gave it. */
const codeOfInvalid: Readonly<Record<string, SourceErrorCode>> = {
  shm_open: 'badName',
  shmget: 'badSize',
  ftruncate: 'badSize',
  fallocate: 'badSize',
  shmctl: 'stale',
  shmat: 'stale',
  sem_open: 'notASemaphore',
};

/** A failure of the addon in an operation as a SourceError. Anything else is passed through as it is. */
export function toOperationError(failure: unknown, more: SourceErrorDetail = {}): unknown {
  const error = toSourceError(failure);
  if (!(error instanceof SourceError) || error === failure) return error;
  const { code: errno = '', syscall = '', written = 0 } = failure as NativeFailure;
  const known = errno === 'EINVAL' ? codeOfInvalid[syscall] : codeOfErrno[errno];
  const stored = written > 0 ? { stored: written } : {};
  return new SourceError(known ?? error.code, { ...error.detail, ...stored, ...more });
}

/** Runs an operation of the addon; rejects with a SourceError. */
export async function operation<T>(run: () => Promise<T>, more?: SourceErrorDetail): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    throw toOperationError(failure, more);
  }
}
