// A second process that stores into what a view shows, through a mapping of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Scratch } from './scratch.ts';

export class LiveWriter {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('the writer has no output');
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** Maps the whole of the file. Ends with the scratch. */
  static async start(scratch: Scratch, path: string): Promise<LiveWriter> {
    const program = join(import.meta.dirname, 'live_writer.py');
    const child = spawn('python3', [program, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    scratch.defer(async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    });
    const writer = new LiveWriter(child);
    await writer.#answer();
    return writer;
  }

  /** Resolves once the bytes are there, with the time just before: milliseconds since the epoch. */
  async store(offset: number, bytes: Uint8Array): Promise<number> {
    this.#child.stdin?.write(`store ${offset} ${Buffer.from(bytes).toString('hex')}\n`);
    return Number(BigInt(await this.#answer()) / 1000n) / 1000;
  }

  /** Writes as fast as it can until the next `store`. */
  async spin(offset: number, length: number): Promise<void> {
    this.#child.stdin?.write(`spin ${offset} ${length}\n`);
    await this.#answer();
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the writer ended');
    return value as string;
  }
}
