// The ways in from VS Code's own world: a debug session with a real process, addresses in a terminal, links from outside.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { uriToRef } from '../../extension/core/sourceRef.ts';
import { loadNativeAddon } from '../../extension/platform/nativeAddon.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { hintOfConfiguration, hintOfMessage } from '../../extension/ui/debugger/debuggeeHints.ts';
import { Debuggees } from '../../extension/ui/debugger/debuggees.ts';
import { OutsideLinks } from '../../extension/ui/opening/outsideLinks.ts';
import { addressLinks } from '../../extension/ui/opening/terminalLinks.ts';
import { start, startTimeOf } from '../support/programs.ts';
import { closeAllTabs, until, useScratch } from './memglass.ts';
import { ownerOf } from './memory.ts';

const size = 16 * 4096;

function activeRef() {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.uri.scheme === 'memglass-region'
    ? uriToRef(input.uri)
    : undefined;
}

async function openedRegion() {
  const ref = await until(activeRef, (found) => found !== undefined, 'a tab of a region');
  assert.ok(ref?.kind === 'processRegion');
  return ref;
}

describe('The process of a debug session', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  const debuggees = () => {
    const folder = vscode.extensions.getExtension('memglass.memglass')?.extensionPath ?? '';
    const platform = createPlatform(loadNativeAddon(`${folder}/dist/memglass.node`));
    const found = new Debuggees(platform.processes);
    const registered = vscode.debug.registerDebugAdapterTrackerFactory('memglass-test', found);
    scratch().defer(() => {
      registered.dispose();
      found.dispose();
    });
    return found;
  };
  /** One that has ended is not to be found any more. */
  const stop = async (session: vscode.DebugSession) => {
    await Promise.resolve(vscode.debug.stopDebugging(session)).catch(() => {});
  };
  const debug = async (configuration: Record<string, unknown>) => {
    const started = new Promise<vscode.DebugSession>((done) => {
      const listening = vscode.debug.onDidStartDebugSession((session) => {
        listening.dispose();
        done(session);
      });
    });
    assert.ok(
      await vscode.debug.startDebugging(undefined, {
        ...{ type: 'memglass-test', name: 'test', request: 'launch', program: ['sleep', '1000'] },
        ...configuration,
      }),
    );
    const session = await started;
    scratch().defer(() => stop(session));
    return session;
  };
  afterEach(closeAllTabs);

  it('is the one that the debug adapter tells, until the session ends', async () => {
    const found = debuggees();
    const session = await debug({});
    const process = await until(
      () => found.of(session.id),
      (known) => known !== undefined,
      'a process',
    );
    assert.equal(execFileSync('ps', ['-o', 'comm=', '-p', String(process?.pid)], { encoding: 'utf8' }).trim(), 'sleep');
    assert.equal(process?.startTime, startTimeOf(process?.pid ?? 0));
    assert.deepEqual(found.active, process);
    await stop(session);
    await until(
      () => found.of(session.id),
      (known) => known === undefined,
      'none',
    );
  });

  it('is the one that the configuration attaches to, and none of another machine', async () => {
    const found = debuggees();
    const program = await start(owner, 'memfd', 'ring', size);
    const attached = await debug({ request: 'attach', processId: String(program.pid) });
    await until(
      () => found.of(attached.id)?.pid,
      (pid) => pid === program.pid,
      'the process attached to',
    );
    await stop(attached);
    let asked = 0;
    const listening = found.onDidChange(() => asked++);
    const elsewhere = await debug({ tells: { isLocalProcess: false } });
    const missing = await debug({ tells: { systemProcessId: 0x7fff_ffff } });
    assert.deepEqual([found.of(elsewhere.id), found.of(missing.id), asked], [undefined, undefined, 0]);
    listening.dispose();
  });

  it('opens the region that a variable points into', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const session = await debug({ request: 'attach', pid: program.pid });
    const address = `0x${(program.address + 5n).toString(16)}`;
    const variables = [
      { name: 'ring', value: `(char *) ${address} "x"` },
      { name: 'ring', value: '{...}', memoryReference: address },
    ];
    for (const variable of variables) {
      await until(
        async () => {
          const target = { sessionId: session.id, container: {}, variable };
          await vscode.commands.executeCommand('memglass.debug.openAddress', target);
          return activeRef();
        },
        (ref) => ref !== undefined,
        'the region',
      );
      const { pid, start: from } = await openedRegion();
      assert.deepEqual([pid, from], [program.pid, program.address]);
      await closeAllTabs();
    }
  });

  it('is told by nothing that is no process id', () => {
    const event = (body: unknown) => hintOfMessage({ type: 'event', event: 'process', body });
    assert.deepEqual(event({ systemProcessId: 12 }), { pid: 12, certainty: 3 });
    for (const bad of [
      undefined,
      null,
      1,
      {},
      { systemProcessId: -1 },
      { systemProcessId: 1.5 },
      { systemProcessId: '1;' },
    ]) {
      assert.equal(event(bad), undefined);
    }
    for (const message of [null, 1, 'x', {}, { type: 'event', event: 'output' }]) {
      assert.equal(hintOfMessage(message), undefined);
    }
    const answer = { type: 'response', command: 'runInTerminal', success: true, body: { processId: 7 } };
    assert.deepEqual(hintOfMessage(answer), { pid: 7, certainty: 1 });
    assert.equal(hintOfMessage({ ...answer, success: false }), undefined);
    assert.deepEqual(hintOfConfiguration({ request: 'attach', processId: '12' }), { pid: 12, certainty: 2 });
    assert.equal(hintOfConfiguration({ request: 'launch', processId: 12 }), undefined);
    assert.equal(hintOfConfiguration({ request: 'attach', pid: 12, pipeTransport: {} }), undefined);
  });
});

