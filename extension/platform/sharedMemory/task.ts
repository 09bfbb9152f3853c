import { SourceError } from '../../core/sourceError.ts';

/** What a long operation tells, and asks, between two pieces. */
export interface Task {
  /** Of how many bytes how many are done. */
  report(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/** For what nobody waits for at a progress bar. */
export const quietTask: Task = { report: () => {}, signal: new AbortController().signal };

/** Throws SourceError('cancelled') once the user has ended the task. */
export function checkCancelled({ signal }: Task): void {
  if (signal.aborted) throw new SourceError('cancelled');
}
