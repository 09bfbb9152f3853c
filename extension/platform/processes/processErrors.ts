import { SourceError, type SourceErrorCode } from '../../core/sourceError.ts';
import { failureCode, toSourceError } from '../sourceErrors.ts';

/** What an errno means where a process was asked for; the rest means what it means to a reader. */
const codeOfErrno: Readonly<Record<string, SourceErrorCode>> = {
  ENOENT: 'processGone',
  ESRCH: 'processGone',
  ESTALE: 'processGone',
  EACCES: 'noTrace',
  EPERM: 'noTrace',
  ENOTSUP: 'noAddressSpace',
  ECANCELED: 'cancelled',
};

/** A failure of the addon that is about a process, as a SourceError. Anything else is passed through as it is. */
export function toProcessError(failure: unknown, pid: number): unknown {
  const errno = failureCode(failure);
  const code = errno === undefined ? undefined : codeOfErrno[errno];
  return code === undefined ? toSourceError(failure) : new SourceError(code, { id: pid, errno });
}
