import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  commandLine,
  type ProcessSummary,
  processKey,
  processList,
  processName,
} from '../../../../extension/core/processes/processSummary.ts';
import { encodeUtf8 } from '../../../../extension/core/text/utf8.ts';

const process = (pid: number, name: string, more: Partial<ProcessSummary> = {}): ProcessSummary => ({
  pid,
  startTime: pid * 10,
  parentPid: 1,
  uid: 1000,
  state: 'S',
  kernelThread: false,
  threads: 1,
  resident: pid * 4096,
  name: encodeUtf8(name),
  args: [],
  executable: undefined,
  mayLook: true,
  ...more,
});

const some = [
  process(30, 'node', { args: ['node', 'my server.js'].map(encodeUtf8) }),
  process(4, 'Bash', { executable: encodeUtf8('/usr/bin/bash') }),
  process(31, 'root-daemon', { uid: 0 }),
  process(2, 'kthreadd', { kernelThread: true, uid: 0 }),
];
const pids = (...args: Parameters<typeof processList>) => processList(...args).map(({ pid }) => pid);

test('without kernel threads, in each order', () => {
  assert.deepEqual(pids(some, 'name', {}), [4, 30, 31]);
  assert.deepEqual(pids(some, 'pid', {}), [4, 30, 31]);
  assert.deepEqual(pids(some, 'memory', {}), [31, 30, 4]);
});

test('by threads and by the latest start, the user’s own first, and only those wanted', () => {
  const threads = some.map((each) => ({ ...each, threads: each.pid === 30 ? 9 : 1 }));
  assert.deepEqual(pids(threads, 'threads', {}), [30, 4, 31]);
  assert.deepEqual(pids(some, 'age', {}), [31, 30, 4]);
  assert.deepEqual(pids(some, 'age', { firstUid: 1000 }), [30, 4, 31]);
  assert.deepEqual(pids(some, 'pid', { firstUid: 0 }), [31, 4, 30]);
  assert.deepEqual(pids(some, 'pid', { keys: new Set(['31-310', '30-301']) }), [31]);
});

test('of one user, and by name, pid, command line and executable', () => {
  assert.deepEqual(pids(some, 'pid', { uid: 1000 }), [4, 30]);
  assert.deepEqual(pids(some, 'pid', { text: ' NODE' }), [30]);
  assert.deepEqual(pids(some, 'pid', { text: '3' }), [30, 31]);
  assert.deepEqual(pids(some, 'pid', { text: 'SERVER.JS' }), [30]);
  assert.deepEqual(pids(some, 'pid', { text: '/usr/bin' }), [4]);
  assert.deepEqual(pids(some, 'pid', { text: 'kthreadd' }), []);
});

test('a name that the kernel has cut is completed from the executable, and no other', () => {
  const executable = (path: string) => ({ executable: encodeUtf8(path) });
  assert.equal(
    processName(process(1, 'a-program-with-', executable('/bin/a-program-with-a-name'))),
    'a-program-with-a-name',
  );
  const deleted = executable('/bin/a-program-with-a-name (deleted)');
  assert.equal(processName(process(1, 'a-program-with-', deleted)), 'a-program-with-a-name');
  assert.equal(processName(process(1, 'thread-pool-123', executable('/bin/java'))), 'thread-pool-123');
  assert.equal(processName(process(1, 'short', executable('/bin/shorter'))), 'short');
  assert.equal(processName(process(1, 'MainThread', executable('/opt/node (deleted)'))), 'node');
  assert.equal(processName(process(1, 'MainThread')), 'MainThread');
});

test('command lines are one line, safe to show, and as long as wanted', () => {
  const args = ['sh', '-c', "echo 'a b'\n\x1b[31m", ''].map(encodeUtf8);
  assert.equal(commandLine({ args }), `sh -c 'echo '\\''a b'\\''\\n\\x1b[31m' ''`);
  assert.equal(commandLine({ args: [encodeUtf8('x'.repeat(50))] }, 10), `${'x'.repeat(9)}…`);
  assert.equal(commandLine({ args: [] }), '');
  assert.equal(commandLine({ args: [] }, 10), '');
  assert.equal(commandLine({ args: ['ab', '€€€', 'd'.repeat(9)].map(encodeUtf8) }, 8), 'ab €€€ …');
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 40 }),
      (words, most) => {
        const whole = commandLine({ args: words });
        const cut = commandLine({ args: words }, most);
        assert.ok(whole.length <= most ? cut === whole : cut.length === most && cut.endsWith('…'));
      },
    ),
  );
});

test('nothing throws, whatever programs call themselves', () => {
  const bytes = fc.uint8Array({ maxLength: 15 });
  fc.assert(
    fc.property(fc.array(fc.record({ name: bytes, args: fc.array(bytes) }), { maxLength: 20 }), (rows) => {
      const processes = rows.map((row, at) => process(at + 1, '', row));
      assert.equal(processList(processes, 'name', {}).length, rows.length);
      for (const each of processes) assert.doesNotMatch(commandLine(each) + processName(each), /[\p{Cc}\p{Cs}]/u);
      assert.equal(new Set(processes.map(processKey)).size, rows.length);
    }),
  );
});
