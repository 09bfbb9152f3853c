import { formatHexOffset } from '../../core/expressions/numbers.ts';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { isLittleEndianHere, type MappedPages, mappedPages } from '../../core/memoryMap/pointers.ts';
import { processKey } from '../../core/processes/processSummary.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { placeInWords } from './addressWords.ts';

/** What was read is good for this long, and for so many times what the reading took: 2 % of a core. */
const leastRestMs = 1000;
const rest = 50;

interface Read {
  readonly space: AddressSpace;
  readonly until: number;
}

/** The address spaces that open views lie in, as they were not long ago: for hovers and pointers, which come often. */
export class RegionPlaces {
  readonly #lookout: ProcessLookout;
  readonly #read = new Map<string, Promise<Read>>();

  constructor(lookout: ProcessLookout) {
    this.#lookout = lookout;
  }

  /** What pointers of the process may point to; undefined where that cannot be asked. */
  async mapped(ref: ProcessRegionRef | undefined): Promise<MappedPages | undefined> {
    if (ref === undefined) return undefined;
    return mappedPages(await this.#spaceOf(ref), isLittleEndianHere);
  }

  /** `→ [heap] rw-p +0x10`; undefined where nothing is mapped there. */
  async describe(ref: ProcessRegionRef | undefined, address: bigint): Promise<string | undefined> {
    if (ref === undefined) return undefined;
    const space = await this.#spaceOf(ref);
    const found = findAddress(space, address);
    return found.isMapped ? `→ 0x${formatHexOffset(address)}: ${placeInWords(space, found.row, address)}` : undefined;
  }

  async #spaceOf(ref: ProcessRegionRef): Promise<AddressSpace> {
    const key = processKey(ref);
    const known = await this.#read.get(key)?.catch(() => undefined);
    if (known !== undefined && Date.now() < known.until) return known.space;
    const reading = this.#readAnew(ref);
    // One process at a time: who looks at several has several of these at hand soon enough.
    this.#read.clear();
    this.#read.set(key, reading);
    return (await reading).space;
  }

  async #readAnew(ref: ProcessRegionRef): Promise<Read> {
    const start = Date.now();
    const space = await this.#lookout.regions(ref);
    const end = Date.now();
    return { space, until: end + Math.max(leastRestMs, rest * (end - start)) };
  }
}
