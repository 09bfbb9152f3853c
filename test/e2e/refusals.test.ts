// What a user who is not root reads where the kernel lets nobody in: in the map, in the view of a region and in the tree.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { refToUri } from '../../extension/core/sourceRef.ts';
import { type Owner, start, startSpace, startSpaceAs, startTimeOf } from '../support/programs.ts';
import { expand } from './choosing.ts';
import { type Scene, until, useScene } from './scene.ts';

const page = 4096;
const nobody = { uid: 65534, gid: 65534 };
const becomeNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const hideOthers = ['unshare', '-m', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc && exec "$@"', 'sh'];
const isRoot = process.getuid?.() === 0;
const yama = '/proc/sys/kernel/yama/ptrace_scope';

interface Key {
  readonly pid: number;
  readonly startTime: number;
}

const keyOf = (pid: number): Key => ({ pid, startTime: startTimeOf(pid) });

/** What stands in the middle of a view that shows nothing else. */
class Refusals {
  readonly #scene: Scene;
  readonly owner: Owner;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.owner = scene.owner;
  }

  async map(key: Key): Promise<string> {
    await this.#closeAll();
    await this.#scene.workbench.executeCommand('memglass.openMemoryMap', key);
    return await this.#problem();
  }

  async region(key: Key, start = 0x1000n): Promise<string> {
    await this.#closeAll();
    const { scheme, path } = refToUri({
      ...{ kind: 'processRegion', ...key },
      ...{ start, end: start + BigInt(page), name: new Uint8Array() },
    });
    await this.#scene.workbench.openWith({ $uri: `${scheme}:${path}` }, 'memglass.memory');
    return await this.#problem();
  }

  /** What stands below the process in the Processes view. */
  async tree({ pid }: Key): Promise<string> {
    const { workbench } = this.#scene;
    await workbench.executeCommand('memglass.processes.focus');
    await workbench.executeCommand('memglass.processes.filter', String(pid));
    const view = workbench.page.locator('.pane', {
      has: workbench.page.locator('.pane-header', { hasText: 'Processes' }),
    });
    const row = view.locator('.monaco-list-row').filter({ hasText: String(pid) });
    await expand(row);
    // Right below it: others may show still, as the filter before had them.
    const below = () =>
      view.locator('.monaco-list-row').evaluateAll((all, label) => {
        const rows = all.sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')));
        const at = rows.findIndex((each) => each.ariaLevel === '1' && each.textContent?.includes(label));
        const next = rows[at + 1] as HTMLElement | undefined;
        return at >= 0 && next?.ariaLevel === '2' ? next.innerText : '';
      }, String(pid));
    const text = await until(below, (found) => found !== '', 'what stands below the process');
    await workbench.executeCommand('memglass.processes.clearFilter');
    return text;
  }

  async #closeAll(): Promise<void> {
    await this.#scene.workbench.executeCommand('workbench.action.closeAllEditors');
  }

  async #problem(): Promise<string> {
    const empty = this.#scene.view().frame.locator('.empty');
    return await until(
      async () => (await empty.innerText()).replace(/\s+/g, ' '),
      (text) => text !== '',
      'a refusal',
    );
  }
}

