// Edits that a window had written down when it ended, and that no tab shows.
import { pathToFileURL } from 'node:url';
import { backupSteps } from '../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import { refKey } from '../../extension/core/sourceRef.ts';
import { KeptEdits } from '../../extension/platform/editing/keptEdits.ts';
import { addon, pathOf } from '../native/addon.ts';
import { finished } from '../support/finished.ts';
import { content, keptFolder } from './editScene.ts';
import type { Scene } from './scene.ts';

/** Has a window that ends right away write edits of a file's first bytes down. */
export async function leaveEdits(scene: Scene, path: string, put: string): Promise<void> {
  const kept = new KeptEdits(addon, keptFolder(scene));
  const overlay = new Overlay(content.length);
  overlay.edit({ offset: 0, length: put.length, bytes: pathOf(put), shown: pathOf(content.slice(0, put.length)) });
  const source = refKey({ kind: 'file', path: pathOf(path) });
  const id = { key: `staged ${source}`, uri: pathToFileURL(path).href };
  const about = { key: source, size: content.length, version: '' };
  await kept.write(id.key, finished(backupSteps(overlay, about, kept.stamp(id))));
  await kept.dispose();
}
