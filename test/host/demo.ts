// The workspace that `npm start` opens: a few things that other editors cannot open, or not show as they change.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

const KiB = 1024;
const GiB = 1024 ** 3;
const TiB = 1024 ** 4;

const readme = `# Something to look into

- all-bytes.bin: each of the 256 byte values once.
- server.log: about 50 MB of UTF-8 text.
- growing.log: grows twice a second while this VS Code runs.
- program.elf: a real executable of more than 100 MB.
- disk.img: 1 TiB, of which almost nothing is there. Data at 0, 1 GiB, 300 GiB and at the very end.
- The Shared Memory view (in the activity bar): a producer and a consumer share a segment that changes ten times a second,
  a semaphore, a System V segment, a memfd, anonymous memory and a buffer whose file is deleted. One segment is left over.
- The Processes view, below it: "producer" is one of them. Its memory map shows what it has mapped; Enter goes into a region.
`;

/** Written under another name first: what is there is complete, and is kept from one start to the next. */
function once(path: string, make: (path: string) => void): void {
  if (existsSync(path)) return;
  rmSync(`${path}.new`, { force: true });
  make(`${path}.new`);
  renameSync(`${path}.new`, path);
}

function makeLog(path: string): void {
  const words = [
    'connected',
    'größer als erwartet',
    '接続しました',
    'retry in 250 ms',
    'кэш обновлён',
    'ok ✓',
    'slow query 🐢',
  ];
  const file = openSync(path, 'w');
  const start = Date.UTC(2025, 0, 1);
  let lines = '';
  for (let i = 0, bytes = 0; bytes < 50e6; i++) {
    const level = i % 97 === 0 ? 'ERROR' : i % 13 === 0 ? 'WARN' : 'INFO';
    lines += `${new Date(start + i * 137).toISOString()} ${level} worker-${i % 16} request ${(i * 2654435761) % 4294967296} ${words[i % words.length]}\n`;
    if (i % 4096 === 4095) {
      bytes += writeSync(file, lines);
      lines = '';
    }
  }
  closeSync(file);
}

/** A disk image as a virtual machine would have it: huge, and almost all of it never written. */
function makeSparseImage(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, TiB);
  const island = new Uint8Array(64 * KiB).map((_, i) => (i * i + (i >> 8)) & 0xff);
  for (const offset of [0, GiB, 300 * GiB, TiB - island.length]) {
    writeSync(file, island, 0, island.length, offset);
    writeSync(file, `island at ${offset} `, offset, 'latin1');
  }
  writeSync(file, Uint8Array.of(0x55, 0xaa), 0, 2, 510);
  closeSync(file);
}

export interface Demo {
  readonly folder: string;
  /** The shared memory segment's name in /dev/shm. */
  readonly segment: string;
  /** The process that starts those which share memory. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
}

/** Makes what is missing of the workspace (a second or two, once) and starts what moves in it. */
export function startDemo(folder = join(root, '.cache/demo')): Demo {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), readme);
  writeFileSync(
    join(folder, 'all-bytes.bin'),
    new Uint8Array(256).map((_, i) => i),
  );
  once(join(folder, 'server.log'), makeLog);
  once(join(folder, 'disk.img'), makeSparseImage);
  once(join(folder, 'program.elf'), (path) => copyFileSync(process.execPath, path, constants.COPYFILE_FICLONE));
  const segment = `memglass-demo-${process.pid}`;
  const writer = spawn('python3', [join(root, 'test/support/demo_programs.py'), segment, join(folder, 'growing.log')], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true, // Ctrl+C in the terminal must not end it before it has removed the segment
  });
  writer.on('error', (error) => console.log(`demo: nothing will move: ${error.message}`));
  writer.stdin?.on('error', () => {});
  return {
    folder,
    segment,
    pid: writer.pid,
    async stop() {
      writer.stdin?.end();
      if (writer.pid !== undefined) await ended(writer);
    },
  };
}
