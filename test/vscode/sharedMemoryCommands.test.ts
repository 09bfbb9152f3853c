// Shared memory made, written, resized, copied and removed by commands with arguments and by the public API, with real
// second processes that have it mapped.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { start } from '../support/programs.ts';
import { asNobody, closeAllTabs, memglass, until, useScratch } from './memglass.ts';

const scratch = useScratch();
const owner = { after: (undo: () => void | Promise<void>) => scratch().defer(undo) };

interface Leaks {
  readonly leaked: readonly { label: string; doubts?: undefined }[];
  readonly looksLeaked: readonly { label: string; doubts: string[] }[];
}

let count = 0;
const freshName = () => `memglass-test-${process.pid}-${count++}`;

function run(command: string, argument: object): Promise<unknown> {
  return Promise.resolve(vscode.commands.executeCommand(command, argument));
}

/** So that nothing is left of a test, whatever it has removed itself. */
function removeLater(which: object): void {
  scratch().defer(() =>
    run('memglass.sharedMemory.unlink', which).then(
      () => {},
      () => {},
    ),
  );
}

/** A POSIX object that is gone after the test. */
async function create(more: object = {}): Promise<{ name: string; path: string; uri: string }> {
  const name = freshName();
  const made = await run('memglass.sharedMemory.create', { name, size: 4096, ...more });
  removeLater({ name });
  const { uri } = made as { uri: string };
  return { name, path: `/dev/shm/${name}`, uri };
}

async function createSegment(more: object = {}): Promise<number> {
  const made = await run('memglass.sharedMemory.create', { key: 'private', size: 4096, ...more });
  const { shmid } = made as { shmid: number };
  removeLater({ shmid });
  return shmid;
}

const rejects = (promise: Promise<unknown>, sentence: RegExp) => assert.rejects(promise, sentence);

