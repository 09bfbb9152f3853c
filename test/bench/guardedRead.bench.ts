// What guarding costs: copies out of mapping windows by process_vm_readv against pread of the same bytes, on a warm file.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  limit?: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const units: Record<string, { unit: string; limit?: number }> = {
  'read.guarded_vs_pread.4KiB': { unit: 'ratio', limit: 2.5 },
  'read.guarded_vs_pread.64KiB': { unit: 'ratio', limit: 1.6 },
  'read.new_window_us': { unit: 'us' },
};

/** The medians of nine alternating rounds; the rounds are in native/bench/guarded_read_bench.cc. */
export async function run(): Promise<Figure[]> {
  const built = execFileSync(process.execPath, [join(root, 'native/build.mjs'), '--bench'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const program = built.trim().split('\n').at(-1) ?? '';
  // Not os.tmpdir(), which may be a tmpfs: that is never mapped.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'memglass-bench-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, randomBytes(64 * 2 ** 20));
    const text = execFileSync(program, [path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return text
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', value] = line.split(' ');
        return { name, value: Number(value), ...(units[name] ?? { unit: '' }) };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
