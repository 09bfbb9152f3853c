// Which parts of a file are in memory, and which are on the disk at all.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addon, diskFolder, nobodyCannotRun, open, read, runChild, shmFolder, withoutCall } from './addon.ts';

const mebibyte = 2 ** 20;

/** A file on a disk whose pages have just been thrown out of the page cache; undefined with the test skipped. */
async function coldFile(t: TestContext, size: number): Promise<string | undefined> {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(size, 0xaa));
  // dd's way to posix_fadvise(POSIX_FADV_DONTNEED), after the data are on the disk.
  execFileSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
  const file = await open(t, path);
  const shares = new Uint8Array(1);
  const { method } = await file.residency(0, size, shares);
  if (method === 'unsupported' || shares[0] !== 0) {
    t.skip(`after POSIX_FADV_DONTNEED ${method} still gives ${shares[0]}`);
    return undefined;
  }
  return path;
}

test('residency is what is in the page cache', async (t) => {
  const size = 64 * mebibyte;
  const path = await coldFile(t, size);
  if (path === undefined) return;
  const file = await open(t, path);
  const shares = new Uint8Array(16).fill(7);
  assert.equal((await file.residency(0, size, shares)).sampled, false);
  assert.deepEqual([...shares], new Array(16).fill(0), 'asking reads nothing in');
  execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'bs=1M', 'count=4', 'status=none']);
  await file.residency(0, size, shares);
  assert.equal(shares[0], 255);
  assert.equal(shares[15], 0, 'reading ahead does not go that far');
  execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'bs=1M', 'status=none']);
  await file.residency(0, size, shares);
  assert.deepEqual([...shares], new Array(16).fill(255));
  // Buckets smaller than a page, odd ones, and those past the end of the file.
  const small = new Uint8Array(1000);
  await file.residency(size - addon.pageSize, addon.pageSize * 2, small);
  assert.deepEqual(
    [...small],
    new Array(1000).fill(0).map((_, i) => (i < 500 ? 255 : 0)),
  );
  assert.equal((await file.residency(0, 0, small)).method, 'cachestat');
  assert.equal((await file.residency(0, size, new Uint8Array(0))).method, 'cachestat');
});

test('one resident page in a large bucket is seen', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);
  const fd = openSync(path, 'r+');
  writeSync(fd, 'x', 2 ** 39);
  closeSync(fd);
  const shares = new Uint8Array(4);
  const { method } = await (await open(t, path)).residency(0, 2 ** 40, shares);
  if (method !== 'cachestat') return t.skip(`${method}: large buckets are sampled`);
  assert.deepEqual([...shares], [0, 0, 1, 0]);
});

test("another user's file: refused, not a lie", (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const path = join(shmFolder(t), 'file');
  chmodSync(join(path, '..'), 0o755);
  writeFileSync(path, 'x'.repeat(10_000), { mode: 0o644 });
  const done = runChild(
    `
    const file = await addon.openFile(pathOf(args[0]));
    const shares = new Uint8Array(2).fill(7);
    console.log((await file.residency(0, 8192, shares)).method, shares.join());
    `,
    [path],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  if (done.stdout.startsWith('cachestat')) return t.skip('this kernel tells everybody');
  assert.equal(done.stdout, 'refused 0,0\n', done.stderr);
});

test('where there is no cachestat, mincore says the same', async (t) => {
  const path = await coldFile(t, 64 * mebibyte);
  if (path === undefined) return;
  execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'bs=1M', 'count=4', 'status=none']);
  for (const error of ['ENOSYS', 'EPERM'] as const) {
    const through = withoutCall('cachestat', error);
    if (typeof through === 'string') return t.skip(through);
    const done = runChild(
      `
      const file = await addon.openFile(pathOf(args[0]));
      const shares = new Uint8Array(16);
      const exact = await file.residency(0, ${64 * mebibyte}, shares);
      console.log(exact.method, exact.sampled, shares[0], shares[15]);
      const sparse = await addon.openFile(pathOf(args[1]));
      console.log((await sparse.residency(0, 2 ** 40, shares)).sampled, shares.join(''));
      `,
      [path, sparseFile(t)],
      { through },
    );
    assert.equal(done.stdout, 'mincore false 255 0\ntrue 0000000000000000\n', `${error} ${done.stderr}`);
  }
});

test('where there is no cachestat, mincore is not believed about a file of others', (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const through = withoutCall('cachestat', 'ENOSYS');
  if (typeof through === 'string') return t.skip(through);
  const done = runChild(
    `
    const file = await addon.openFile(pathOf('/etc/passwd'));
    console.log((await file.residency(0, 4096, new Uint8Array(1))).method);
    `,
    [],
    { through, uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(done.stdout, 'refused\n', done.stderr);
});

function sparseFile(t: TestContext): string {
  const path = join(shmFolder(t), 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);
  return path;
}

test('what has no page cache says so', async (t) => {
  for (const path of ['/proc/self/maps', '/dev/zero', '/sys/kernel/notes']) {
    const file = await open(t, path);
    assert.equal((await file.residency(0, 4096, new Uint8Array(1))).method, 'unsupported', path);
    assert.equal(await file.allocation(0, 4096, new Uint8Array(1)), path.startsWith('/sys'), path);
  }
});

for (const [where, folder] of [
  ['a disk', diskFolder],
  ['tmpfs', shmFolder],
] as const) {
  test(`allocation on ${where}: data, holes, and the end`, async (t) => {
    const path = join(folder(t), 'file');
    const size = 16 * mebibyte;
    writeFileSync(path, '');
    truncateSync(path, size);
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(4 * mebibyte, 1), 0, 4 * mebibyte, 4 * mebibyte);
    writeSync(fd, Buffer.alloc(4096, 1), 0, 4096, 14 * mebibyte);
    closeSync(fd);
    const file = await open(t, path);
    const four = new Uint8Array(4);
    assert.equal(await file.allocation(0, size, four), true);
    assert.deepEqual([...four], [0, 255, 0, 1]);
    assert.equal(await file.allocation(2 * mebibyte, 4 * mebibyte, four), true);
    assert.deepEqual([...four], [0, 0, 255, 255]);
    assert.equal(await file.allocation(size, size, four), true);
    assert.deepEqual([...four], [0, 0, 0, 0]);
    const one = new Uint8Array(1);
    assert.equal(await file.allocation(0, size, one), true);
    assert.equal(one[0], 63);
    assert.equal((await read(file, 0, size)).length, size);
    assert.equal(await file.allocation(0, size, four), true);
    assert.deepEqual([...four], [0, 255, 0, 1], 'reading allocates nothing');
  });
}

test('a file in thousands of pieces is judged with a bounded number of calls', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, '');
  const fd = openSync(path, 'r+');
  for (let i = 0; i < 4000; i++) writeSync(fd, 'x', i * 2 * addon.pageSize);
  closeSync(fd);
  const shares = new Uint8Array(4);
  assert.equal(await (await open(t, path)).allocation(0, 8000 * addon.pageSize, shares), true);
  for (const share of shares) assert.ok(share >= 120 && share <= 135, `${shares.join()}: half of it is data`);
});
