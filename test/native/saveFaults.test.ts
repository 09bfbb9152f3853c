// A save that is killed, or refused by the disk, at each of its system calls; and the order of what it flushes. The save
// runs in a plain Node of its own under strace(1), whose counts are per thread: the file's thread does all of it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SaveRequest } from '../../native/index.d.ts';
import { editsOf, requestFor, type TextEdit } from '../support/savesOf.ts';
import { addon, childOptions, childScript, diskFolder, isSanitized, pathOf } from './addon.ts';

const size = 20_000;
const old = 'old content of the file, '.repeat(size / 25);
const shownAt = (offset: number) => old.charCodeAt(offset);

/** All calls that change anything; the threads of Node itself make none of these. */
const changing = [
  'pwrite64',
  'fallocate',
  'ftruncate',
  'fdatasync',
  'fsync',
  'link',
  'linkat',
  'unlink',
  'rename',
  'fchown',
  'fchmod',
  'fsetxattr',
  'flock',
  'copy_file_range',
];

interface Case {
  readonly name: string;
  readonly way: 'inPlace' | 'beside';
  readonly edits: readonly TextEdit[];
}

const overwriting: Case = {
  name: 'overwriting three ranges',
  way: 'inPlace',
  edits: [
    { offset: 10, length: 5, text: 'FIRST' },
    { offset: 8190, length: 6, text: 'SECOND' },
    { offset: 16_000, length: 5, text: 'THIRD' },
  ],
};
const inserting: Case = {
  name: 'inserting in place',
  way: 'inPlace',
  edits: [{ offset: 9000, text: 'inserted '.repeat(900) }],
};
const deleting: Case = {
  name: 'deleting in place',
  way: 'inPlace',
  edits: [{ offset: 3000, length: 12_000, text: '' }],
};
const replacing: Case = { name: 'inserting beside', way: 'beside', edits: [{ offset: 5000, text: 'inserted' }] };

