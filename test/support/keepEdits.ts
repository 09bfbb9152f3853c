// A window that keeps edits, as a process: `node keepEdits.ts <addon> <folder> <document's key> <text>`. It says `kept`
// once they are written down, writes them again for each line it is given, and lives until its input ends.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { backupSteps } from '../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { KeptEdits } from '../../extension/platform/editing/keptEdits.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { finished } from './finished.ts';

const [addon = '', folder = '', key = '', text = ''] = process.argv.slice(2);
const kept = new KeptEdits(createRequire(import.meta.url)(addon) as NativeAddon, folder);

async function keep(put: string): Promise<void> {
  const bytes = new TextEncoder().encode(put);
  const overlay = new Overlay(1000);
  overlay.edit({ offset: 0, length: bytes.length, bytes, shown: new Uint8Array(bytes.length) });
  const stamp = kept.stamp({ key, uri: `file:///${key}` });
  await kept.write(key, finished(backupSteps(overlay, { key, size: 1000, version: '' }, stamp)));
  process.stdout.write(`kept ${kept.window}\n`);
}

await keep(text);
for await (const line of createInterface(process.stdin)) await keep(line);
