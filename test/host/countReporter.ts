// A node:test reporter that leaves the counts of a whole run for the sum of all suites; see counts.ts.
import { writeCounts } from './counts.ts';

interface RunEvent {
  readonly type: string;
  readonly data: { readonly file?: string; readonly counts?: Record<string, number> };
}

export default async function* countReporter(events: AsyncIterable<RunEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    // One summary per file, then one without a file for the run: when that is missing, so is the count.
    if (type !== 'test:summary' || data.file !== undefined || data.counts === undefined) continue;
    const { passed = 0, failed = 0, cancelled = 0, skipped = 0, todo = 0 } = data.counts;
    writeCounts({ passed, failed: failed + cancelled, skipped: skipped + todo });
  }
  yield '';
}
