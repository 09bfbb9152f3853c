/** What this kernel lets a reader of memory do, found out by trying it on ourselves. */
import { readFile } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { type ForceRule, forceRuleOf } from '../../core/memoryMap/forceRule.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { parseMaps } from '../../procfs/maps.ts';

const answers = new WeakMap<NativeAddon, Promise<ForceRule>>();

/** Found once: it stays until the kernel is started anew. */
export function readForceRule(addon: NativeAddon): Promise<ForceRule> {
  const known = answers.get(addon) ?? find(addon);
  answers.set(addon, known);
  return known;
}

async function find(addon: NativeAddon): Promise<ForceRule> {
  const isForced = await tryIt(addon).catch(() => true);
  if (isForced) return 'always';
  return forceRuleOf(isForced, await readFile('/proc/cmdline', 'latin1').catch(() => undefined));
}

/** There is a region without rights in every process of Node. */

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