/** The save, in a process of its own. Each write is short, so that there are some of them. */
const body = `
  const { path, journal, way, largest, columns, bytes, originals, ...rest } = JSON.parse(args[0]);
  const take = ([offsets, lengths, sources]) => ({
    offsets: Float64Array.from(offsets), lengths: Float64Array.from(lengths), sources: Float64Array.from(sources ?? []) });
  const { dev, ino, size, newSize } = rest;
  const request = {
    expected: { dev: BigInt(dev), ino: BigInt(ino), size: BigInt(size) }, newSize: BigInt(newSize),
    pieces: take(columns.pieces), checks: take(columns.checks),
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

class Scene {
  readonly path: string;
  readonly journal: string;
  readonly wanted: string;
  readonly #folder: string;
  readonly #case: Case;

  constructor(folder: string, each: Case) {
    this.#folder = mkdtempSync(join(folder, 'scene-'));
    this.#case = each;
    this.path = join(this.#folder, 'file');
    this.journal = join(this.#folder, 'journal');
    let view = old;
    for (const { offset, length = 0, text } of each.edits) {
      view = view.slice(0, offset) + text + view.slice(offset + length);
    }
    this.wanted = view;
    writeFileSync(this.path, old);
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
    const { way, edits } = this.#case;
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
  const { expected, newSize, pieces, checks, bytes, originals } = request;
  return JSON.stringify({
    ...{ path, journal, way, largest: 3000 },
    ...{ dev: String(expected.dev), ino: String(expected.ino), size: String(expected.size), newSize: String(newSize) },
    columns: {
      pieces: [[...pieces.offsets], [...pieces.lengths], [...pieces.sources]],
      checks: [[...checks.offsets], [...checks.lengths]],
    },
    bytes: Buffer.from(bytes).toString('base64'),
    originals: Buffer.from(originals).toString('base64'),
  });
}

/** Why saves cannot be traced here. */
function cannotTrace(): string | undefined {
  if (isSanitized()) return 'strace does not go together with AddressSanitizer';
  const done = spawnSync('strace', ['-f', '-o', '/dev/null', '/bin/true'], { encoding: 'utf8' });
  return done.status === 0 ? undefined : `strace: ${done.error?.message ?? done.stderr.trim()}`;
}

/** Completes what was cut off, as the next start does. */
async function recover(scene: Scene): Promise<void> {
  if (existsSync(scene.journal)) await addon.replayJournal(pathOf(scene.journal));
}

/** The save at each of its calls in turn, until it runs through. Answers how many there were. */
async function atEachCall(
  t: TestContext,
  each: Case,
  fault: string,
  look: (scene: Scene, outcome: { status: number | null; said: string }) => Promise<void>,
): Promise<number> {
  const folder = diskFolder(t);
  const { trace } = new Scene(folder, each).save();
  let count = 0;
  // strace counts each kind of call by itself.
  for (const call of changing.filter((name) => trace.includes(` ${name}(`))) {
    for (let when = 1; ; when++) {
      const scene = new Scene(folder, each);
      const outcome = scene.save('-e', `inject=${call}:${fault}:when=${when}`);
      const isClean = outcome.status === 0 && !outcome.trace.includes('(INJECTED)');
      if (isClean) assert.deepEqual([scene.content, scene.others], [scene.wanted, []]);
      else await look(scene, outcome);
      scene.remove();
      if (isClean) break;
      count++;
    }
  }
  return count;
}

for (const each of [overwriting, inserting, deleting, replacing]) {
  test(`${each.name}: a kill at any call leaves the old file, the new one, or a journal that makes it the new one`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    const seen = new Set<string>();
    const calls = await atEachCall(t, each, 'signal=KILL', async (scene, { status }) => {
      assert.equal(status, 137);
      const hadJournal = scene.others.includes('journal');
      await recover(scene);
      const { content, wanted } = scene;
      assert.ok(content === old || content === wanted, 'neither the old file nor the new one');
      if (hadJournal) assert.equal(content, wanted);
      seen.add(`${content === old ? 'old' : 'new'}${hadJournal ? ' by journal' : ''}`);
      // A part that was never whole is nobody's; the next save of the same file takes its name again.
      assert.ok(
        scene.others.every((name) => name.endsWith('.part')),
        `${scene.others}`,
      );
      if (content === old) assert.equal(scene.save().status, 0);
      assert.equal(scene.content, wanted);
    });
    assert.ok(calls >= (each.way === 'inPlace' ? 12 : 9), `${calls} calls`);
    const ways = each.way === 'inPlace' ? ['new', 'new by journal', 'old'] : ['new', 'old'];
    assert.deepEqual([...seen].sort(), ways);
  });

  for (const error of ['ENOSPC', 'EIO', 'EDQUOT']) {
    test(`${each.name}: ${error} from any call is told, and nothing is lost`, async (t) => {
      const refused = cannotTrace();
      if (refused !== undefined) return t.skip(refused);
      await atEachCall(t, each, `error=${error}`, async (scene, { status, said }) => {
        if (status === 0) {
          // Only where it does not matter: what was to be removed is left, and said nothing about the file.
          assert.equal(scene.content, scene.wanted);
          return;
        }
        assert.equal(status, 1);
        assert.match(said, new RegExp(`^${error} `));
        if (scene.others.includes('journal')) {
          await recover(scene);
          assert.equal(scene.content, scene.wanted);
        }
        assert.ok(scene.content === old || scene.content === scene.wanted);
      });
    });
  }
}

/** The calls that changed something, with the file they were about, as `call name`. */
function order(trace: string): string[] {
  const found: string[] = [];
  for (const line of trace.split('\n')) {
    const call = /^\d+\s+(\w+)\((.*)\)\s+= [^-]/.exec(line);
    if (call === null) continue;
    const [, name = '', words = ''] = call;
    const path = name === 'linkat' ? '' : (/<([^>]*)>/.exec(words)?.[1] ?? words.split('"')[1] ?? '');
    const file = path.split('/').at(-1) ?? '';
    const of = file.startsWith('scene-')
      ? 'folder'
      : file.replace(/journal\.\d+\.part|^journal$/, 'journal').replace(/^#\d+|^\.memglass-\d+\.part/, 'new');
    const said = `${name} ${of.replace(/ \(deleted\)$/, '')}`.trim();
    if (found.at(-1) !== said) found.push(said);
  }
  return found;
}

test('what a power loss may forget is never what the next step builds on', (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  const inPlace = new Scene(folder, overwriting).save();
  assert.deepEqual(order(inPlace.trace), [
    'fallocate file',
    'flock journal',
    'pwrite64 journal',
    'fdatasync journal',
    'link journal',
    'unlink journal',
    'fsync folder',
    'pwrite64 file',
    'fsync file',
    'unlink journal',
    'fsync folder',
  ]);
  const beside = order(new Scene(folder, replacing).save().trace);
  // The file has no name until it gets one by way of its descriptor.
  const after = beside.slice(beside.lastIndexOf('pwrite64 new') + 1).filter((call) => !/fchmod|fsetxattr/.test(call));
  assert.deepEqual(after, ['fsync new', 'linkat', 'rename new', 'fsync folder']);
});

test('a journal is not replayed over what somebody has written since, while its save runs, or when it is torn', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const cut = new Scene(diskFolder(t), overwriting);
  // The first write goes to the journal, the next two to the file.
  const { status } = cut.save('-e', 'inject=pwrite64:signal=KILL:when=4');
  assert.deepEqual([status, cut.others.includes('journal')], [137, true]);
  const kept = readFileSync(cut.journal);
  const changed = `${cut.content.slice(0, 8191)}#${cut.content.slice(8192)}`;
  writeFileSync(cut.path, changed);
  await assert.rejects(addon.replayJournal(pathOf(cut.journal)), { code: 'ESTALE' });
  assert.equal(cut.content, changed);
  for (const torn of [
    kept.subarray(0, 40),
    kept.subarray(0, kept.length - 1),
    Buffer.from('no journal at all'.repeat(9)),
  ]) {
    writeFileSync(cut.journal, torn);
    writeFileSync(cut.path, old);
    await assert.rejects(addon.replayJournal(pathOf(cut.journal)), { code: 'EBADMSG' });
    assert.equal(cut.content, old);
  }
  writeFileSync(cut.journal, kept);
  const holder = `import fcntl, sys; f = open(${JSON.stringify(cut.journal)}); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()`;
  const busy = spawnPython(t, holder);
  await busy.ready;
  await assert.rejects(addon.replayJournal(pathOf(cut.journal)), { code: 'EAGAIN' });
  await busy.end();
  await addon.replayJournal(pathOf(cut.journal));
  assert.deepEqual([cut.content, cut.others], [cut.wanted, []]);
});

/** A second process that is ready once it has written a line, and ends when its input does. */
function spawnPython(t: TestContext, script: string): { ready: Promise<unknown>; end(): Promise<void> } {
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const end = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  };
  t.after(end);
  return { ready: once(child.stdout, 'data'), end };
}
