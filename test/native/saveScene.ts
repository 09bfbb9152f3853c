// A file whose save runs in a plain Node of its own under strace(1), which can kill it, or have it refused, at any of its
// system calls. Its counts are per thread and per kind of call: the file's thread does all of a save.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaveRequest } from '../../native/index.d.ts';
import { editsOf, requestFor, type TextEdit } from '../support/savesOf.ts';
import { childOptions, childScript, isSanitized } from './addon.ts';

const sentence = 'old content of the file, ';
const shownAt = (offset: number) => sentence.charCodeAt(offset % sentence.length);

/** All calls that change anything; the threads of Node itself make none of these. */
export const changing = [
  'pwrite64',
  'fallocate',
  'ftruncate',
  'fdatasync',
  'fsync',
  'link',
  'linkat',
  'unlink',
  'rename',
  'renameat2',
  'fchown',
  'fchmod',
  'fsetxattr',
  'flock',
  'copy_file_range',
  'io_submit',
];

export interface Case {
  readonly name: string;
  readonly way: 'inPlace' | 'beside';
  /** Of the old file: a multiple of 25. Bytes. */
  readonly size: number;
  readonly edits: readonly TextEdit[];
}

/** Bytes typed over at both ends of a small file. */
export const overwriting: Case = {
  name: 'overwriting',
  way: 'inPlace',
  size: 20_000,
  edits: [
    { offset: 10, length: 5, text: 'FIRST' },
    { offset: 16_000, length: 5, text: 'LAST!' },
  ],
};

/** The save, in a process of its own. Each write is short, so that there are some of them. */
const body = `
  const { path, journal, way, largest, columns, bytes, originals, digests, ...rest } = JSON.parse(args[0]);
  const take = ([offsets, lengths, sources]) => ({
    offsets: Float64Array.from(offsets), lengths: Float64Array.from(lengths), sources: Float64Array.from(sources ?? []) });
  const { dev, ino, size, newSize } = rest;
  const request = {
    expected: { dev: BigInt(dev), ino: BigInt(ino), size: BigInt(size) }, newSize: BigInt(newSize),
    pieces: take(columns.pieces), checks: take(columns.checks), blocks: take(columns.blocks),
    digests: Uint8Array.from(Buffer.from(digests, 'base64')),
    bytes: Uint8Array.from(Buffer.from(bytes, 'base64')), originals: Uint8Array.from(Buffer.from(originals, 'base64')) };
  addon.limitWrites(largest);
  const file = await addon.openFile(pathOf(path));
  const task = way === 'beside' ? file.saveBeside(request) : file.saveInPlace(request, pathOf(journal));
  const { changed } = await task.result.catch(({ code, syscall }) => {
    console.log(code, syscall);
    process.exit(1);
  });
  process.exit(changed.length === 0 ? 0 : 2);
`;

export class Scene {
  readonly path: string;
  journal: string;
  readonly old: string;
  readonly wanted: string;
  readonly #folder: string;
  readonly #case: Case;

  constructor(folder: string, each: Case) {
    this.#folder = mkdtempSync(join(folder, 'scene-'));
    this.#case = each;
    this.path = join(this.#folder, 'file');
    this.journal = join(this.#folder, 'journal');
    this.old = sentence.repeat(each.size / sentence.length);
    let view = this.old;
    for (const { offset, length = 0, text } of each.edits) {
      view = view.slice(0, offset) + text + view.slice(offset + length);
    }
    this.wanted = view;
    writeFileSync(this.path, this.old);
    chmodSync(this.path, 0o640);
  }

  get content(): string {
    return readFileSync(this.path, 'latin1');
  }

  /** What is in the folder beside the file, the journal included. */
  get others(): string[] {
    return readdirSync(this.#folder).filter((name) => name !== 'file');
  }

  /** Runs the save under strace with what is injected. */
  save(...inject: readonly string[]): {
    readonly status: number | null;
    readonly said: string;
    readonly trace: string;
  } {
    const { way, edits, size } = this.#case;
    const overlay = editsOf(size, shownAt, ...edits);
    const request = requestFor(this.path, overlay, way === 'beside' ? 'whole' : 'changes');
    const trace = join(this.#folder, 'trace');
    const calls = ['-f', '-y', '-o', trace, '-e', `trace=${changing.join(',')}`, ...inject];
    const script = childScript(body);
    const { env, ...options } = childOptions();
    const done = spawnSync(
      'strace',
      [...calls, process.execPath, '-e', script, inJson(this.path, this.journal, way, request)],
      {
        ...options,
        env: { ...env, UV_THREADPOOL_SIZE: '1' },
      },
    );
    assert.equal(done.error, undefined);
    const text = readFileSync(trace, 'utf8');
    rmSync(trace);
    // strace ends as what it traced ended.
    return { status: done.signal === 'SIGKILL' ? 137 : done.status, said: done.stdout.trim(), trace: text };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function inJson(path: string, journal: string, way: string, request: SaveRequest): string {
  const { expected, newSize, pieces, checks, bytes, originals, blocks, digests } = request;
  return JSON.stringify({
    ...{ path, journal, way, largest: 3072 },
    ...{ dev: String(expected.dev), ino: String(expected.ino), size: String(expected.size), newSize: String(newSize) },
    columns: {
      pieces: [[...pieces.offsets], [...pieces.lengths], [...pieces.sources]],
      checks: [[...checks.offsets], [...checks.lengths]],
      blocks: [[...(blocks?.offsets ?? [])], [...(blocks?.lengths ?? [])]],
    },
    bytes: Buffer.from(bytes).toString('base64'),
    originals: Buffer.from(originals).toString('base64'),
    digests: Buffer.from(digests ?? []).toString('base64'),
  });
}

/** Why saves cannot be traced here. */
export function cannotTrace(): string | undefined {
  if (isSanitized()) return 'strace does not go together with AddressSanitizer';
  const done = spawnSync('strace', ['-f', '-o', '/dev/null', '/bin/true'], { encoding: 'utf8' });
  return done.status === 0 ? undefined : `strace: ${done.error?.message ?? done.stderr.trim()}`;
}
