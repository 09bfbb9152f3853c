import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { OwnHold } from '../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { SharedMemoryLookout } from '../../../extension/platform/sharedMemory/sharedMemoryLookout.ts';
import type { FolderListing, NameColumn, NativeAddon, SharedUsers } from '../../../native/index.d.ts';
import { shown } from '../core/sharedMemory/sharedMemoryScans.ts';

// Other processes really share memory while this runs: only the addon is made up, not /proc/sysvipc.
const files = { device: 0x1bn, alpha: 11n, beta: 12n };
const readSegments = () => readFileSync('/proc/sysvipc/shm', 'latin1');

function names(...texts: readonly string[]): NameColumn {
  const all = texts.map((text) => new TextEncoder().encode(text));
  const offsets = Uint32Array.from([
    0,
    ...all.map((_, i) => all.slice(0, i + 1).reduce((sum, one) => sum + one.length, 0)),
  ]);
  return { bytes: Uint8Array.from(all.flatMap((one) => [...one])), offsets };
}

function listing(...entries: readonly (readonly [name: string, inode: bigint])[]): FolderListing {
  const big = (value: bigint) => BigUint64Array.from(entries, () => value);
  const small = (value: number) => Uint32Array.from(entries, () => value);
  const times = BigInt64Array.from(entries, () => 1_500_000_000n);
  return {
    count: entries.length,
    names: names(...entries.map(([name]) => name)),
    kinds: new Uint8Array(entries.length),
    devs: big(files.device),
    inos: BigUint64Array.from(entries, ([, inode]) => inode),
    sizes: big(2n ** 60n),
    allocated: big(512n),
    modes: small(0o640),
    uids: small(1000),
    gids: small(100),
    modifiedNs: times,
    changedNs: times,
    bornNs: BigInt64Array.from(entries, () => 0n),
    refused: [],
    truncated: false,
    space: { fileSystem: 'tmpfs', bytes: 100n, freeBytes: 40n },
  };
}

/** Process 7, `ring keeper`, maps alpha and holds beta; process 8 may not be looked into. */
function users(): SharedUsers {
  return {
    processes: {
      count: 2,
      pids: Uint32Array.of(7, 8),
      startTimes: BigUint64Array.of(70n, 80n),
      names: Uint32Array.of(0, 1),
      ipcNamespaces: BigUint64Array.of(0n, 0n),
      mapsErrors: Uint32Array.of(0, 13),
      fdsErrors: Uint32Array.of(0, 13),
      byText: Uint8Array.of(0, 0),
    },
    mappings: {
      count: 1,
      processes: Uint32Array.of(0),
      starts: BigUint64Array.of(0x7f00_0000_1000n),
      ends: BigUint64Array.of(0x7f00_0000_3000n),
      offsets: BigUint64Array.of(0x1000n),
      devs: BigUint64Array.of(files.device),
      inos: BigUint64Array.of(files.alpha),
      rights: Uint8Array.of(1 | 8),
      names: Uint32Array.of(2),
    },
    descriptors: {
      count: 1,
      processes: Uint32Array.of(0),
      fds: Uint32Array.of(5),
      accesses: Uint8Array.of(3),
      links: Uint32Array.of(1),
      devs: BigUint64Array.of(files.device),
      inos: BigUint64Array.of(files.beta),
      sizes: BigUint64Array.of(4096n),
      allocated: BigUint64Array.of(0n),
      names: Uint32Array.of(3),
    },
    names: names('ring keeper', 'hidden', '/dev/shm/alpha', '/dev/shm/beta'),
    kernelDev: 1n,
  };
}

interface Scan {
  readonly finish: (answer?: SharedUsers) => void;
  isCancelled: boolean;
}

