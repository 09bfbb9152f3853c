// A save that is killed, or refused by the disk, at each of its system calls; and the order of what it flushes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { addon, diskFolder, pathOf } from './addon.ts';
import { type Case, cannotTrace, changing, Scene } from './saveScene.ts';

const size = 20_000;

const overwriting: Case = {
  name: 'overwriting three ranges',
  way: 'inPlace',
  size,
  edits: [
    { offset: 10, length: 5, text: 'FIRST' },
    { offset: 8190, length: 6, text: 'SECOND' },
    { offset: 16_000, length: 5, text: 'THIRD' },
  ],
};
const inserting: Case = {
  name: 'inserting in place',
  way: 'inPlace',
  size,
  edits: [{ offset: 9000, text: 'inserted '.repeat(900) }],
};
const deleting: Case = {
  name: 'deleting in place',
  way: 'inPlace',
  size,
  edits: [{ offset: 3000, length: 12_010, text: '' }],
};
const replacing: Case = { name: 'inserting beside', way: 'beside', size, edits: [{ offset: 5000, text: 'inserted' }] };
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
  calls = changing,
): Promise<number> {
  const folder = diskFolder(t);
  const { trace } = new Scene(folder, each).save();
  let count = 0;
  // strace counts each kind of call by itself.
  for (const call of calls.filter((name) => trace.includes(` ${name}(`))) {
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
      const { content, old, wanted } = scene;
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
        assert.ok(scene.content === scene.old || scene.content === scene.wanted);
      });
    });
  }
}

test('a long file, which is copied past the page cache in parts, is the old one after a kill or a refusal at any part', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const long: Case = { name: 'long', way: 'beside', size: 35_000_000, edits: [{ offset: 5000, text: 'inserted' }] };
  for (const fault of ['signal=KILL', 'error=EIO']) {
    const calls = await atEachCall(
      t,
      long,
      fault,
      async (scene, { status }) => {
        assert.equal(status, fault === 'error=EIO' ? 1 : 137);
        assert.ok(scene.content === scene.old);
        assert.deepEqual(scene.others, []);
      },
      ['fallocate', 'io_submit'],
    );
    assert.ok(calls > 5, `${calls} calls`);
  }
});

/** The calls that changed something, with the file they were about, as `call name`. */
function order(trace: string): string[] {
  const found: string[] = [];
  for (const line of trace.split('\n')) {
    const call = /^\d+\s+(\w+)\((.*)\)\s+= [^-]/.exec(line);
    if (call === null) continue;
    const [, name = '', words = ''] = call;
    const path =
      name === 'linkat' || name === 'renameat2' ? '' : (/<([^>]*)>/.exec(words)?.[1] ?? words.split('"')[1] ?? '');
    const file = path.split('/').at(-1) ?? '';
    const of = file.startsWith('scene-')
      ? 'folder'
      : file.replace(/journal\.[\da-f]+\.part|^journal$/, 'journal').replace(/^#\d+|^\.memglass-\d+\.part/, 'new');
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
  assert.deepEqual(after, ['fsync new', 'linkat', 'renameat2', 'unlink new', 'fsync folder']);
});

test('a journal is not replayed over what somebody has written since, while its save runs, or when it is torn', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const cut = new Scene(diskFolder(t), overwriting);
  // The first write goes to the journal, the next two to the file.
  const { status } = cut.save('-e', 'inject=pwrite64:signal=KILL:when=4');
  assert.deepEqual([status, cut.others.includes('journal')], [137, true]);
  const kept = readFileSync(cut.journal);
  const half = cut.content;
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
    writeFileSync(cut.path, half);
    await assert.rejects(addon.replayJournal(pathOf(cut.journal)), { code: 'EBADMSG' });
    assert.equal(cut.content, half);
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
