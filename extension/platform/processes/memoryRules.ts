/** What this kernel lets a reader of memory do, found out by trying it on ourselves. */
import { readFile } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { encodeUtf8 } from '../../core/utf8.ts';
import { parseMaps } from '../../procfs/maps.ts';

const answers = new WeakMap<NativeAddon, Promise<boolean>>();

/**
 * Whether /proc/<pid>/mem reads what its process may not read (FOLL_FORCE): proc_mem.force_override of the kernel's
 * command line can forbid it since Linux 6.12. There is a region without rights in every process of Node.
 */
export function mayForce(addon: NativeAddon): Promise<boolean> {
  const known = answers.get(addon) ?? tryIt(addon).catch(() => true);
  answers.set(addon, known);
  return known;
}

async function tryIt(addon: NativeAddon): Promise<boolean> {
  const { regions } = parseMaps(new Uint8Array(await readFile('/proc/self/maps')));
  const closed = regions.find(({ rights, backing }) => !rights.read && backing.kind === 'privateAnonymous');
  if (closed === undefined) return true;
  const memory = await addon.openFile(encodeUtf8('/proc/self/mem'));
  try {
    const { faults } = await memory.read(Number(closed.start), new Uint8Array(1));
    return faults.length === 0;
  } finally {
    memory.close();
  }
}