/** An addon whose scans end when the test says so. */
function machine(t: TestContext, holds: readonly OwnHold[] = []) {
  const scans: Scan[] = [];
  const state: {
    entries: readonly (readonly [string, bigint])[];
    failure?: Error;
    missing?: Partial<FolderListing>;
  } = {
    entries: [
      ['alpha', files.alpha],
      ['beta', files.beta],
    ],
  };
  let begun: () => void = () => {};
  const addon: Partial<NativeAddon> = {
    entryKinds: ['regular'],
    listSharedMemoryFolder: async () => {
      if (state.failure !== undefined) throw state.failure;
      return { ...listing(...state.entries), ...state.missing };
    },
    scanSharedUsers: () => {
      let cancel = () => {};
      const result = new Promise<SharedUsers>((finish, fail) => {
        const scan: Scan = { finish: (answer = users()) => finish(answer), isCancelled: false };
        cancel = () => {
          scan.isCancelled = true;
          fail(Object.assign(new Error('cancelled'), { code: 'ECANCELED' }));
        };
        scans.push(scan);
      });
      begun();
      return { result, cancel };
    },
    watchFolder: () => Promise.reject(new Error('no watches here')),
  };
  const lookout = new SharedMemoryLookout(addon as NativeAddon, () => holds);
  t.after(() => lookout.dispose());
  return {
    lookout,
    scans,
    state,
    /** The nth scan, once it runs. */
    scan: async (index: number): Promise<Scan> => {
      while (scans.length <= index) await new Promise<void>((done) => (begun = done));
      const scan = scans[index];
      assert.ok(scan !== undefined);
      return scan;
    },
  };
}

const posixOf = (look: { objects: readonly Parameters<typeof shown>[0][] }) =>
  look.objects.filter((object) => object.class === 'posix').map(shown);

test('columns become objects with their users', async (t) => {
  const { lookout, scan } = machine(t);
  const looking = lookout.look();
  (await scan(0)).finish();
  const look = await looking;
  assert.deepEqual(posixOf(look), ['posix alpha 7:1+0', 'posix beta 7:0+1']);
  const [alpha, beta] = look.objects;
  assert.ok(alpha?.class === 'posix' && beta?.class === 'posix');
  const [user] = alpha.users;
  assert.equal(new TextDecoder().decode(user?.process.name), 'ring keeper');
  assert.equal(user?.process.startTime, 70);
  assert.deepEqual(user?.mappings, [
    {
      start: 0x7f00_0000_1000n,
      end: 0x7f00_0000_3000n,
      offset: 0x1000n,
      rights: { read: true, write: false, execute: false },
      sharing: 'shared',
    },
  ]);
  assert.deepEqual(beta.users[0]?.descriptors, [{ fd: 5, access: 'readWrite' }]);
  assert.deepEqual(alpha.facts, {
    ...{ size: 2n ** 60n, allocated: 512n, mode: 0o640, uid: 1000, gid: 100 },
    ...{ modifiedAt: 1.5, changedAt: 1.5, bornAt: undefined },
  });
  assert.deepEqual(look.sight.notSeen, { noPermission: 1, vanished: 0, failed: 0 });
  assert.equal(look.space?.freeBytes, 40n);
  assert.equal(lookout.latest, look);
});

test('all who ask before a look begins get the same one; who asks later gets the next; never two at once', async (t) => {
  const { lookout, scans, scan } = machine(t);
  const [first, second] = [lookout.look(), lookout.look()];
  const running = await scan(0);
  const later = lookout.look();
  assert.equal(scans.length, 1);
  running.finish();
  assert.equal(await first, await second);
  assert.equal(scans.length, 1);
  (await scan(1)).finish();
  assert.notEqual(await later, await first);
});

