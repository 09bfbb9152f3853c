// Real second processes: the C programs in programs/, each compiled once per process that runs tests. For all runners:
// whoever starts a program brings the place where what is to be undone is noted.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

type Source = 'shared_memory' | 'address_space';

let folder: string | undefined;

function compiled(source: Source): string {
  folder ??= programFolder();
  const program = join(folder, source);
  if (!existsSync(program)) {
    execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', program, sourceFile(source), '-lrt', '-pthread']);
  }
  return program;
}

function programFolder(): string {
  const made = mkdtempSync('/tmp/memglass-programs-');
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  // Another user runs them too: so not in tmpdir(), which may be a folder of ours alone.
  chmodSync(made, 0o755);
  return made;
}

/** From wherever this runs: the tests in the extension host are bundled into another folder. */
function sourceFile(source: Source): string {
  for (let above = import.meta.dirname; above !== '/'; above = dirname(above)) {
    const file = join(above, `test/support/programs/${source}.c`);
    if (existsSync(file)) return file;
  }
  throw new Error(`no test/support/programs/${source}.c above ${import.meta.dirname}`);
}

/** Notes what is to be done when the test is over: a TestContext of node:test is one. */
export interface Owner {
  after(undo: () => void | Promise<void>): void;
}

export type Mode =
  | 'create'
  | 'attach'
  | 'private'
  | 'hold'
  | 'anonymous'
  | 'memfd'
  | 'sysv'
  | 'sysv-removed'
  | 'file'
  | 'unlinked'
  | 'unlinked-closed'
  | 'storm'
  | 'semaphore';

/** Those of address_space.c. */
export type SpaceMode =
  | 'regions'
  | 'reservation'
  | 'names'
  | 'pages'
  | 'unreadable'
  | 'private-file'
  | 'mapped-file'
  | 'untouched'
  | 'pointers'
  | 'fixed'
  | 'fenced'
  | 'zombie'
  | 'leaderless'
  | 'generations';

/** What a program said of itself. What its mode has none of is 0. */
export interface Facts {
  readonly pid: number;
  readonly child: number;
  readonly fd: number;
  readonly childFd: number;
  readonly id: number;
  readonly count: number;
  /** Where its mapping starts. */
  readonly address: bigint;
}

export interface Program extends Facts {
  /** Sends one line and answers the line that comes back. */
  ask(line: string): Promise<string>;
  /** Sends a line that is not answered. */
  tell(line: string): void;
  /** The next line it says by itself. */
  nextLine(): Promise<string>;
  kill(): Promise<void>;
  /** Has it clean up and end, and its child with it. */
  end(): Promise<void>;
}

/** The byte that `pattern` stores at an offset. */
export function patternAt(offset: number): number {
  return (offset * 31 + Math.floor(offset / 4096) + 1) & 0xff;
}

/** When a process was started, in clock ticks since boot: field 22 of its stat, counted from behind its name. */
export function startTimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

/** Starts a program, which ends with the test at the latest. */
export async function start(owner: Owner, mode: Mode, ...args: readonly (string | number)[]): Promise<Program> {
  return await startAs(owner, undefined, mode, ...args);
}

/** The same as another user; only root can. */
export async function startAs(
  owner: Owner,
  user: User | undefined,
  mode: Mode,
  ...args: readonly (string | number)[]
): Promise<Program> {
  return await launch(owner, 'shared_memory', user, [mode, ...args]);
}

/** Starts a program with an address space of a kind. */
export async function startSpace(
  owner: Owner,
  mode: SpaceMode,
  ...args: readonly (string | number)[]
): Promise<Program> {
  return await startSpaceAs(owner, undefined, mode, ...args);
}

/** The same as another user; only root can. */
export async function startSpaceAs(
  owner: Owner,
  user: User | undefined,
  mode: SpaceMode,
  ...args: readonly (string | number)[]
): Promise<Program> {
  return await launch(owner, 'address_space', user, [mode, ...(args.length === 0 ? ['-'] : args)]);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

async function launch(
  owner: Owner,
  source: Source,
  user: User | undefined,
  args: readonly (string | number)[],
): Promise<Program> {
  // Without the preloaded sanitiser, which would add mappings and descriptors of its own.
  const { LD_PRELOAD: _, ...env } = process.env;
  const child = spawn(compiled(source), args.map(String), { stdio: ['pipe', 'pipe', 'inherit'], env, ...user });
  owner.after(() => end(child));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${args[0]} ended with ${child.exitCode ?? child.signalCode}`);
    return value as string;
  };
  const { address, ...said } = JSON.parse(await nextLine());
  return {
    ...{ child: 0, fd: 0, childFd: 0, id: 0, count: 0 },
    ...said,
    address: typeof address === 'string' && address.startsWith('0x') ? BigInt(address) : 0n,
    tell: (line) => void child.stdin.write(`${line}\n`),
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return nextLine();
    },
    nextLine,
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
    end: () => end(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  await ended(child);
}
