// Anonymous shared memory of a second process, which seals it when it is told to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

/** As fcntl(2) has them. */
export const sealed = { shrink: 2, grow: 4, write: 8, futureWrite: 16 } as const;

export interface SealableMemory {
  readonly pid: number;
  readonly fd: number;
  /** Leads to it, though it has no name. */
  readonly path: string;
  seal(seals: number): Promise<void>;
}

/** A memfd of `size` zeros, which goes with the test. */
export async function sealableMemory(t: TestContext, size: number): Promise<SealableMemory> {
  const script = `
import fcntl, os, sys
fd = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
os.write(fd, bytes(${size}))
print(fd, flush=True)
for line in sys.stdin:
    fcntl.fcntl(fd, 1033, int(line))
    print("sealed", flush=True)`;
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const fd = Number((await lines.next()).value);
  const pid = child.pid ?? 0;
  const seal = async (seals: number) => {
    child.stdin.write(`${seals}\n`);
    assert.equal((await lines.next()).value, 'sealed');
  };
  return { pid, fd, path: `/proc/${pid}/fd/${fd}`, seal };
}
