/** What tells that shared memory was made or removed: inotify for /dev/shm, and for System V, which has no such thing, its table. */
import type { FolderWatch, NativeAddon } from '../../../native/index.d.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import type { Alarm } from '../patrol.ts';
import { readSysvTable } from './surroundings.ts';

/** Milliseconds: a program that makes a segment names it, sizes it and fills it. */
const settle = 15;
/** Milliseconds between two looks at System V's table, a text of one line per segment. */
const tableEvery = 500;
/** Bits of FolderChanges.changes: made, removed. */
const namesChanged = 1 | 2;

export function listenForChanges(addon: NativeAddon, raise: (alarm: Alarm) => void, signal: AbortSignal): void {
  void listenToFolder(addon, raise, signal);
  void listenToTable(raise, signal);
}

/** Without a /dev/shm, or without watches left (ENOSPC), what happens there shows at the next beat only. */
async function listenToFolder(addon: NativeAddon, raise: (alarm: Alarm) => void, signal: AbortSignal): Promise<void> {
  let watch: FolderWatch | undefined;
  const close = () => watch?.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    watch = await addon.watchFolder(encodeUtf8('/dev/shm'));
    if (signal.aborted) close();
    for (let gone = false; !gone; ) {
      const changes = await watch.next(settle);
      gone = changes.gone;
      const isNews = changes.overflowed || gone || changes.changes.some((bits) => (bits & namesChanged) !== 0);
      raise(isNews ? 'names' : 'contents');
    }
  } catch {
    // Closed, or not to be watched.
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function listenToTable(raise: (alarm: Alarm) => void, signal: AbortSignal): Promise<void> {
  let before = await readSysvTable();
  while (await hasPassed(tableEvery, signal)) {
    const table = await readSysvTable();
    if (Buffer.compare(before, table) !== 0 && !signal.aborted) raise('names');
    before = table;
  }
}

/** False where the signal came first. */
function hasPassed(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
