import type { NativeAddon } from '../../native/index.d.ts';

/**
 * Loads the addon from its file. process.dlopen rather than require, because it works alike in a bundle, in an ES
 * module and in a test. Throws what dlopen throws: the file is missing or was built for another machine.
 */
export function loadNativeAddon(file: string): NativeAddon {
  const module: { exports: Partial<NativeAddon> } = { exports: {} };
  process.dlopen(module, file);
  return module.exports as NativeAddon;
}
