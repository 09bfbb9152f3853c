import type { NativeAddon, NativeFailure } from '../../../native/index.d.ts';
import type { MemoryRegion } from '../../core/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import { failureCode, toSourceError } from '../sourceErrors.ts';
import type { ProcessKey } from './process.ts';
import { regionsIn } from './processAnswer.ts';

/** What became of a write. */
export type WriteOutcome =
  | { readonly kind: 'written' }
  /** Other bytes than expected stand there, these; nothing was written. */
  | { readonly kind: 'differs'; readonly now: Uint8Array }
  /** The kernel stopped after so many bytes, which are written. */
  | { readonly kind: 'failed'; readonly written: number; readonly error: SourceError };

/** The most that one write takes, bytes. */
export const largestWrite = 2 ** 20;

/**
 * Stores `bytes` (`largestWrite` at most) if `expected` stands there. Rejects with a SourceError where nothing was tried:
 * `processGone`, `noTrace`.
 */
export async function writeMemory(
  addon: NativeAddon,
  key: ProcessKey,
  address: bigint,
  expected: Uint8Array,
  bytes: Uint8Array,
): Promise<WriteOutcome> {
  const { pid, startTime } = key;
  try {
    const now = await addon.writeMemory(pid, startTime, address, expected, bytes);
    return now === undefined ? { kind: 'written' } : { kind: 'differs', now };
  } catch (failure) {
    const errno = failureCode(failure);
    switch (errno) {
      case 'ESRCH':
      case 'ESTALE':
        throw new SourceError('processGone', { id: pid, errno });
      case 'EACCES':
      case 'EPERM':
        throw new SourceError('noTrace', { id: pid, errno });
      case 'EIO':
      case 'EFAULT':
      case 'EINVAL': {
        const { written = 0 } = failure as NativeFailure;
        const error = await whyUnwritable(addon, key, address + BigInt(written), errno);
        return { kind: 'failed', written, error };
      }
      default:
        throw toSourceError(failure);
    }
  }
}

async function whyUnwritable(addon: NativeAddon, key: ProcessKey, address: bigint, errno: string) {
  const [region] = await regionsIn(addon, key, address, address + 1n).catch(() => []);
  return new SourceError(refusalOf(region), { id: key.pid, errno });
}

function refusalOf(region: MemoryRegion | undefined) {
  if (region === undefined) return 'regionGone';
  if (region.rights.write) return 'notWritable';
  // FOLL_FORCE makes private copies only: a page that others share stays as it is.
  return region.sharing === 'shared' ? 'sharedReadOnly' : 'forceForbidden';
}
