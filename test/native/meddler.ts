// Another process that acts at a moment of a save, which is held up until it has.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { Scene } from './saveScene.ts';

/** When the others act: as soon as there is such a name in the folder of the file, or the save stands at its fsync(2). */
type Moment = { readonly name: string } | 'fsync';

export interface Meddler {
  /** How long it took to start, milliseconds: as slow as the machine is it acts. */
  readonly startMs: number;
  /** Resolves once it has acted. */
  ended(): Promise<void>;
}

/** Another process, which does something to the file at a moment of its save. */
export async function meddler(t: TestContext, scene: Scene, moment: Moment, act: string): Promise<Meddler> {
  const script = `
import glob, os, re, sys, time
path, name, call = sys.argv[1:]
folder = os.path.dirname(path)
def lines(pattern):
    for each in glob.glob(pattern):
        try: yield os.path.dirname(each), open(each, 'rb').read()
        except OSError: pass
def stands():
    own = '/proc/%d' % os.getpid()
    saves = [each for each, line in lines('/proc/[0-9]*/cmdline') if each != own and path.encode() in line]
    calls = [line.split() for each in saves for _, line in lines(each + '/task/*/syscall')]
    return any(words[:1] == [call.encode()] for words in calls)
def has_come():
    return stands() if name == '' else any(re.fullmatch(name, each) for each in os.listdir(folder))
print(flush=True)
deadline = time.monotonic() + 120
while not has_come():
    if time.monotonic() > deadline: sys.exit('nothing came')
    time.sleep(0.001)
${act}
`;
  const args = ['-c', script, scene.path, moment === 'fsync' ? '' : moment.name, fsyncNumber];
  const begun = performance.now();
  const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  t.after(() => child.kill());
  await once(child.stdout, 'data');
  return { startMs: performance.now() - begun, ended: async () => assert.deepEqual(await ended, [0, null]) };
}

const fsyncNumber = process.arch === 'arm64' ? '82' : '74';

/** The save, with time for the others before a call of it. */
export const wait = (call: string, { startMs }: Meddler, when = 1) => [
  '-e',
  `inject=${call}:delay_enter=${Math.round(1000 * (500 + 5 * startMs))}:when=${when}`,
];