describe('shared memory by commands', () => {
  afterEach(closeAllTabs);

  it('is made as it is asked for, and answers plain data', async () => {
    const name = freshName();
    const made = await run('memglass.sharedMemory.create', {
      name: `/${name}`,
      size: '64K',
      fill: 'AA55',
      mode: '640',
    });
    removeLater({ name });
    assert.deepEqual(JSON.parse(JSON.stringify(made)), {
      name: `/${name}`,
      size: 65536,
      uri: `memglass-shm:/dev/shm/${name}`,
    });
    const path = `/dev/shm/${name}`;
    const { size, blocks, mode } = statSync(path);
    assert.deepEqual([size, blocks * 512, mode & 0o777], [65536, 65536, 0o640]);
    assert.ok(readFileSync(path).every((byte, at) => byte === (at % 2 === 0 ? 0xaa : 0x55)));
    // Nothing is opened for whoever asked nothing of the kind.
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
  });

  it('takes its contents from a file, and refuses one that does not fit', async () => {
    const file = join(scratch().folder(), 'contents');
    writeFileSync(file, 'from a file');
    const { path } = await create({ size: 16, fill: { file }, reserve: false });
    assert.equal(readFileSync(path, 'latin1'), 'from a file\0\0\0\0\0');
    const name = freshName();
    await rejects(run('memglass.sharedMemory.create', { name, size: 4, fill: { file } }), /past the end/);
    assert.ok(!existsSync(`/dev/shm/${name}`));
  });

  it('says what was wrong with what it was called with, and does nothing', async () => {
    await rejects(run('memglass.sharedMemory.create', { name: 'a/b', size: 1 }), /cannot use this: name: a\/b/);
    await rejects(run('memglass.sharedMemory.create', { name: 'x', size: 'end' }), /size: end/);
    await rejects(run('memglass.sharedMemory.resize', {}), /cannot use this/);
    await rejects(run('memglass.sharedMemory.unlink', { name: freshName() }), /is gone/);
  });

  it('never takes what exists: a name, a key', async () => {
    const { name, path } = await create({ fill: '01' });
    await rejects(run('memglass.sharedMemory.create', { name, size: 1 }), /exists already/);
    assert.equal(readFileSync(path)[0], 1);
    const key = 0x4d670000 + (process.pid % 0x8000);
    await createSegment({ key });
    await rejects(run('memglass.sharedMemory.create', { key, size: 1 }), /key exists already/);
  });

  it('says that there is no room before anything is written', async () => {
    const name = freshName();
    // Others may take and give back meanwhile: more than it ever has.
    const { bsize, blocks, bavail } = statfsSync('/dev/shm');
    const more = (blocks + 1000) * bsize;
    await rejects(
      run('memglass.sharedMemory.create', { name, size: more }),
      /no room .* are asked for and .* are free/s,
    );
    assert.ok(!existsSync(`/dev/shm/${name}`));
    const free = statfsSync('/dev/shm').bavail;
    assert.ok(free > bavail / 2);
  });

  it('is written so that who has it mapped sees it at once', async () => {
    const name = freshName();
    const producer = await start(owner, 'create', name, 8192);
    await run('memglass.sharedMemory.fill', { name, range: '0x10..0x13', fill: 'C0FFEE' });
    assert.deepEqual(
      [await producer.ask('peek 16'), await producer.ask('peek 19'), await producer.ask('peek 20')],
      ['192', '192', '0'],
    );
    const file = join(scratch().folder(), 'data');
    writeFileSync(file, 'loaded');
    await run('memglass.sharedMemory.loadFile', { name, file, offset: '0x1FFA' });
    assert.equal(await producer.ask('peek 8191'), String('d'.charCodeAt(0)));
    await rejects(run('memglass.sharedMemory.loadFile', { name, file, offset: 8190 }), /past the end/);
    assert.equal(statSync(`/dev/shm/${name}`).size, 8192);
  });

  it('is resized under a mapper, in both directions', async () => {
    const name = freshName();
    const producer = await start(owner, 'create', name, 8192);
    await run('memglass.sharedMemory.resize', { name, size: '16K' });
    assert.equal(statSync(`/dev/shm/${name}`).size, 16384);
    await run('memglass.sharedMemory.resize', { name, size: 4096 });
    assert.equal(statSync(`/dev/shm/${name}`).size, 4096);
    assert.equal(await producer.ask('peek 0'), String('p'.charCodeAt(0)));
  });

  it('respects the seals of a memfd, and writes into it where they let', async () => {
    const label = freshName();
    const passer = await start(owner, 'memfd', label, 4096);
    await passer.ask(`seal ${passer.fd}`);
    const which = { uri: `memglass-fd:/${await refOfDescriptor(passer.pid, passer.fd, label)}/x` };
    await rejects(run('memglass.sharedMemory.resize', { ...which, size: 8192 }), /sealed/);
    await run('memglass.sharedMemory.fill', { ...which, range: '8', fill: '2A' });
    assert.equal(await passer.ask('peek 8'), '42');
  });

  it('changes mode and owner of the very object', async () => {
    const { name, path } = await create();
    assert.deepEqual(await run('memglass.sharedMemory.changeMode', { name, mode: '644' }), {
      mode: 0o644,
      uid: 0,
      gid: 0,
    });
    assert.equal(statSync(path).mode & 0o777, 0o644);
    const shmid = await createSegment();
    await run('memglass.sharedMemory.changeMode', { shmid, mode: 0o666, gid: 65534 });
    const row = readFileSync('/proc/sysvipc/shm', 'utf8')
      .split('\n')
      .find((line) => line.trim().split(/\s+/)[1] === `${shmid}`);
    assert.deepEqual(row?.trim().split(/\s+/)[2], '666');
  });

  it('is saved and duplicated, sparse as it is', async () => {
    const { name, path } = await create({ size: '1GiB', reserve: false });
    await run('memglass.sharedMemory.fill', { name, range: '0x20000000 +4', fill: 'AB' });
    const file = join(scratch().folder(), 'saved.bin');
    await run('memglass.sharedMemory.saveToFile', { name, file });
    assert.equal(statSync(file).size, 2 ** 30);
    assert.ok(statSync(file).blocks * 512 < 2 ** 20);
    await rejects(run('memglass.sharedMemory.saveToFile', { name, file }), /exists already/);
    const copy = `${name}-copy`;
    await run('memglass.sharedMemory.duplicate', { name, as: copy });
    removeLater({ name: copy });
    assert.deepEqual(
      [statSync(`/dev/shm/${copy}`).size, statSync(`/dev/shm/${copy}`).blocks],
      [2 ** 30, statSync(path).blocks],
    );
    const shmid = await createSegment({ fill: '07' });
    const twin = (await run('memglass.sharedMemory.duplicate', { shmid, as: 'private' })) as { shmid: number };
    await run('memglass.sharedMemory.saveToFile', { shmid: twin.shmid, file: `${file}.twin` });
    assert.ok(readFileSync(`${file}.twin`).every((byte) => byte === 7));
    await run('memglass.sharedMemory.unlink', { shmid: twin.shmid });
  });

  it('gives the lines of C that attach', async () => {
    const { name } = await create();
    await run('memglass.sharedMemory.copyAsC', { name });
    assert.match(await vscode.env.clipboard.readText(), new RegExp(`shm_open\\("/${name}", O_RDWR, 0\\)`));
  });

  it('loses its name while it is mapped, and stays with who has it', async () => {
    const name = freshName();
    const producer = await start(owner, 'create', name, 4096);
    await run('memglass.sharedMemory.unlink', { name });
    assert.ok(!existsSync(`/dev/shm/${name}`));
    assert.equal(await producer.ask('peek 0'), String('p'.charCodeAt(0)));
    const pair = await start(owner, 'sysv', 0, 4096);
    await run('memglass.sharedMemory.unlink', { shmid: pair.id });
    assert.equal(await pair.ask('peek 1'), String('c'.charCodeAt(0)));
    await rejects(run('memglass.sharedMemory.unlink', { shmid: pair.id }), /no name or key any more/);
  });

  it('posts to a semaphore so that who waits wakes, and tells a waiter that was killed', async () => {
    const name = freshName();
    const waiter = await start(owner, 'semaphore', name, 0);
    const inspect = () =>
      run('memglass.semaphore.inspect', { name }) as Promise<{ waiters: number; looksStale: boolean }>;
    await until(inspect, ({ waiters }) => waiters === 1, 'it waits');
    assert.deepEqual(await run('memglass.semaphore.tryWait', { name }), {
      value: 0,
      waiters: 1,
      looksStale: false,
      taken: false,
    });
    await run('memglass.semaphore.post', { name });
    await until(
      () => waiter.ask('peek 0'),
      (passed) => passed === '1',
      'it was let through',
    );
    await until(inspect, ({ waiters }) => waiters === 1, 'it waits again');
    // Both end without a chance to count the waiter out, and to remove the name.
    await waiter.kill();
    removeLater({ name });
    // Where some process cannot be looked into, nobody can tell that none of them waits.
    const { leaked, looksLeaked } = (await run('memglass.sharedMemory.findLeaks', {})) as Leaks;
    const isSure = [...leaked, ...looksLeaked]
      .filter(({ label }) => label === name)
      .every(({ doubts }) => doubts === undefined || doubts.join() === 'tooYoung');
    await until(inspect, ({ looksStale }) => looksStale === isSure, `looks stale: ${isSure}`);
    assert.equal(((await run('memglass.semaphore.post', { name })) as { value: number }).value, 1);
    assert.equal(((await run('memglass.semaphore.tryWait', { name })) as { taken: boolean }).taken, true);
  });

  it('tells an object and a semaphore of one name apart by what is done', async () => {
    const { name, path } = await create({ fill: '05' });
    const waiter = await start(owner, 'semaphore', name, 1);
    await run('memglass.semaphore.post', { name });
    await until(
      () => waiter.ask('peek 0'),
      (passed) => passed === '2',
      'it was let through twice',
    );
    await run('memglass.sharedMemory.fill', { name, fill: '06' });
    assert.equal(readFileSync(path)[0], 6);
    await rejects(
      run('memglass.sharedMemory.resize', { name: `sem.${name}`, size: 1 }),
      /cannot be done with this object/,
    );
  });

  it('takes no file of three bytes for a semaphore', async () => {
    const name = freshName();
    const path = `/dev/shm/sem.${name}`;
    writeFileSync(path, 'abc');
    removeLater({ name });
    for (const command of ['inspect', 'post', 'tryWait']) {
      await rejects(run(`memglass.semaphore.${command}`, { name }), /is no semaphore/);
    }
    assert.equal(readFileSync(path, 'utf8'), 'abc');
  });

  it('finds what nobody uses, and calls nothing leaked that is young or held', async () => {
    const name = freshName();
    await start(owner, 'create', name, 4096);
    // A machine that is held up meanwhile looks when it is young no more.
    const doubts = async () => {
      const { name: left } = await create();
      const found = (await run('memglass.sharedMemory.findLeaks', {})) as Leaks;
      const all = [...found.leaked, ...found.looksLeaked].map(({ label }) => label);
      assert.deepEqual([all.includes(name), all.includes(left)], [false, true]);
      return found.looksLeaked.find(({ label }) => label === left)?.doubts;
    };
    await until(doubts, (all) => all?.includes('tooYoung') === true, 'one too young to be judged');
  });

  it('belongs to its owner: others are told that they may not', async () => {
    if (process.getuid?.() !== 0) return;
    const { name, path } = await create();
    await asNobody(async () => {
      await rejects(run('memglass.sharedMemory.fill', { name, fill: '01' }), /may not change/);
      await rejects(run('memglass.sharedMemory.resize', { name, size: 1 }), /may not/);
      await rejects(run('memglass.sharedMemory.unlink', { name }), /may not change/);
    });
    assert.equal(statSync(path).size, 4096);
  });

  it('is not made or changed from an untrusted workspace', () => {
    // The workspace of the tests is trusted: what is left to see is what the manifest says.
    const { packageJSON } = vscode.extensions.getExtension('memglass.memglass') ?? {};
    const commands: { command: string; enablement?: string }[] = packageJSON.contributes.commands;
    const writes =
      /^memglass\.(sharedMemory|semaphore)\.(create|fill|loadFile|flush|resize|changeMode|saveToFile|duplicate|unlink|post|tryWait)$/;
    const writing = commands.filter(({ command }) => writes.test(command));
    assert.equal(writing.length, 11);
    for (const { command, enablement } of writing) assert.equal(enablement, 'isWorkspaceTrusted', command);
  });
});

