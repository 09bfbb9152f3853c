// The files that are looked at. Each byte is known from its offset alone, so that what a view shows can be checked
// anywhere in 8 GiB. They are made once and kept in .cache, which is on a disk: a tmpfs is never mapped.
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from '../host/paths.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const TiB = 2 ** 40;

/** Bytes at the beginning of every file that hold data; a sparse one has nothing but a hole after them. */
const headBytes = MiB;

/**
 * The little-endian word at `index` (offset / 4): each of the 2^32 is there once, so no place looks like another. It is
 * also run in pages, as text, so it uses nothing from outside.
 */
export function wordAt(index: number): number {
  let word = Math.imul(index ^ 0x5bd1e995, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 15), 0x85ebca77);
  return (word ^ (word >>> 13)) >>> 0;
}

export interface DataFile {
  readonly name: string;
  readonly size: number;
  /** Bytes from the start on that are data; the rest is a hole. */
  readonly dataBytes: number;
}

export interface BenchFiles {
  readonly folder: string;
  /** For the blank editor, which reads nothing. */
  readonly blank: string;
  readonly small: DataFile;
  readonly sparse: DataFile;
  /** 8 GiB of data, or less where the disk has no room. */
  readonly large: DataFile;
}

function writeData(path: string, bytes: number, size: number): void {
  const file = openSync(path, 'w');
  try {
    const words = new Uint32Array(Math.min(bytes, 16 * MiB) / 4);
    for (let offset = 0; offset < bytes; offset += words.byteLength) {
      const first = offset / 4;
      for (let i = 0; i < words.length; i++) words[i] = wordAt(first + i);
      writeSync(file, words, 0, Math.min(words.byteLength, bytes - offset), offset);
    }
    if (size > bytes) ftruncateSync(file, size);
  } finally {
    closeSync(file);
  }
}

/** Makes what is missing. */
export function benchFiles(): BenchFiles {
  const folder = join(root, '.cache/bench');
  mkdirSync(folder, { recursive: true });
  const make = (name: string, dataBytes: number, size: number): DataFile => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      // Under another name first: what is there is complete.
      rmSync(`${path}.new`, { force: true });
      writeData(`${path}.new`, dataBytes, size);
      renameSync(`${path}.new`, path);
    }
    return { name, dataBytes, size };
  };
  const blank = 'nothing.blank';
  writeFileSync(join(folder, blank), '');
  return {
    folder,
    blank,
    small: make('small-1MiB.hexed', headBytes, headBytes),
    sparse: make('sparse-1TiB.hexed', headBytes, TiB),
    large: largeFile(folder, make),
  };
}

function largeFile(folder: string, make: (name: string, dataBytes: number, size: number) => DataFile): DataFile {
  const full = 'data-8GiB.hexed';
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (existsSync(join(folder, full)) || free >= 20 * GiB) return make(full, 8 * GiB, 8 * GiB);
  const gibs = Math.max(1, Math.floor(free / 4 / GiB));
  console.error(`Only ${(free / GiB).toFixed(1)} GiB are free: figures for 8 GiB are taken on a file of ${gibs} GiB.`);
  return make(`data-${gibs}GiB.hexed`, gibs * GiB, gibs * GiB);
}

/** The bytes of `file` at `offset` as the hex column shows them, upper case and without blanks. */
export function digitsAt(file: DataFile, offset: number, length: number): string {
  let digits = '';
  for (let at = offset; at < offset + length; at++) {
    const byte = at < file.dataBytes ? (wordAt(Math.floor(at / 4)) >>> (8 * (at % 4))) & 0xff : 0;
    digits += byte.toString(16).padStart(2, '0').toUpperCase();
  }
  return digits;
}
