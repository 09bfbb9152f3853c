import type { MappedColumns, NativeAddon } from '../../../native/index.d.ts';
import type { MappedThere, SourceFate } from '../../core/byteSource.ts';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { type MemoryRegion, sameDevice } from '../../core/memoryMap/memoryRegion.ts';
import { sameData } from '../../core/sameData.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { findProcess } from '../processes/process.ts';
import { regionsOf, spaceIn } from '../processes/processAnswer.ts';

/** A look at a long list of mappings is not repeated before so many times its duration has gone by: 2 % of a core. */
const restAfterLook = 50;

/** So many regions are told of one by one. */
const mostTold = 8;

/** What becomes of a region of a process that was opened. */
export class RegionWatch {
  readonly #addon: NativeAddon;
  readonly #ref: ProcessRegionRef;
  /** What was mapped there when it was opened. */
  readonly opened: AddressSpace;
  #seen: AddressSpace;
  #mapped: MappedThere;
  #last: SourceFate = { kind: 'same' };
  #notBefore = 0;

  /** `opened`: what is mapped there, one region at least. */
  constructor(addon: NativeAddon, ref: ProcessRegionRef, opened: AddressSpace) {
    this.#addon = addon;
    this.#ref = ref;
    this.opened = opened;
    this.#seen = opened;
    this.#mapped = told(regionsOf(opened));
  }

  /** What was mapped there at the last look that found anything. */
  get seen(): MappedColumns {
    return this.#seen.columns;
  }

  /** As `fate` has found it; what was there last, where nothing is any more. */
  get mapped(): MappedThere {
    return this.#mapped;
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
      const space = await spaceIn(this.#addon, this.#ref, start, end);
      const regions = regionsOf(space);
      const [region] = regions;
      if (region === undefined) return { kind: 'gone', why: 'unmapped' };
      this.#seen = space;
      const mapped = told(regions);
      if (!sameData(mapped, this.#mapped)) this.#mapped = mapped;
      const { device, inode } = this.opened.region(0);
      return region.inode === inode && sameDevice(region.device, device) ? { kind: 'same' } : { kind: 'replaced' };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'processGone') return { kind: 'gone', why: 'exited' };
      return { kind: 'unknown', errno: error.detail.errno ?? error.code };
    }
  }
}

function told(regions: readonly MemoryRegion[]): MappedThere {
  return { regions: regions.slice(0, mostTold), count: regions.length };
}
