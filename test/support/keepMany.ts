// Edits of a file as a window leaves them that was killed, without the hours of typing.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { backupSteps } from '../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { refKey, type SourceRef } from '../../extension/core/sourceRef.ts';
import { KeptEdits } from '../../extension/platform/editing/keptEdits.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { root } from '../host/paths.ts';
import type { VSCode } from '../host/vscode.ts';
import { finished } from './finished.ts';

/** One byte 0xEE over a zero every `apart` bytes, `count` times. */
export async function keepMany(server: VSCode, path: string, count: number, apart: number): Promise<void> {
  const overlay = new Overlay(count * apart);
  const [bytes, shown] = [Uint8Array.of(0xee), Uint8Array.of(0)];
  for (let i = 0; i < count; i++) overlay.edit({ offset: i * apart, length: 1, bytes, shown });
  const addon = createRequire(import.meta.url)(join(root, 'dist/memglass.node')) as NativeAddon;
  const folder = join(server.controlFolder, '../data/User/globalStorage/memglass.memglass/edits');
  const kept = new KeptEdits(addon, folder);
  const ref: SourceRef = { kind: 'file', path: Uint8Array.from(Buffer.from(path)) };
  const key = `staged ${refKey(ref)}`;
  const stamp = kept.stamp({ key, uri: pathToFileURL(path).toString() });
  const source = { key: refKey(ref), size: overlay.sourceSize, version: '' };
  await kept.write(key, finished(backupSteps(overlay, source, stamp)));
  await kept.dispose();
}
