// Files that may not be written: the reason is known before anything is typed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from '../support/scratch.ts';
import { asNobody, open, useScratch } from './memglass.ts';
import { fileWith } from './staging.ts';

describe('Why a file may not be edited is known before anything is typed:', () => {
  const scratch = useScratch();
  const refusal = async (path: string) => await (await open(scratch(), path)).saving?.refusal();

  it('its mode', async () => {
    // Others may go there: where tests have their files they may not.
    const folder = mkdtempSync('/var/tmp/memglass-test-');
    scratch().defer(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    const path = join(folder, 'file');
    writeFileSync(path, 'x', { mode: 0o444 });
    await asNobody(async () => assert.equal(await refusal(path), 'noPermission'));
  });

  it('an immutable file', async function () {
    const { fsPath } = fileWith(scratch(), 'x');
    assert.equal(await refusal(fsPath), undefined);
    if (failureOf('chattr', '+i', fsPath) !== undefined) this.skip();
    scratch().defer(() => void failureOf('chattr', '-i', fsPath));
    assert.equal(await refusal(fsPath), 'immutable');
  });

  it('a mount for reading only', async function () {
    const folder = scratch().folder();
    writeFileSync(join(folder, 'file'), 'x');
    const mounted = failureOf('mount', '--bind', folder, folder);
    if (mounted !== undefined) this.skip();
    scratch().defer(() => void failureOf('umount', '--lazy', folder));
    assert.equal(failureOf('mount', '-o', 'remount,ro,bind', folder), undefined);
    assert.equal(await refusal(join(folder, 'file')), 'readOnlyMount');
  });

  it('a program that runs', async () => {
    const path = join(scratch().folder(), 'program');
    copyFileSync('/bin/sleep', path);
    chmodSync(path, 0o755);
    const child = spawn(path, ['60']);
    scratch().defer(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    assert.equal(await refusal(path), 'running');
  });

  it('a file of the kernel’s', async () => {
    assert.equal(await refusal('/proc/self/cmdline'), 'kernelFile');
  });
});
