// The C programs of the benches: yardsticks, and a crowd of processes to look at.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../host/paths.ts';

/** Compiles a program of test/support/programs into a folder, and answers its path. */
export function compile(name: string, folder: string): string {
  const program = join(folder, name);
  const source = join(root, 'test/support/programs', `${name}.c`);
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source, '-lrt']);
  return program;
}

/** So many processes with some two hundred mappings each; all are there when this resolves. */
export async function startCrowd(folder: string, processes: number): Promise<ChildProcess> {
  const args = [String(processes), `/memglass-bench-${process.pid}`];
  const crowd = spawn(compile('crowd', folder), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(crowd.stdout, 'data');
  return crowd;
}

export async function endCrowd(crowd: ChildProcess): Promise<void> {
  const ended = once(crowd, 'exit');
  crowd.stdin?.end();
  await ended;
}