test('what did not change is the same object in the next look', async (t) => {
  const { lookout, scan, state } = machine(t);
  let looks = 0;
  const look = async () => {
    const looking = lookout.look();
    (await scan(looks++)).finish();
    return await looking;
  };
  let before = await look();
  // Segments of other processes come and go, and are attached to.
  for (let segments = ''; segments !== readSegments(); ) {
    segments = readSegments();
    before = await look();
    const again = await look();
    if (segments === readSegments()) assert.equal(again.objects, before.objects);
  }
  state.entries = [
    ['alpha', files.alpha],
    ['gamma', files.beta],
  ];
  const { objects } = await look();
  assert.equal(objects[0], before.objects[0]);
  assert.notEqual(objects[1], before.objects[1]);
});

test('a look that nobody waits for any more is cancelled, and the next one is a new one', async (t) => {
  const { lookout, scan } = machine(t);
  const stop = new AbortController();
  const abandoned = lookout.look(stop.signal);
  const running = await scan(0);
  stop.abort(new Error('enough'));
  await assert.rejects(abandoned, /enough/);
  assert.equal(running.isCancelled, true);
  const looking = lookout.look();
  (await scan(1)).finish();
  assert.equal(posixOf(await looking).length, 2);
});

test('a look goes on as long as one still waits for it', async (t) => {
  const { lookout, scan } = machine(t);
  const stop = new AbortController();
  const [abandoned, wanted] = [lookout.look(stop.signal), lookout.look()];
  const running = await scan(0);
  stop.abort(new Error('enough'));
  await assert.rejects(abandoned, /enough/);
  running.finish();
  assert.equal(posixOf(await wanted).length, 2);
  await assert.rejects(lookout.look(stop.signal), /enough/);
});

test('it looks while somebody watches and not a moment longer', async (t) => {
  const { lookout, scan, scans } = machine(t);
  let seen = () => {};
  const heard = new Promise<void>((done) => (seen = done));
  const stopFirst = lookout.watch(() => seen());
  const stopSecond = lookout.watch(() => {});
  (await scan(0)).finish();
  await heard;
  stopFirst();
  stopFirst();
  const second = await scan(1);
  assert.equal(second.isCancelled, false);
  stopSecond();
  await new Promise((done) => setImmediate(done));
  assert.equal(second.isCancelled, true);
  assert.equal(scans.length, 2);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout'),
    [],
  );
});

test('a folder that cannot be listed hides its objects, and the look says why', async (t) => {
  const { lookout, scan, state } = machine(t);
  state.failure = Object.assign(new Error('EACCES'), { code: 'EACCES', errno: 13, syscall: 'openat' });
  const looking = lookout.look();
  (await scan(0)).finish();
  const look = await looking;
  assert.ok(look.folderFailure instanceof SourceError);
  assert.deepEqual([look.folderFailure.code, posixOf(look), look.space], ['noPermission', [], undefined]);
});

test('a look says what of the folder is missing in it', async (t) => {
  const { lookout, scan, state } = machine(t);
  const look = async (index: number) => {
    const looking = lookout.look();
    (await scan(index)).finish();
    return (await looking).notListed;
  };
  assert.equal(await look(0), undefined);
  const folder = new TextEncoder().encode('closed');
  state.missing = { refused: [{ folder, code: 'EACCES' }] };
  assert.deepEqual(await look(1), { folders: [folder], cutAt: 0 });
  state.missing = { truncated: true };
  assert.deepEqual(await look(2), { folders: [], cutAt: 2 });
});

test('what we hold ourselves is no user', async (t) => {
  const own = { ...users(), processes: { ...users().processes, pids: Uint32Array.of(process.pid, 8) } };
  const hold = (inode: bigint, more: Partial<OwnHold>): OwnHold => ({
    ...{ device: { major: 0, minor: 0x1b }, inode, class: 'posix' as const, mappings: 0, descriptors: 0 },
    ...more,
  });
  const { lookout, scan } = machine(t, [hold(files.beta, { descriptors: 1 })]);
  const looking = lookout.look();
  (await scan(0)).finish(own);
  assert.deepEqual(posixOf(await looking), [`posix alpha ${process.pid}:1+0`, 'posix beta']);
});