describe('shared memory by the public API', () => {
  it('is made, resized and removed, and refusals have a code', async () => {
    const { sharedMemory } = await memglass();
    const name = freshName();
    const made = await sharedMemory.create({ name, size: '64K', fill: { text: 'hello' } });
    assert.equal(made.name, `/${name}`);
    await sharedMemory.resize({ uri: made.uri }, '128K');
    const { size, ino } = lstatSync(`/dev/shm/${name}`);
    assert.equal(size, 131072);
    await assert.rejects(sharedMemory.create({ name, size: 1 }), { code: 'nameTaken' });
    assert.equal(lstatSync(`/dev/shm/${name}`).ino, ino);
    await sharedMemory.unlink({ name });
    assert.ok(!existsSync(`/dev/shm/${name}`));
    await assert.rejects(sharedMemory.unlink({ name }), { code: 'gone' });
    await assert.rejects(sharedMemory.create({ name, size: -1 }), { code: 'badArgument' });
  });

  it('takes an object for what it is, and not for its name', async () => {
    const { sharedMemory } = await memglass();
    const name = freshName();
    await sharedMemory.create({ name, size: 4096 });
    removeLater({ name });
    const isOurs = (object: { name: Uint8Array }) => Buffer.from(object.name).toString() === name;
    const object = (await sharedMemory.list()).find(isOurs);
    assert.ok(object !== undefined);
    await sharedMemory.unlink(object);
    await sharedMemory.create({ name, size: 8192 });
    await assert.rejects(sharedMemory.unlink(object), { code: 'gone' });
    assert.equal(statSync(`/dev/shm/${name}`).size, 8192);
  });
});

/** What stands in a memfd's URI: pid, start time, descriptor, inode, name. */
async function refOfDescriptor(pid: number, fd: number, name: string): Promise<string> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const { ino } = statSync(`/proc/${pid}/fd/${fd}`);
  return `${pid}-${startTime}-${fd}-${ino}-${Buffer.from(`memfd:${name}`).toString('hex')}`;
}
