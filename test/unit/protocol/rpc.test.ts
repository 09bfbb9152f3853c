import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceError } from '../../../extension/core/sourceError.ts';
import type { Port } from '../../../extension/protocol/port.ts';
import { connect } from '../../../extension/protocol/rpc.ts';

interface Service {
  add(a: number, b: number): Promise<number>;
  fail(): Promise<void>;
  refuse(): Promise<void>;
  never(): Promise<void>;
  bytes(): Promise<Uint8Array>;
  told(words: string): void;
}

/** Two ports whose messages are cloned on their way, as real ones' are, and arrive later. */
function ports(): [Port, Port] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [new Set(), new Set()];
  const port = (mine: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => {
        for (const listener of listeners[mine === 0 ? 1 : 0]) listener(copy);
      });
    },
    listen: (listener) => {
      listeners[mine].add(listener);
      return () => listeners[mine].delete(listener);
    },
  });
  return [port(0), port(1)];
}

function connected() {
  const [here, there] = ports();
  const notices: string[] = [];
  const service: Service = {
    async add(a, b) {
      return a + b;
    },
    async fail() {
      throw new SourceError('noPermission', {
        errno: 'EACCES',
        syscall: 'open',
        path: '/x',
        owner: { uid: 0, mode: 0o600 },
      });
    },
    async refuse() {
      throw new RangeError('not an offset: -1');
    },
    never: () => new Promise(() => {}),
    async bytes() {
      return Uint8Array.of(1, 2, 3);
    },
    told(words) {
      notices.push(words);
    },
  };
  const server = connect<object, Service>(there, service);
  const client = connect<Service, object>(here, {});
  return { client, server, here, there, notices };
}

test('a request is answered, each with its own answer', async () => {
  const { client } = connected();
  assert.deepEqual(await Promise.all([client.request('add', 1, 2), client.request('add', 30, 4)]), [3, 34]);
  assert.deepEqual(await client.request('bytes'), Uint8Array.of(1, 2, 3));
});

test('a SourceError arrives as one, with all it says', async () => {
  const { client } = connected();
  await assert.rejects(client.request('fail'), (error) => {
    assert.ok(error instanceof SourceError);
    assert.equal(error.code, 'noPermission');
    assert.deepEqual(error.detail, { errno: 'EACCES', syscall: 'open', path: '/x', owner: { uid: 0, mode: 0o600 } });
    return true;
  });
});

test('any other failure arrives as an error with its words', async () => {
  const { client } = connected();
  await assert.rejects(client.request('refuse'), /not an offset: -1/);
});

for (const method of ['nothing', 'constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', '']) {
  test(`the unknown method "${method}" is answered with an error, and calls nothing`, async () => {
    const { client } = connected();
    await assert.rejects(client.request(method as 'never'), /no method/);
  });
}

test('a field that is no method is not called', async () => {
  const [here, there] = ports();
  connect<object, { value: () => void }>(there, { value: 5 as unknown as () => void });
  await assert.rejects(connect<Service, object>(here, {}).request('value' as 'never'), /no method/);
});

test('a notice arrives, in order, and nothing comes back', async () => {
  const { client, here, notices } = connected();
  const back: unknown[] = [];
  here.listen((message) => back.push(message));
  client.notify('told', 'one');
  client.notify('told', 'two');
  await client.request('add', 0, 0);
  assert.deepEqual(notices, ['one', 'two']);
  assert.equal(back.length, 1);
});

test('an answer that cannot travel is a failure, and no silence', async () => {
  const [here, there] = ports();
  connect<object, { odd(): Promise<unknown> }>(there, { odd: async () => () => {} });
  await assert.rejects(connect<{ odd(): Promise<unknown> }, object>(here, {}).request('odd'));
});

test('closing rejects what is unanswered, and what is asked afterwards', async () => {
  const { client } = connected();
  const waiting = client.request('never');
  client.dispose();
  await assert.rejects(waiting, /closed/);
  await assert.rejects(client.request('add', 1, 2), /closed/);
});

test('what is unanswered is rejected where the other end has gone, and what is asked after it is answered', async () => {
  const { client } = connected();
  const waiting = client.request('never');
  client.abandon();
  await assert.rejects(waiting, /closed/);
  assert.equal(await client.request('add', 1, 2), 3);
});

test('who closed hears and answers no more', async () => {
  const [here, there] = ports();
  const answers: unknown[] = [];
  here.listen((message) => answers.push(message));
  const slow = Promise.withResolvers<number>();
  let calls = 0;
  const server = connect<object, { slow(): Promise<number> }>(there, {
    slow: () => {
      calls++;
      return slow.promise;
    },
  });
  here.post({ kind: 'request', id: 1, method: 'slow', args: [] });
  while (calls === 0) await new Promise(setImmediate);
  server.dispose();
  slow.resolve(1);
  here.post({ kind: 'request', id: 2, method: 'slow', args: [] });
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  assert.equal(calls, 1);
  assert.deepEqual(answers, []);
});

test('answers nobody asked for do no harm', async () => {
  const { client, there } = connected();
  there.post({ kind: 'answer', id: 99, value: 1 });
  there.post({ kind: 'failure', id: 98, error: { message: 'x' } });
  there.post({ kind: 'something else' });
  assert.equal(await client.request('add', 2, 2), 4);
});
