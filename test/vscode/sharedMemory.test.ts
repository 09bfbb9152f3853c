// What is shared and who uses it, by real programs that share memory in each of the ways there are.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ObjectUser, SharedMemoryObject } from '../../extension/api.d.ts';
import { listName } from '../../extension/core/sharedMemory/sharedMemoryList.ts';
import { type Program, start, startTimeOf } from '../support/programs.ts';
import { memglass, until, useScratch } from './memglass.ts';
import { ownerOf } from './memory.ts';

const size = 3 * 4096;

const list = async () => await (await memglass()).sharedMemory.list();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const pids = (object: SharedMemoryObject | undefined) => object?.users.map(({ process }) => process.pid);
const sorted = (...numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** The objects that one of these processes uses, and those of this name. */
async function objectsOf(programs: readonly Program[], name?: string): Promise<readonly SharedMemoryObject[]> {
  const mine = programs.flatMap(({ pid, child }) => [pid, child]);
  const isMine = ({ users }: SharedMemoryObject) => users.some(({ process }) => mine.includes(process.pid));
  return (await list()).filter((object) => isMine(object) || (name !== undefined && text(object.name) === name));
}

async function only(programs: readonly Program[], name?: string): Promise<SharedMemoryObject> {
  const [object, ...others] = await objectsOf(programs, name);
  assert.ok(object !== undefined, 'it is listed');
  assert.deepEqual(others, [], 'and nothing else');
  return object;
}

function userOf(object: SharedMemoryObject, pid: number): ObjectUser {
  const user = object.users.find(({ process }) => process.pid === pid);
  assert.ok(user !== undefined, `process ${pid} uses it`);
  assert.equal(user.process.startTime, startTimeOf(pid));
  assert.equal(text(user.process.name), 'shared_memory');
  return user;
}

/** `rw-s address`, of each mapping. */
function mappingsOf(object: SharedMemoryObject, pid: number): readonly string[] {
  return userOf(object, pid).mappings.map(({ rights, sharing, start }) => {
    const letters = `${rights.read ? 'r' : '-'}${rights.write ? 'w' : '-'}${rights.execute ? 'x' : '-'}`;
    return `${letters}${sharing === 'shared' ? 's' : 'p'} ${start.toString(16)}`;
  });
}

/** A child ends a moment after its parent, which is all that is waited for. */
async function areGone(programs: readonly Program[]): Promise<void> {
  await until(
    async () => (await objectsOf(programs)).length,
    (count) => count === 0,
    'objects that are left',
  );
}

const at = (letters: string, { address }: Program) => `${letters} ${address.toString(16)}`;

describe('Shared memory is listed with exactly its users', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  const run = (...args: Parameters<typeof start> extends [unknown, ...infer Rest] ? Rest : never) =>
    start(owner, ...args);
  let serial = 0;
  const unique = () => {
    const name = `memglass-${process.pid}-${serial++}`;
    owner.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
    return name;
  };

  it('a producer and its consumer, from shm_open to the end of both', async () => {
    const name = unique();
    const producer = await run('create', name, size);
    const consumer = await run('attach', name, size);
    const copier = await run('private', name, size);
    const holder = await run('hold', name, size);
    const object = await only([producer, consumer, copier, holder], name);
    assert.ok(object.class === 'posix');
    const stat = statSync(`/dev/shm/${name}`, { bigint: true });
    assert.deepEqual([object.identity.inode, object.facts?.size, object.isReachable], [stat.ino, BigInt(size), true]);
    assert.deepEqual(pids(object), sorted(producer.pid, consumer.pid, copier.pid, holder.pid));
    assert.deepEqual(mappingsOf(object, producer.pid), [at('rw-s', producer)]);
    assert.deepEqual(mappingsOf(object, consumer.pid), [at('r--s', consumer)]);
    assert.deepEqual(mappingsOf(object, copier.pid), [at('rw-p', copier)]);
    assert.deepEqual(userOf(object, holder.pid).descriptors, [{ fd: holder.fd, access: 'read' }]);
    const { users } = (await memglass()).sharedMemory;
    assert.deepEqual(await users(`/${name}`), object.users);
    assert.deepEqual(await users(object), object.users);

    await producer.end(); // which unlinks it
    const deleted = await only([consumer, copier, holder], name);
    assert.deepEqual(
      [deleted.class, text(deleted.name), pids(deleted)],
      ['deleted', `/dev/shm/${name}`, sorted(consumer.pid, copier.pid, holder.pid)],
    );
    assert.deepEqual(await users(object), deleted.users, 'what was listed is found by what it is, not by its name');
    await assert.rejects(users(name), { code: 'notFound' });
    for (const program of [consumer, copier, holder]) await program.end();
    assert.deepEqual(await objectsOf([], name), []);
    await assert.rejects(users(object), { code: 'notFound' });
  });

  it('a parent and its child with an anonymous mapping', async () => {
    const program = await run('anonymous', size);
    const object = await only([program]);
    assert.equal(object.class, 'sharedAnonymous');
    assert.deepEqual(pids(object), sorted(program.pid, program.child));
    for (const pid of [program.pid, program.child]) assert.deepEqual(mappingsOf(object, pid), [at('rw-s', program)]);
    await program.end();
    await areGone([program]);
  });

  it('a memfd that was passed over a socket', async () => {
    const program = await run('memfd', 'passed', size);
    const object = await only([program]);
    assert.deepEqual([object.class, text(object.name), object.extent?.size], ['memfd', 'passed', BigInt(size)]);
    assert.deepEqual(pids(object), sorted(program.pid, program.child));
    const { descriptors } = userOf(object, program.child);
    assert.ok(descriptors.some(({ fd }) => fd === program.childFd));
    await program.end();
    await areGone([program]);
  });

  it('a pair that attaches a System V segment, and one that is removed with key 0 and still attached', async () => {
    const key = 0x4d470000 + (process.pid & 0xffff);
    const kept = await run('sysv', key, size - 5);
    const removed = await run('sysv-removed', 0, size);
    const object = await only([kept]);
    assert.ok(object.class === 'sysv');
    assert.deepEqual([object.shmid, object.segment?.key, object.segment?.size], [kept.id, key, BigInt(size - 5)]);
    assert.deepEqual([object.attachments, object.unseenAttachments], [3, 0]);
    assert.deepEqual(pids(object), sorted(kept.pid, kept.child));
    assert.deepEqual([object.creator.kind, object.creator.pid], ['alive', kept.pid]);
    const gone = await only([removed]);
    assert.ok(gone.class === 'sysv');
    assert.deepEqual([gone.shmid, gone.segment?.key, gone.segment?.isRemoved], [removed.id, 0, true]);
    assert.deepEqual(pids(gone), sorted(removed.pid, removed.child));
    await kept.end();
    await removed.end();
    await areGone([kept, removed]);
  });

  it('a buffer whose temporary file is unlinked, on a disk and in /dev/shm', async () => {
    for (const folder of [scratch().folder(), '/dev/shm']) {
      const program = await run('unlinked', folder, size);
      const object = await only([program]);
      assert.ok(object.class === 'deleted' && text(object.name).startsWith(`${folder}/store-`));
      assert.deepEqual([object.deletion, object.extent?.size], ['certain', BigInt(size)]);
      assert.deepEqual(pids(object), [program.pid]);
      await program.end();
      await areGone([program]);
    }
  });

  it('a memfd and a System V segment of the same device and inode', async function () {
    const memfd = await run('memfd', 'collides', size);
    const { identity } = await only([memfd]);
    try {
      // The id of the next segment: root may choose it.
      writeFileSync('/proc/sys/kernel/shm_next_id', String(identity.inode));
    } catch {
      this.skip();
    }
    const segment = await run('sysv', 0, size);
    assert.equal(BigInt(segment.id), identity.inode);
    const [one, other] = [await only([memfd]), await only([segment])];
    assert.deepEqual([one.identity.device, one.identity.inode], [other.identity.device, other.identity.inode]);
    assert.deepEqual([one.class, other.class], ['memfd', 'sysv']);
    assert.deepEqual(pids(one), sorted(memfd.pid, memfd.child));
    assert.deepEqual(pids(other), sorted(segment.pid, segment.child));
  });

  it('a process that execs between two looks has let go, and one that is killed is gone', async () => {
    const name = unique();
    const holder = await run('create', name, size);
    const other = await run('attach', name, size);
    assert.deepEqual(pids(await only([holder, other], name)), sorted(holder.pid, other.pid));
    holder.tell('exec');
    // Its descriptor closes with exec, and so does its mapping.
    await until(
      () => readFileSync(`/proc/${holder.pid}/comm`, 'utf8'),
      (comm) => comm === 'cat\n',
      'exec',
    );
    assert.deepEqual(pids(await only([other], name)), [other.pid]);
    await other.kill();
    const [left] = await objectsOf([], name);
    assert.deepEqual(pids(left), []);
  });

  it('links, pipes and folders in /dev/shm are no segments, and what is in a folder is not reachable', async () => {
    const folder = scratch().shmFolder();
    const below = folder.slice('/dev/shm/'.length);
    writeFileSync(join(folder, 'inner'), 'bytes');
    symlinkSync('/etc/passwd', join(folder, 'link'));
    const found = (await list()).filter((object) => text(object.name).startsWith(below));
    assert.deepEqual(
      found.map((object) => [text(object.name), object.class, object.class === 'posix' && object.isReachable]),
      [[`${below}/inner`, 'posix', false]],
    );
  });

  it('names made to confuse are exact as bytes and harmless in the list', async () => {
    const names = ['new\nline', 'esc\u001b[31m', 'bidi\u202egpj', '<b>*bold*', 'ends (deleted)', '\\012', 'sem.'];
    for (const name of names) {
      const whole = `${unique()}${name}`;
      owner.after(() => rmSync(`/dev/shm/${whole}`, { force: true }));
      const program = await run('create', whole, size);
      const object = await only([program], whole);
      assert.deepEqual([text(object.name), object.class, object.nameIsExact], [whole, 'posix', true]);
      assert.match(listName(object), /^[\x20-\x7e]+$/);
      await program.end();
    }
  });
});

describe('The Shared Memory view', () => {
  const watchesShm = () => {
    const { ino } = statSync('/dev/shm');
    return readdirSync('/proc/self/fd').some((fd) => {
      try {
        if (readlinkSync(`/proc/self/fd/${fd}`) !== 'anon_inode:inotify') return false;
        return new RegExp(`^inotify wd:\\S+ ino:${ino.toString(16)} `, 'm').test(
          readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'),
        );
      } catch {
        return false;
      }
    });
  };

  it('watches while it shows, and is silent while it is hidden', async () => {
    await memglass();
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until(watchesShm, (watches) => !watches, 'no watch before');
    await vscode.commands.executeCommand('memglass.sharedMemory.focus');
    await until(watchesShm, (watches) => watches, 'a watch while it shows');
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until(watchesShm, (watches) => !watches, 'no watch while it is hidden');
  });
});
