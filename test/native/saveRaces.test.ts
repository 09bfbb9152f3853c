// Others who write, rename or change a file while a save of it runs, or before one that was cut off is completed: what they
// did is in the file afterwards, and the save says so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { saveFile } from '../../extension/platform/saving/saveFile.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { requestFor } from '../support/savesOf.ts';
import { addon, diskFolder, failureOf, pathOf } from './addon.ts';
import { meddler, wait } from './meddler.ts';
import { type Case, cannotTrace, overwriting, Scene } from './saveScene.ts';

const size = 20_000;

const inserting: Case = { name: 'inserting', way: 'inPlace', size, edits: [{ offset: 9000, text: 'inserted' }] };
const deleting: Case = { name: 'deleting', way: 'inPlace', size, edits: [{ offset: 9000, length: 800, text: '' }] };
/** Nothing is written where it was, so that the journal has nothing to say of that. */
const cutting: Case = {
  ...inserting,
  name: 'cutting what is not kept',
  edits: [{ offset: 15_000, length: 5000, text: '', isUnkept: true }],
};
const growing: Case = { ...inserting, name: 'growing', edits: [{ offset: 18_000, text: 'grown '.repeat(900) }] };

const replacing: Case = { ...inserting, name: 'replacing', way: 'beside' };

const put = (offset: number, text: string) =>
  `f = os.open(path, os.O_WRONLY); os.pwrite(f, b'${text}', ${offset}); os.close(f)`;

const append = put(size, 'appended');

// Before what is there is read for the journal, and once the journal is on the disk.
const before = ['journal.*part', 'flock', 1] as const;
const after = ['journal', 'unlink', 1] as const;
const change = put(16_002, '#');
const changed = (old: string) => `${old.slice(0, 16_002)}#${old.slice(16_003)}`;
const appended = (old: string) => `${old}appended`;

for (const [each, [name, call, when], act, theirs] of [
  [overwriting, before, change, changed],
  [overwriting, after, change, changed],
  [overwriting, after, append, appended],
  [inserting, after, change, changed],
  [inserting, after, append, appended],
  [deleting, after, change, changed],
  [deleting, after, append, appended],
  [cutting, before, change, changed],
  [cutting, after, change, changed],
  [cutting, after, append, appended],
] as const) {
  const what = `${each.name}: what others have ${theirs.name} before ${call}, while the journal is written`;
  test(`${what}, is not gone over`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    const scene = new Scene(diskFolder(t), each);
    const others = await meddler(t, scene, { name }, act);
    const { status, said } = scene.save(...wait(call, others, when));
    await others.ended();
    // Where the size stays, there is a place for both.
    const isBoth = each === overwriting && act === append;
    assert.equal(status, isBoth ? 0 : 1);
    assert.ok(scene.content === theirs(isBoth ? scene.wanted : scene.old), said);
    assert.deepEqual(scene.others, []);
  });
}

test('what others write while a save is prepared is told by its ranges', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, 'old content');
  const late: NativeAddon = {
    ...addon,
    openFile: async (opened) => {
      const file = await addon.openFile(opened);
      file.saveInPlace = () => {
        writeFileSync(path, 'old CONTENT');
        return {
          cancel: () => {},
          progress: () => ({ done: 0, total: 0, hasJournal: false }),
          result: Promise.reject(Object.assign(new Error(), { code: 'ESTALE', errno: 116, syscall: 'statx' })),
        };
      };
      return file;
    },
  };
  const watched = await createPlatform(late, join(folder, 'storage')).watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = new EditedSource(watched);
  await edited.edit({ offset: 4, length: 2, bytes: pathOf('--') });
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  await assert.rejects(edited.save(options), { code: 'changedMeanwhile' });
  assert.deepEqual(edited.conflict, { kind: 'changed', ranges: [{ offset: 4, length: 2 }], isCut: false });
});

test('a save that was cut off is not completed over what others have written or appended since', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  // All is written, and not all of it on the disk.
  const late = 'inject=fsync:signal=KILL:when=2';
  const early = 'inject=pwrite64:signal=KILL:when=4';
  const acts: readonly (readonly [Case, string, number])[] = [
    // After the first byte of what was written last.
    [overwriting, late, 16_003],
    [overwriting, late, 12],
    [inserting, late, size],
    [inserting, late, size + 7],
    [deleting, late, 19_000],
    [growing, early, size + 1000],
  ];
  for (const [each, cut, offset] of acts) {
    const scene = new Scene(folder, each);
    assert.equal(scene.save('-e', cut).status, 137);
    const fd = openSync(scene.path, 'r+');
    writeSync(fd, '#', offset);
    closeSync(fd);
    const { content } = scene;
    assert.ok(scene.others.includes('journal'));
    await assert.rejects(addon.replayJournal(pathOf(scene.journal)), { code: 'ESTALE' }, `${each.name} ${offset}`);
    assert.ok(scene.content === content, `${each.name} ${offset}`);
  }
});

/** Saves into a file that is this one at the path. */
async function saveInto(
  journals: Journals,
  path: string,
  { dev, ino }: { readonly dev: bigint; readonly ino: bigint },
  overlay: Overlay,
): ReturnType<typeof saveFile> {
  const identity = { dev, ino };
  return await saveFile(addon, journals, { path: pathOf(path), identity, isShared: false, overlay, task: quietTask });
}

