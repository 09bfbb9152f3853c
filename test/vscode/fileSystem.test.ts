// Memglass's schemes as files, as any other extension reads them: by vscode.workspace.fs.
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { SourceFileSystem } from '../../extension/ui/opening/sourceFileSystem.ts';
import { start, startSpace } from '../support/programs.ts';
import { makeSparse } from '../support/scratch.ts';
import { asNobody, bytesUri, until, useScratch } from './memglass.ts';
import { bytesOf, fdRef, ownerOf, patternBytes, posixRef, regionRef, sysvRef, uriOf } from './memory.ts';

const size = 16 * 4096;
const { fs } = vscode.workspace;

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

describe('Memglass’s schemes as files', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  const object = (name = 'ring') => join(scratch().shmFolder(), name);
  const fails = (work: Thenable<unknown>, code: string, words: RegExp) =>
    assert.rejects(Promise.resolve(work), (error: unknown) => {
      assert.ok(error instanceof vscode.FileSystemError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
      return true;
    });

  it('are of the exact size and for reading only', async () => {
    const path = object();
    writeFileSync(path, 'x'.repeat(1234));
    const stat = await fs.stat(uriOf(posixRef(path)));
    assert.deepEqual(
      [stat.type, stat.size, stat.permissions],
      [vscode.FileType.File, 1234, vscode.FilePermission.Readonly],
    );
    assert.equal(stat.mtime, Math.floor(statSync(path).mtimeMs));
    assert.equal(fs.isWritableFileSystem('memglass-shm'), false);
  });

  it('give the bytes of every kind of source', async () => {
    const path = object();
    writeFileSync(path, 'posix');
    const odd = Buffer.concat([Buffer.from(`${scratch().folder()}/`), Buffer.from([0xff])]);
    writeFileSync(odd, 'odd');
    const memfd = await start(owner, 'memfd', 'ring', size);
    const segment = await start(owner, 'sysv', 0, size);
    for (const program of [memfd, segment]) await program.ask(`pattern 0 ${size}`);
    const pattern = Buffer.from(patternBytes(0, size, size)).toString('latin1');
    const wanted: (readonly [vscode.Uri, string])[] = [
      [uriOf(posixRef(path)), 'posix'],
      [bytesUri(odd), 'odd'],
      [uriOf(fdRef(memfd, 'memfd:ring')), pattern],
      [uriOf(sysvRef(segment)), pattern],
      [uriOf(regionRef(memfd, size)), pattern],
    ];
    for (const [uri, bytes] of wanted) {
      assert.equal((await fs.stat(uri)).size, bytes.length, uri.toString());
      assert.equal(Buffer.from(await fs.readFile(uri)).toString('latin1'), bytes, uri.toString());
    }
  });

  it('refuse what is over the limit before anything is allocated', async () => {
    const path = object('large');
    makeSparse(path, 2 ** 40);
    const uri = uriOf(posixRef(path));
    assert.equal((await fs.stat(uri)).size, 2 ** 40);
    await fails(fs.readFile(uri), 'Unavailable', /has 1 TiB, and no more than 64 MiB are read/);
    const settings = vscode.workspace.getConfiguration('memglass.files');
    await settings.update('readLimit', 0, vscode.ConfigurationTarget.Global);
    try {
      writeFileSync(object('small'), 'x');
      await fails(fs.readFile(uri), 'Unavailable', /no more than 0 B/);
    } finally {
      await settings.update('readLimit', undefined, vscode.ConfigurationTarget.Global);
    }
    const reserved = await startSpace(owner, 'reservation', 2 ** 43);
    await fails(fs.readFile(uriOf(regionRef(reserved, 2 ** 43))), 'Unavailable', /has 8 TiB/);
  });

  it('are read no further once the user has had enough', async () => {
    const folder = vscode.extensions.getExtension('memglass.memglass')?.extensionPath ?? '';
    const platform = createPlatform(loadNativeAddon(join(folder, 'dist/memglass.node')));
    const path = object('large');
    makeSparse(path, 32 * 2 ** 20);
    let [reads, closed] = [0, 0];
    const files = new SourceFileSystem(
      {
        ...platform,
        openSource: async (ref) => {
          const source = await platform.openSource(ref);
          const read = source.read.bind(source);
          source.read = (offset, into) => {
            reads++;
            return read(offset, into);
          };
          const dispose = source.dispose.bind(source);
          source.dispose = () => {
            closed++;
            dispose();
          };
          return source;
        },
      },
      // The user ends it after the third piece.
      (_, run) =>
        run(
          () => reads >= 3,
          () => {},
        ),
    );
    try {
      await fails(files.readFile(uriOf(posixRef(path))), 'Unavailable', /Cancelled/);
      assert.deepEqual([reads, closed], [3, 1]);
    } finally {
      files.dispose();
    }
  });

  it('refuse what has holes, and say where', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    await program.ask(`pattern 0 ${size}`);
    const ref = regionRef(program, size);
    await fails(
      fs.readFile(uriOf({ ...ref, end: ref.start + 2n ** 25n })),
      'Unavailable',
      /from offset 0x[0-9A-F]+000 \(\d+\) on are not there/,
    );
  });

  it('refuse in words what is not there or not allowed', async () => {
    await fails(fs.stat(uriOf(posixRef('/dev/shm/memglass-none'))), 'FileNotFound', /no shared memory/);
    await fails(fs.readFile(vscode.Uri.parse('memglass-region:/1-2-zz')), 'FileNotFound', /names no file/);
    const program = await start(owner, 'memfd', 'ring', size);
    const uri = uriOf(regionRef(program, size));
    await program.kill();
    await fails(fs.readFile(uri), 'FileNotFound', /has ended/);
    const path = object('secret');
    writeFileSync(path, 'x', { mode: 0o600 });
    if (process.getuid?.() === 0) {
      await asNobody(() => fails(fs.readFile(uriOf(posixRef(path))), 'NoPermissions', /may not read/));
    }
  });

  it('are never written, deleted, renamed or made', async () => {
    const path = object();
    writeFileSync(path, 'posix');
    const uri = uriOf(posixRef(path));
    const other = uriOf(posixRef(`${path}-2`));
    for (const act of [
      () => fs.writeFile(uri, bytesOf('x')),
      () => fs.writeFile(other, bytesOf('x')),
      () => fs.delete(uri),
      () => fs.rename(uri, other),
      () => fs.copy(uri, other),
      () => fs.createDirectory(other),
    ]) {
      await assert.rejects(Promise.resolve(act()), (error: unknown) => error instanceof Error);
    }
    assert.equal(String(await fs.readFile(vscode.Uri.file(path))), 'posix');
  });

  it('tell a watcher of a new size and of the end, and hold nothing afterwards', async () => {
    const path = object();
    writeFileSync(path, 'posix');
    const folder = vscode.extensions.getExtension('memglass.memglass')?.extensionPath ?? '';
    const files = new SourceFileSystem(createPlatform(loadNativeAddon(join(folder, 'dist/memglass.node'))));
    const seen: string[] = [];
    files.onDidChangeFile((events) => {
      for (const { type } of events) seen.push(type === vscode.FileChangeType.Deleted ? 'deleted' : 'changed');
    });
    const uri = uriOf(posixRef(path));
    const watching = files.watch(uri);
    // One that is over before it begins, and one of nothing.
    files.watch(uri).dispose();
    files.watch(uriOf(posixRef('/dev/shm/memglass-none'))).dispose();
    try {
      await until(
        () => {
          appendFileSync(path, 'x');
          return seen.length;
        },
        (count) => count > 0,
        'a change',
      );
      rmSync(path);
      await until(
        () => seen.at(-1),
        (last) => last === 'deleted',
        'the end',
      );
    } finally {
      watching.dispose();
      files.dispose();
    }
    await until(
      () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(path)),
      (links) => links.length === 0,
      'nothing is held',
    );
  });
});