describe('to a user who is not root', { skip: !isRoot && 'only root can run VS Code as somebody else' }, () => {
  const scene = useScene({
    user: { uid: nobody.uid, command: becomeNobody },
    settings: { 'memglass.processes.show': 'all' },
  });
  const refusals = () => new Refusals(scene);

  test('a process of another user', async () => {
    const key = keyOf((await start(refusals().owner, 'memfd', 'ring', page)).pid);
    const words = /It runs as another user \(uid 0\)\. Run VS Code’s server as that user, or as root\./;
    assert.match(await refusals().map(key), words);
    assert.match(await refusals().region(key), words);
    assert.match(await refusals().tree(key), words);
  });

  const fences: Readonly<Record<string, RegExp>> = {
    undumpable: /It may not be looked into: .* has asked for this itself\. Run VS Code’s server as root\./,
    namespace: /It is in a user namespace that yours does not reach\. Run VS Code’s server outside of yours\./,
    capable: /It has capabilities that VS Code’s server has not\. Run the server as root\./,
  };
  for (const [why, words] of Object.entries(fences)) {
    test(`a process of the same user that is ${why}`, async () => {
      const key = keyOf((await startSpace(refusals().owner, 'fenced', why)).pid);
      assert.match(await refusals().map(key), words);
      assert.match(await refusals().region(key), words);
      assert.match(await refusals().tree(key), words);
    });
  }

  test('a thread of the kernel and a zombie', async () => {
    assert.match(await refusals().map(keyOf(2)), /It is a thread of the kernel and has no memory of its own\./);
    assert.match(await refusals().region(keyOf(2)), /is a thread of the kernel/);
    const { child } = await startSpaceAs(refusals().owner, nobody, 'zombie');
    const words = /It has ended, and its parent has not asked how: there is no memory left\./;
    assert.match(await refusals().map(keyOf(child)), words);
    assert.match(await refusals().region(keyOf(child)), words);
  });

  test('a process of the same user under Yama', async (t: TestContext) => {
    if (!existsSync(yama)) return t.skip('this kernel has no Yama');
    const before = readFileSync(yama, 'utf8').trim();
    if (before === '3') return t.skip('kernel.yama.ptrace_scope is 3 and stays so');
    const program = await startSpaceAs(refusals().owner, nobody, 'unreadable', 'none');
    try {
      for (const scope of ['1', '2']) {
        writeFileSync(yama, scope);
        assert.match(
          await refusals().region(keyOf(program.pid), program.address),
          new RegExp(`kernel\\.yama\\.ptrace_scope is ${scope}.*“sudo sysctl kernel\\.yama\\.ptrace_scope=0”`),
        );
      }
    } finally {
      writeFileSync(yama, before);
    }
  });

  test('a file whose ACL forbids them to write what its mode lets everybody: before anything is typed', async () => {
    const folder = scene.scratch.folder();
    chmodSync(folder, 0o755);
    const path = join(folder, 'file');
    writeFileSync(path, 'as it was');
    const acl = `import os, struct, sys
os.setxattr(sys.argv[1], "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in
  [(1,6,0xffffffff),(2,4,65534),(4,6,0xffffffff),(16,6,0xffffffff),(32,6,0xffffffff)]))`;
    execFileSync('python3', ['-c', acl, path]);
    assert.equal(statSync(path).mode & 0o666, 0o666);
    const view = await scene.open(path);
    const badge = view.header.locator('.mode-badge');
    await badge.filter({ hasText: /^Read-only$/ }).waitFor();
    const words = 'you may not write to this file. Its owner can give you the right to (chmod, setfacl).';
    assert.ok((await badge.getAttribute('title'))?.includes(words));
    await view.focus();
    await scene.type('41');
    await view.frame.locator('[aria-live=polite]').filter({ hasText: words }).waitFor();
    await view.shows(0, Buffer.from('as it was').toString('hex').toUpperCase());
    assert.equal(readFileSync(path, 'utf8'), 'as it was');
    assert.equal(await scene.workbench.page.locator('.tab.dirty').count(), 0);
  });

  test('a process of their own is shown, and its memory read', async () => {
    const program = await startSpaceAs(refusals().owner, nobody, 'unreadable', 'hole');
    const { scheme, path } = refToUri({
      ...{ kind: 'processRegion', ...keyOf(program.pid), name: new Uint8Array() },
      ...{ start: program.address, end: program.address + BigInt(page) },
    });
    await scene.workbench.openWith({ $uri: `${scheme}:${path}` }, 'memglass.memory');
    await scene.view().shows(0, '61'.repeat(16));
  });
});

describe('where /proc hides what others run', { skip: !isRoot && 'only root can mount' }, () => {
  const scene = useScene({ user: { uid: nobody.uid, command: [...hideOthers, ...becomeNobody] } });

  test('a process of another user', async () => {
    const refusals = new Refusals(scene);
    const key = keyOf((await start(refusals.owner, 'memfd', 'ring', page)).pid);
    const words =
      /\/proc hides the processes of others \(hidepid=(2|invisible)\)\. Mount it with hidepid=0, or with your group as gid=\./;
    assert.match(await refusals.map(key), words);
    assert.match(await refusals.region(key), words);
  });
});
