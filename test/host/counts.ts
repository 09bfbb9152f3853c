// How the result of one suite travels to the sum of all: a file named by the environment, written when the suite is
// done. Without the file the suite did not finish.
import { writeFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The one sentence in which every suite, and the sum, states its result. */
export const sentence = ({ passed, failed, skipped }: Counts) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Says the result and leaves it for whoever started the suite. */
export function writeCounts({ passed, failed, skipped }: Counts): void {
  console.log(sentence({ passed, failed, skipped }));
  const path = process.env['MEMGLASS_COUNTS'];
  if (path !== undefined) writeFileSync(path, JSON.stringify({ passed, failed, skipped }));
}