test('saves of one file by two names at the same time are both done, one after the other', async (t) => {
  const folder = diskFolder(t);
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  const MiB = 2 ** 20;
  writeFileSync(one, 'old content '.repeat(MiB).slice(0, 8 * MiB));
  linkSync(one, other);
  const journals = new Journals(addon, join(folder, 'journals'));
  const save = async (path: string, offset: number) => {
    const overlay = new Overlay(8 * MiB);
    const put = pathOf('X'.repeat(MiB));
    overlay.edit({ offset, length: MiB, bytes: put, shown: readFileSync(path).subarray(offset, offset + MiB) });
    return await saveInto(journals, path, statSync(path, { bigint: true }), overlay);
  };
  const saved = await Promise.all([save(one, 0), save(other, MiB), save(one, 2 * MiB), save(other, 3 * MiB)]);
  assert.deepEqual(saved, Array(4).fill({ kind: 'saved', way: 'inPlace' }));
  const content = readFileSync(one, 'latin1');
  assert.ok(
    content.startsWith('X'.repeat(4 * MiB)) && content.endsWith('old content '.repeat(MiB).slice(4 * MiB, 8 * MiB)),
  );
  assert.deepEqual(readdirSync(journals.folder), []);
});

const named = { name: String.raw`\.memglass-\d+\.part` };
const another = `os.rename(path, path + '.old'); open(path, 'w').write('another'); os.utime(path)`;
const setBack = `t = os.stat(path); ${put(15_000, '#')}; os.utime(path, ns=(t.st_atime_ns, t.st_mtime_ns))`;
const isChanged = (scene: Scene) => scene.content[15_000] === '#';

// What has its time set back, what has no time, and what comes after the last look at either. Without a name of its own
// while it is made, the new file is known by the call that its save stands at.
for (const [what, moment, call, act, look] of [
  ['is written, and its time set back', 'fsync', 'fsync', setBack, isChanged],
  [
    'is given another mode',
    'fsync',
    'fsync',
    'os.chmod(path, 0o600)',
    (scene: Scene) => (statSync(scene.path).mode & 0o777) === 0o600,
  ],
  ['is another one', named, 'renameat2', another, (scene: Scene) => scene.content === 'another'],
  ['is written', named, 'renameat2', put(15_000, '#'), isChanged],
  ['is removed', named, 'renameat2', 'os.unlink(path)', (scene: Scene) => !existsSync(scene.path)],
] as const) {
  test(`a file that ${what} while a new one is made of it: nothing of that is undone`, async (t) => {
    const refused = cannotTrace();
    if (refused !== undefined) return t.skip(refused);
    const scene = new Scene(diskFolder(t), replacing);
    const others = await meddler(t, scene, moment, act);
    const { status, said } = scene.save(...wait(call, others));
    await others.ended();
    assert.deepEqual([status, said.split(' ')[0]], [1, 'ESTALE']);
    assert.ok(look(scene));
    assert.ok(
      scene.others.every((other) => other === 'file.old'),
      String(scene.others),
    );
  });
}

test('a file that others have open for writing is kept, so that what they write later is in it', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'log');
  const MiB = 2 ** 20;
  const line = 'line of a log\n';
  writeFileSync(path, line.repeat(6 * MiB));
  const file = statSync(path, { bigint: true });
  const save = async (at: number) => {
    const overlay = new Overlay(at);
    overlay.edit({ offset: 0, length: 0, bytes: pathOf('first\n'), shown: new Uint8Array(0) });
    const journals = new Journals(addon, join(folder, 'journals'));
    return await saveInto(journals, path, file, overlay);
  };
  const logger = spawn(
    'python3',
    [
      '-c',
      `
import sys
log = open(sys.argv[1], 'a')
print(flush=True)
for each in sys.stdin:
    log.write(each); log.flush(); print(flush=True)
`,
      path,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.after(() => logger.kill());
  await once(logger.stdout, 'data');
  assert.deepEqual(await save(Number(file.size)), { kind: 'saved', way: 'inPlace' });
  logger.stdin.write('later\n');
  await once(logger.stdout, 'data');
  const content = readFileSync(path, 'latin1');
  assert.ok(content.startsWith(`first\n${line}`) && content.endsWith(`${line}later\n`));
  logger.stdin.end();
  await once(logger, 'exit');
  assert.deepEqual(await save(content.length), { kind: 'saved', way: 'beside' });
});

test('a new file lets nobody in by the ACL that its folder gives', async (t) => {
  const folder = diskFolder(t);
  const scene = new Scene(folder, replacing);
  const acl = `import os, struct, sys
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in [(1,7,0xffffffff),(2,6,777),(4,5,0xffffffff),(16,7,0xffffffff),(32,5,0xffffffff)])
os.setxattr(os.path.dirname(sys.argv[1]), "system.posix_acl_default", acl)`;
  const failure = failureOf('python3', '-c', acl, scene.path);
  if (failure !== undefined) return t.skip(failure);
  const { size, mode } = statSync(scene.path, { bigint: true });
  const file = await addon.openFile(pathOf(scene.path));
  const overlay = new Overlay(Number(size));
  overlay.edit({ offset: 0, length: 0, bytes: pathOf('new'), shown: new Uint8Array(0) });
  assert.equal((await file.saveBeside(requestFor(scene.path, overlay, 'whole')).result).changed.length, 0);
  file.close();
  const names = `import os, sys; sys.exit(len(os.listxattr(sys.argv[1])))`;
  assert.equal(failureOf('python3', '-c', names, scene.path), undefined);
  assert.equal(statSync(scene.path, { bigint: true }).mode, mode);
});
