// Runs one suite: `node test/host/suite.ts unit [part of a file's name]`. Tests are found by their file names.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeCounts } from './counts.ts';
import { root } from './paths.ts';

interface Suite {
  readonly folder: string;
  /** How many files at a time. Those with a browser or a VS Code get the machine for themselves. */
  readonly concurrency: number;
  /** Milliseconds until a single test counts as hung: no measure of speed, however much else the machine does. */
  readonly timeout: number;
  /** Its tests are not written yet: then, and only then, none is no failure. Remove this with the first test. */
  readonly notYet?: true;
  readonly environment?: () => Record<string, string>;
}

const suites: Record<string, Suite> = {
  unit: { folder: 'test/unit', concurrency: 2, timeout: 300_000 },
  native: { folder: 'test/native', concurrency: 1, timeout: 300_000 },
  'native:asan': {
    folder: 'test/native',
    concurrency: 1,
    timeout: 600_000,
    environment: addressSanitizer,
  },
  browser: { folder: 'test/browser', concurrency: 1, timeout: 300_000 },
  vscode: { folder: 'test/vscode', concurrency: 1, timeout: 0 },
  e2e: { folder: 'test/e2e', concurrency: 1, timeout: 600_000 },
};

/** The addon built with AddressSanitizer needs its runtime to be loaded before anything else. */
function addressSanitizer(): Record<string, string> {
  const found = spawnSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  return {
    LD_PRELOAD: found.stdout.trim(),
    // Node itself never frees what it keeps for its whole life, so leaks would all be its own.
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0',
    MEMGLASS_ADDON: join(root, 'native/build/asan/memglass.node'),
  };
}

const [name = '', part = ''] = process.argv.slice(2);
const suite = suites[name];
if (suite === undefined) {
  console.error(`There is no suite "${name}", only: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
process.chdir(root);
const files = globSync(`${suite.folder}/**/*.test.ts`)
  .filter((file) => file.includes(part) || name === 'vscode')
  .sort();
if (files.length === 0) {
  console.log(`${name}: no test found in ${suite.folder}.`);
  if (suite.notYet !== true || part !== '') process.exit(1);
  console.log(`${name}: its tests are not written yet.`);
  writeCounts({ passed: 0, failed: 0, skipped: 0 });
  process.exit(0);
}

function command({ concurrency, timeout }: Suite): string[] {
  if (name === 'vscode') return ['test/host/runExtensionTests.ts', part];
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./test/host/countReporter.ts',
    '--test-reporter-destination=stdout',
  ];
  return ['--test', `--test-concurrency=${concurrency}`, `--test-timeout=${timeout}`, ...reporters, ...files];
}

mkdirSync('out', { recursive: true });
const environment = { ...process.env, ...suite.environment?.() };
// A test started by a test runner of its own would take this one for its parent.
delete environment['NODE_TEST_CONTEXT'];
if (name === 'native:asan' && !existsSync(environment['MEMGLASS_ADDON'] ?? '')) {
  console.error('native:asan: there is no addon with AddressSanitizer; "node native/build.mjs --asan" makes it.');
  process.exit(1);
}
const done = spawnSync(process.execPath, command(suite), { stdio: 'inherit', env: environment });
process.exit(done.status ?? 1);
