// Folders and second processes of a test, which go when the test is done. For both runners, node:test and mocha: the
// test calls `clean` itself.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export class Scratch {
  readonly #undo: (() => void | Promise<void>)[] = [];

  /** A new folder on the disk that temporary files are on. */
  folder(): string {
    return this.#folderIn(tmpdir());
  }

  /** A new folder on the tmpfs that POSIX shared memory is on. */
  shmFolder(): string {
    return this.#folderIn('/dev/shm');
  }

  #folderIn(parent: string): string {
    const folder = mkdtempSync(join(parent, 'memglass-test-'));
    this.#undo.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Mounts a tmpfs on the folder; why not, where the machine refuses. */
  mountTmpfs(folder: string, options: string): string | undefined {
    const refused = failureOf('mount', '-t', 'tmpfs', '-o', options, 'memglass-test', folder);
    if (refused === undefined) this.#undo.push(() => void failureOf('umount', '--lazy', folder));
    return refused;
  }

  /** A block device over a file, and how it can be refused. */
  loopDevice(path: string): { readonly device: string } | { readonly refused: string } {
    const made = spawnSync('losetup', ['--find', '--show', path], { encoding: 'utf8' });
    if (made.status !== 0) return { refused: `losetup: ${made.error?.message ?? made.stderr.trim()}` };
    const device = made.stdout.trim();
    this.#undo.push(() => void failureOf('losetup', '--detach', device));
    return { device };
  }

  /**
   * Runs JavaScript in a process of its own. It says `ready` once it has written a line, and its input closing, which
   * happens in `clean` and when this process dies, is its end.
   */
  async process(code: string, ...args: readonly string[]): Promise<ChildProcess> {
    const whole = `process.stdin.on('end', () => process.exit()).resume();${code}`;
    const child = spawn(process.execPath, ['-e', whole, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#undo.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    });
    await firstOutput(child.stdout);
    return child;
  }

  /** Runs at the end, the last one first. */
  defer(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  async clean(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }
}

function firstOutput(stream: Readable): Promise<void> {
  return new Promise((done, fail) => {
    stream.once('data', () => done());
    stream.once('close', () => fail(new Error('the second process ended before it was ready')));
  });
}

/** Truncates a file to nothing, to the middle of a page and back, as fast as it can. `ready` after the first round. */
export const truncateForever = `
  const { openSync, ftruncateSync, writeSync, closeSync } = require('node:fs');
  const [path, size] = process.argv.slice(1);
  const file = openSync(path, 'r+');
  const bytes = Buffer.alloc(Math.min(Number(size), 65536), 0xab);
  let rounds = 0;
  const round = () => {
    for (let i = 0; i < 50; i++) {
      ftruncateSync(file, 0);
      ftruncateSync(file, 4106);
      ftruncateSync(file, Number(size));
      writeSync(file, bytes, 0, bytes.length, 0);
    }
    rounds += 50;
    process.stdout.write(rounds + '\\n');
    setImmediate(round);
  };
  round();
`;

/** Runs a command; what it said where it failed, undefined where it did not. */
export function failureOf(command: string, ...args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status === 0) return undefined;
  return `${command}: ${done.error?.message ?? (done.stderr.trim() || `status ${done.status}`)}`;
}

/** Makes a file of `size` bytes that were never written. Not by Node, whose numbers end at 2^53. */
export function makeSparse(path: string, size: number | bigint): void {
  const failure = failureOf('truncate', '--size', String(size), path);
  if (failure !== undefined) throw new Error(failure);
}

/** Bytes that look random and are the same each time. */
export function sampleBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = randomNumbers(seed);
  return new Uint8Array(length).map(() => random(256));
}

/** Numbers in [0, limit) that look random and are the same for the same seed. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
