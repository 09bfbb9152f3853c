import type { ChangeWait } from '../../core/byteSource.ts';
import { toSourceError } from '../sourceErrors.ts';

/** A wait of the addon's as a source gives it: with its failures told as a source's. */
export function sourceWait(wait: ChangeWait): ChangeWait {
  const ended = wait.ended.catch((failure: unknown) => {
    throw toSourceError(failure);
  });
  return { ended, age: wait.age, stop: wait.stop };
}
