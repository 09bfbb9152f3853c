import { SourceError } from '../../core/sourceError.ts';

/** What a long operation tells, and asks, between two pieces. */
export interface Task {
  /** Of how many bytes how many are done. */
  report(done: number, total: number): void;
  isCancelled(): boolean;
}

/** For what nobody waits for at a progress bar. */
export const quietTask: Task = { report: () => {}, isCancelled: () => false };

/** Throws SourceError('cancelled') once the user has ended the task. */
export function checkCancelled(task: Task): void {
  if (task.isCancelled()) throw new SourceError('cancelled');
}
