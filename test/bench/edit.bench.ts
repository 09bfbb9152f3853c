// What edits cost below the view: their memory, and saving them, against what the system's own tools take for the same.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { saveFile } from '../../extension/platform/saving/saveFile.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import { root } from '../host/paths.ts';
import { benchFiles } from './data.ts';
import { type Figure, pairedRatio, randomNumbers, times } from './figure.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const addon = loadNativeAddon(join(root, 'native/build/Release/memglass.node'));

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(benchFiles().folder, 'edit-'));
  try {
    return [...memory(), await overwriting(folder), await inserting(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Edits of one byte each, in no order, none beside another: no two of them are kept as one. */
function memory(): Figure[] {
  const count = 100_000;
  const overlay = new Overlay(100 * GiB);
  const random = randomNumbers(7);
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const offset = Math.floor(random() * 50 * GiB) * 2;
    overlay.edit({ offset, length: 1, bytes: Uint8Array.of(i), shown: Uint8Array.of(0) });
  }
  const microseconds = ((performance.now() - started) * 1000) / count;
  return [
    { name: 'edit.bytes_per_edit', value: overlay.memory / count, unit: 'B', limit: 64 },
    { name: 'edit.us_per_edit', value: microseconds, unit: 'us' },
  ];
}

/** One byte at a time, somewhere in a file that is a hole, to the disk. */
async function overwriting(folder: string): Promise<Figure> {
  const path = join(folder, 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 100 * GiB);
  const random = randomNumbers(3);
  const somewhere = () => Math.floor(random() * 100 * GiB);
  const [ours, theirs]: [number[], number[]] = [[], []];
  await times(21, async () => {
    const offset = somewhere();
    ours.push(await timed(() => saveEdit(folder, path, { offset, length: 1 })));
    const words = ['bs=1', 'count=1', `seek=${somewhere()}`, 'conv=notrunc,fsync', 'status=none'];
    theirs.push(await timed(() => execFileSync('dd', ['if=/dev/urandom', `of=${path}`, ...words])));
  });
  return { name: 'edit.overwrite_100GiB', value: pairedRatio(ours, theirs), unit: 'ratio', limit: 3 };
}

/** One byte more at the very beginning: all of the file stands elsewhere then. Both end with all of it on the disk. */
async function inserting(folder: string): Promise<Figure> {
  const path = join(folder, 'whole');
  const copy = join(folder, 'copy');
  const seed = join(folder, 'seed');
  writeFileSync(
    seed,
    new Uint8Array(64 * MiB).map((_, i) => i * 31),
  );
  execFileSync('sh', ['-c', 'for i in $(seq 64); do cat "$1"; done > "$2"; sync "$2"', 'sh', seed, path]);
  const [ours, theirs]: [number[], number[]] = [[], []];
  await times(3, async () => {
    theirs.push(await timed(() => execFileSync('sh', ['-c', 'cp "$1" "$2" && sync "$2"', 'sh', path, copy])));
    rmSync(copy);
    ours.push(await timed(() => saveEdit(folder, path, { offset: 0, length: 0 })));
  });
  return { name: 'edit.insert_4GiB', value: pairedRatio(ours, theirs), unit: 'ratio', limit: 1.3 };
}

async function saveEdit(folder: string, path: string, { offset, length }: { offset: number; length: number }) {
  const { dev, ino, size } = statSync(path, { bigint: true });
  const overlay = new Overlay(Number(size));
  const file = await addon.openFile(Uint8Array.from(Buffer.from(path)));
  const shown = new Uint8Array(length);
  await file.read(offset, shown);
  file.close();
  overlay.edit({ offset, length, bytes: Uint8Array.of(0x4d), shown });
  const journals = new Journals(addon, join(folder, 'journals'));
  const identity = { dev, ino };
  const where = { path: Uint8Array.from(Buffer.from(path)), identity, isShared: false, overlay };
  const saved = await saveFile(addon, journals, { ...where, task: quietTask });
  if (saved.kind !== 'saved') throw new Error('the file of the benchmark was changed by somebody');
}

/** Milliseconds. */
async function timed(act: () => unknown): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}
