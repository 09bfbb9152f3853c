// `npm test`: sets the machine up, checks, builds, runs every suite, and ends with one line that sums them up.
// Plain JavaScript for any Node >= 18: on a fresh clone it runs before Node 24 is there.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, root, setupForScript } from './setup.mjs';

/** Minutes after which a step counts as hung: many times what the longest of them takes on a machine of its own. */
const limit = 120;

/** In this order: what is cheap and what others rest on comes first. `counts`: it is a suite that counts its tests. */
const steps = [
  { script: 'check', counts: false },
  { script: 'build', counts: false },
  { script: 'package', counts: false },
  { script: 'test:unit', counts: true },
  { script: 'test:native', counts: true },
  { script: 'test:native:asan', counts: true },
  { script: 'test:browser', counts: true },
  { script: 'test:vscode', counts: true },
  { script: 'test:e2e', counts: true },
];

/** Runs one npm script in a process group of its own, so that a hung one is ended with all it started. */
function run(script, countsFile) {
  return new Promise((done) => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: root,
      env: { ...cleanEnvironment(), MEMGLASS_COUNTS: countsFile },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // ended meanwhile
      }
    };
    const timer = setTimeout(() => {
      console.log(`${script}: not done after ${limit} minutes, ended`);
      end('SIGKILL');
    }, limit * 60_000);
    const interrupt = () => {
      end('SIGTERM');
      setTimeout(() => process.exit(130), 3000);
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGTERM', interrupt);
      done(code === 0);
    });
  });
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

const sum = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

async function runStep({ script, counts }) {
  console.log(`\n=== ${script}`);
  const countsFile = join(root, 'out/counts', `${script.replaceAll(':', '-')}.json`);
  rmSync(countsFile, { force: true });
  const start = Date.now();
  const ok = await run(script, countsFile);
  const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const result = counts ? readCounts(countsFile) : { passed: 0, failed: 0, skipped: 0 };
  if (result === undefined) lines.push(`${script}: did not finish (${seconds})`);
  else if (counts)
    lines.push(`${script}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${seconds})`);
  else lines.push(`${script}: ${ok ? 'ok' : 'failed'} (${seconds})`);
  for (const key of Object.keys(sum)) sum[key] += result?.[key] ?? 0;
  // A step that failed in another way than by a counted test is one failure.
  if (result === undefined || (!ok && result.failed === 0)) sum.failed++;
}

if (setupForScript()) {
  mkdirSync(join(root, 'out/counts'), { recursive: true });
  for (const step of steps) await runStep(step);
} else {
  lines.push('setup: failed');
  sum.failed++;
}
console.log(`\n${lines.join('\n')}`);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
// Nothing passed at all is no success either.
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
