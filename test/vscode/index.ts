// Runs inside the extension host: every *.test.cjs beside this file, in mocha. VS Code calls run().
import { globSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What is left of a run for test/host/runExtensionTests.ts, which believes nothing else. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

export async function run(): Promise<void> {
  const reportPath = process.env['MEMGLASS_TEST_REPORT'];
  if (reportPath === undefined) throw new Error('MEMGLASS_TEST_REPORT names no file');
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, forbidOnly: process.env['CI'] !== undefined });
  const filter = process.env['MEMGLASS_TEST_FILTER'];
  if (filter !== undefined && filter !== '') mocha.grep(filter);
  for (const file of globSync('**/*.test.cjs', { cwd: __dirname }).sort()) mocha.addFile(join(__dirname, file));

  const say = (text: string) => console.log(`[test] ${text}`); // the mark that runExtensionTests.ts shows
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: { title: string; error: string }[] = [];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on('pass', (test) => {
      counts.passed++;
      say(`ok ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on('pending', (test) => {
      counts.skipped++;
      say(`skipped ${test.fullTitle()}`);
    });
    // Hooks that fail come here too.
    runner.on('fail', (test, error) => {
      counts.failed++;
      failures.push({ title: test.fullTitle(), error: error.stack ?? String(error) });
      say(`FAILED ${test.fullTitle()}`);
    });
  });

  // The very last thing, and under its name only when complete: a host that dies on the way leaves no report.
  const report: Report = { ...counts, failures };
  writeFileSync(`${reportPath}.new`, JSON.stringify(report));
  renameSync(`${reportPath}.new`, reportPath);
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
}
