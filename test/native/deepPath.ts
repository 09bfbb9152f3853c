import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

/**
 * Runs lines of python3 in a folder whose path, below `folder`, is 5,000 bytes long: more than PATH_MAX. They open a
 * file there as `fd` and map it; the process has it until the test is over.
 */
export async function startInDeepFolder(
  t: TestContext,
  folder: string,
  lines: string,
): Promise<{ pid: number; ino: bigint }> {
  const script = `
import ctypes, mmap, os, sys
ctypes.CDLL(None).prctl(1, 9)
os.chdir(sys.argv[1])
for _ in range(20):
    os.mkdir("d" * 250)
    os.chdir("d" * 250)
${lines.trim()}
print(os.fstat(fd).st_ino, flush=True)
sys.stdin.read()
`;
  const child = spawn('python3', ['-c', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => {
    child.stdin.end();
    return ended;
  });
  return { ino: BigInt(String((await once(child.stdout, 'data'))[0])), pid: child.pid ?? 0 };
}
