// What is open in a view is no user of its object: the list shows those who would miss it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { SharedMemoryObject } from '../../extension/core/sharedMemory/sharedMemory.ts';
import { refOfObject } from '../../extension/core/sharedMemory/sharedMemoryRef.ts';
import type { SourceRef } from '../../extension/core/sourceRef.ts';
import { openSource } from '../../extension/platform/openSource.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { SharedMemoryLookout } from '../../extension/platform/sharedMemory/sharedMemoryLookout.ts';
import { type Mode, type Program, start } from '../support/programs.ts';
import { addon, nothingHeld, shmFolder } from './addon.ts';

const size = 3 * addon.pageSize;
const holds = new OwnHolds();
const machine = { addon, holds, journals: new Journals(addon, '') };
const lookout = new SharedMemoryLookout(addon, () => holds.list());

/** The object that the program has, and no other of its class. */
async function objectOf({ pid }: Program, of: string): Promise<SharedMemoryObject> {
  const { objects } = await lookout.look();
  const found = objects.filter(
    (object) => object.class === of && object.users.some((user) => user.process.pid === pid),
  );
  assert.equal(found.length, 1, `${of} objects of ${pid}`);
  return found[0] as SharedMemoryObject;
}

async function open(t: TestContext, ref: SourceRef | undefined) {
  assert.ok(ref);
  const source = await openSource(machine, ref);
  t.after(() => source.dispose());
  return source;
}

const name = `memglass-test-${process.pid}`;
const cases: readonly [of: SharedMemoryObject['class'], mode: Mode, args: (t: TestContext) => (string | number)[]][] = [
  ['posix', 'create', () => [name, size]],
  ['sysv', 'sysv', () => [0, size]],
  ['memfd', 'memfd', () => ['x', size]],
  ['sharedAnonymous', 'anonymous', () => [size]],
  ['deleted', 'unlinked', (t) => [shmFolder(t), size]],
  ['deleted', 'unlinked-closed', (t) => [shmFolder(t), size]],
];
for (const [of, mode, args] of cases) {
  test(`${of}, by ${mode}: found, opened as it was found, and nobody counts us`, async (t) => {
    const program = await start(t, mode, ...args(t));
    const before = await objectOf(program, of);
    const source = await open(t, refOfObject(before));
    const again = await open(t, refOfObject(before));
    const into = new Uint8Array(1);
    assert.equal((await source.read(0, into)).length, 1);
    assert.deepEqual([...into], [mode.startsWith('unlinked') ? 117 : mode === 'create' || mode === 'sysv' ? 112 : 0]);
    await again.read(0, into);
    const during = await objectOf(program, of);
    const usersOf = ({ users }: SharedMemoryObject) => users.map(({ process: { pid } }) => pid);
    assert.deepEqual(usersOf(during), usersOf(before));
    if (before.class === 'sysv' && during.class === 'sysv') assert.equal(during.attachments, before.attachments);
    source.dispose();
    again.dispose();
    await nothingHeld();
    assert.deepEqual(holds.list(), []);
  });
}

test('what this process uses besides its views counts as used', async (t) => {
  const program = await start(t, 'create', name, size);
  const ref = refOfObject(await objectOf(program, 'posix'));
  await open(t, ref);
  assert.ok(ref?.kind === 'posixShm');
  const other = await addon.openFile(Uint8Array.from(Buffer.concat([Buffer.from('/dev/shm/'), ref.path])));
  t.after(() => other.close());
  const { users } = await objectOf(program, 'posix');
  assert.deepEqual(users.map(({ process: { pid } }) => pid).sort(), [process.pid, program.pid].sort());
});
