import type { NativeAddon } from '../../../native/index.d.ts';
import type { SourceFate } from '../../core/byteSource.ts';
import { type MemoryRegion, sameDevice } from '../../core/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { findProcess } from '../processes/process.ts';
import { regionsIn } from '../processes/processAnswer.ts';

/** A look at a long list of mappings is not repeated before so many times its duration has gone by: 2 % of a core. */
const restAfterLook = 50;

/** What becomes of a region of a process that was opened. */
export class RegionWatch {
  readonly #addon: NativeAddon;
  readonly #ref: ProcessRegionRef;
  readonly #first: MemoryRegion;
  #last: SourceFate = { kind: 'same' };
  #notBefore = 0;

  /** `region` is the first that was mapped there when it was opened. */
  constructor(addon: NativeAddon, ref: ProcessRegionRef, region: MemoryRegion) {
    this.#addon = addon;
    this.#ref = ref;
    this.#first = region;
  }

  async fate(): Promise<SourceFate> {
    if ((await findProcess(this.#ref)) === undefined) return { kind: 'gone', why: 'exited' };
    const start = performance.now();
    if (start < this.#notBefore) return this.#last;
    this.#last = await this.#look();
    const end = performance.now();
    this.#notBefore = end + restAfterLook * (end - start);
    return this.#last;
  }

  async #look(): Promise<SourceFate> {
    const { start, end } = this.#ref;
    try {
      const [region] = await regionsIn(this.#addon, this.#ref, start, end);
      if (region === undefined) return { kind: 'gone', why: 'unmapped' };
      const { device, inode } = this.#first;
      return region.inode === inode && sameDevice(region.device, device) ? { kind: 'same' } : { kind: 'replaced' };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'processGone') return { kind: 'gone', why: 'exited' };
      return { kind: 'unknown', errno: error.detail.errno ?? error.code };
    }
  }
}