describe('An address in a terminal', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  it('is a link to the region that it is in', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const line = `crash at pid:${program.pid}/0x${(program.address + 9n).toString(16)}!`;
    const [link] = addressLinks.provideTerminalLinks({ line });
    assert.ok(link !== undefined);
    assert.equal(line.slice(link.startIndex, link.startIndex + link.length), line.slice(9, -1));
    await addressLinks.handleTerminalLink(link);
    const { pid, start: from } = await openedRegion();
    assert.deepEqual([pid, from], [program.pid, program.address]);
  });
});

describe('A link from outside', () => {
  const scratch = useScratch();
  const owner = ownerOf(scratch);
  afterEach(closeAllTabs);

  const answering = (answer: boolean) => {
    const questions: string[] = [];
    const links = new OutsideLinks(async (question) => {
      questions.push(question);
      return answer;
    });
    const follow = (path: string) =>
      links.handleUri(vscode.Uri.from({ scheme: 'vscode', authority: 'memglass.memglass', path }));
    return { questions, follow };
  };

  it('opens what it asks for once the user has agreed', async () => {
    const program = await start(owner, 'memfd', 'ring', size);
    const address = `0x${program.address.toString(16)}`;
    const path = `/address/${program.pid}-${startTimeOf(program.pid)}/${address}`;
    const refusing = answering(false);
    await refusing.follow(path);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab, undefined);
    const agreeing = answering(true);
    await agreeing.follow(path);
    assert.equal((await openedRegion()).start, program.address);
    for (const { questions } of [refusing, agreeing]) {
      assert.deepEqual(questions, [`A link asks Memglass to show the memory of process ${program.pid} at ${address}.`]);
    }
  });

  it('asks with a name that cannot mislead, once at a time, and not at all for what is no link', async () => {
    const { questions, follow } = answering(false);
    await follow('/file/tmp/\u202egpj.exe\n\x1b[31m');
    assert.deepEqual(questions, ['A link asks Memglass to open /tmp/\\u{202e}gpj.exe\\n\\x1b[31m.']);
    await Promise.all([follow('/map/1'), follow('/map/2'), follow('/map/3')]);
    assert.deepEqual(questions.slice(1), ['A link asks Memglass to show the memory map of process 1.']);
    await follow(`/file/${'x'.repeat(4000)}`);
    assert.ok((questions.at(-1) ?? '').length < 400);
    for (const hostile of [
      '/command/workbench.action.quit',
      '/map/../../etc/passwd',
      '/map/1;reboot',
      '/map/-1',
      '/map/99999999999999999999',
      '/address/1/0x10000000000000000',
      '/address/1/7f00',
      '/address/1/0x1/0x2',
      '/source/file/etc/passwd',
      '/source/https/example.org/',
      '/source/memglass-region/1-2-zz-10-/x',
      `/file/${'y'.repeat(100_000)}`,
      '/file/\0',
      '//',
      '',
    ]) {
      void follow(hostile);
    }
    assert.equal(questions.length, 3);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab, undefined);
  });
});
