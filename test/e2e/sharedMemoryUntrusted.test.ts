// From a folder that is not trusted shared memory can be looked at, and nothing of it is made or changed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { useScene } from './scene.ts';

const scene = useScene({
  workspaceTrust: true,
  settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
});

test('every command that makes or changes something is refused, and those that read work', async () => {
  const { workbench } = scene;
  assert.equal(await workbench.inHost((vscode) => vscode.workspace.isTrusted), false);
  const name = `memglass-test-${process.pid}-untrusted`;
  const path = `/dev/shm/${name}`;
  writeFileSync(path, 'as it was');
  scene.scratch.defer(() => rmSync(path, { force: true }));

  const writing: Record<string, object> = {
    'sharedMemory.create': { name: `${name}-new`, size: 1 },
    'sharedMemory.fill': { name, fill: '00' },
    'sharedMemory.loadFile': { name, file: '/etc/passwd' },
    'sharedMemory.resize': { name, size: 0 },
    'sharedMemory.changeMode': { name, mode: '666' },
    'sharedMemory.saveToFile': { name, file: `${path}-saved` },
    'sharedMemory.duplicate': { name, as: `${name}-copy` },
    'sharedMemory.unlink': { name },
    'semaphore.post': { name },
    'semaphore.tryWait': { name },
  };
  for (const [command, argument] of Object.entries(writing)) {
    await assert.rejects(workbench.executeCommand(`memglass.${command}`, argument), /untrusted workspace/, command);
  }
  assert.equal(readFileSync(path, 'utf8'), 'as it was');
  for (const made of [`${path}-new`, `${path}-saved`, `${path}-copy`]) assert.ok(!existsSync(made), made);

  assert.match(String(await workbench.executeCommand('memglass.sharedMemory.copyAsC', { name })), /shm_open/);
  await workbench.executeCommand('memglass.sharedMemory.open', { name });
  await scene.view().shows(0, `${Buffer.from('as it was').toString('hex').toUpperCase()}`);
});
