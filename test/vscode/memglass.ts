// What the tests in the extension host share: the extension's public API, and files to try it on.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MemglassApi } from '../../extension/api.d.ts';
import type { ByteSource, ReadResult } from '../../extension/core/byteSource.ts';
import { Scratch } from '../support/scratch.ts';

export async function memglass(): Promise<MemglassApi> {
  const extension = vscode.extensions.getExtension<MemglassApi>('memglass.memglass');
  assert.ok(extension !== undefined, 'the extension is not there');
  return await extension.activate();
}

/** A scratch for each test, cleaned after it. */
export function useScratch(): () => Scratch {
  let scratch = new Scratch();
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => scratch.clean());
  return () => scratch;
}

/** Opens for the length of a test. */
export async function open(scratch: Scratch, target: string | vscode.Uri): Promise<ByteSource> {
  const uri = typeof target === 'string' ? vscode.Uri.from({ scheme: 'file', path: target }) : target;
  const source = await (await memglass()).openSource(uri);
  scratch.defer(() => source.dispose());
  return source;
}

/** The URI under which a path of any bytes opens. */
export function bytesUri(path: Buffer): vscode.Uri {
  return vscode.Uri.from({ scheme: 'memglass-file', path: `/${path.toString('hex')}/name` });
}

export async function read(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<ReadResult & { bytes: Uint8Array }> {
  const bytes = new Uint8Array(length);
  const result = await source.read(offset, bytes);
  return { ...result, bytes: bytes.subarray(0, result.length) };
}

/** Runs as another user, whom files of mode 0600 refuse; for tests that are started as root. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await run();
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

/** Waits until the condition holds; fails with what it last found. */
export async function until<T>(look: () => T | Promise<T>, isThere: (found: T) => boolean, what: string): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    if (performance.now() > deadline) assert.fail(`${what}: ${JSON.stringify(found)}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Opens an editor and waits for its tab. */
export async function openEditor(uri: vscode.Uri, viewType = 'memglass.hex'): Promise<vscode.Tab> {
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  return await until(
    () => vscode.window.tabGroups.activeTabGroup.activeTab as vscode.Tab,
    (tab) => tab?.input instanceof vscode.TabInputCustom && tab.input.uri.toString() === uri.toString(),
    `a tab of ${uri.toString()}`,
  );
}

export async function closeAllTabs(): Promise<void> {
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap((group) => group.tabs));
}
