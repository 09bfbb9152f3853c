import { type ByteRange, endOf } from '../../core/byteRange.ts';
import type { Hole } from '../../core/byteSource.ts';
import { type MemoryRegion, sameDevice } from '../../core/memoryMap/memoryRegion.ts';
import { type AbsentReading, absentReading } from '../../core/memoryMap/regionReading.ts';
import { whyUnreadable } from '../../core/memoryMap/unreadable.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { readForceRule } from '../processes/memoryRules.ts';
import { regionsIn } from '../processes/processAnswer.ts';
import { readRegionFlags } from '../processes/regionFlags.ts';
import type { Machine } from './machine.ts';
import type { MappedFiles } from './mappedFiles.ts';

/** The flags of a region are read again after so many times what the reading took: 2 % of a core; but not for this long. */
const restAfterFlags = 50;
const leastRestMs = 1000;

/** What is mapped where in one process, and what that says of reading there. */
export class MappedRegions {
  readonly #machine: Machine;
  readonly #ref: ProcessRegionRef;
  readonly #files: MappedFiles;
  readonly #flags = new Map<bigint, { readonly flags: readonly string[]; readonly until: number }>();

  constructor(machine: Machine, ref: ProcessRegionRef, files: MappedFiles) {
    this.#machine = machine;
    this.#ref = ref;
    this.#files = files;
  }

  /** The regions of [start, end), as they are now; none where that cannot be asked any more: the memory says what there is. */
  async at(start: bigint, end: bigint): Promise<readonly MemoryRegion[]> {
    try {
      return await regionsIn(this.#machine.addon, this.#ref, start, end);
    } catch {
      return [];
    }
  }

  /** How pages of a region are read that its process has not touched. */
  async absentReading(region: MemoryRegion): Promise<AbsentReading> {
    const mayForce = (await readForceRule(this.#machine.addon)) === 'always';
    const facts = { hasFile: true, mayForce, isSupplied: false };
    const wanted = absentReading(region, facts);
    // Only where it matters: both cost more than a read.
    if (wanted === 'memory') return wanted;
    if (wanted === 'file') {
      const hasFile = (await this.#files.of(region)) !== undefined;
      return absentReading(region, { ...facts, hasFile });
    }
    return absentReading(region, { ...facts, isSupplied: (await this.#flagsOf(region)).includes('um') });
  }

  /**
   * Why the kernel gives none of a range, whose offsets count from the start of what is read: by what is mapped there,
   * which `known` may hold.
   */
  async whyNot(range: ByteRange, errno: string, known: readonly MemoryRegion[]): Promise<Hole[]> {
    const address = (offset: number) => this.#ref.start + BigInt(offset);
    const [start, end] = [address(range.offset), address(endOf(range))];
    const regions = covers(known, start, end) ? known : await this.at(start, end);
    const force = await readForceRule(this.#machine.addon);
    const holes: Hole[] = [];
    const add = (from: bigint, to: bigint, reason: Hole['reason']) => {
      if (to > from) {
        holes.push({ offset: Number(from - this.#ref.start), length: Number(to - from), reason, errno });
      }
    };
    let at = start;
    for (const region of within(regions, start, end)) {
      add(at, region.start, 'unmapped');
      const flags = await this.#flagsOf(region);
      const from = region.start > at ? region.start : at;
      const to = region.end < end ? region.end : end;
      add(from, to, whyUnreadable({ region, flags, force }));
      at = to;
    }
    add(at, end, 'unmapped');
    return holes;
  }

  async #flagsOf({ start }: MemoryRegion): Promise<readonly string[]> {
    const now = performance.now();
    const known = this.#flags.get(start);
    if (known !== undefined && now < known.until) return known.flags;
    const flags = await readRegionFlags(this.#machine.addon, this.#ref.pid, start).catch(() => []);
    const took = performance.now() - now;
    this.#flags.clear();
    this.#flags.set(start, { flags, until: now + took + Math.max(leastRestMs, restAfterFlags * took) });
    return flags;
  }
}

/** Whether all of [start, end) is in these regions, which are in order. */
export function covers(regions: readonly MemoryRegion[], start: bigint, end: bigint): boolean {
  let at = start;
  for (const region of regions) if (region.start <= at && at < region.end) at = region.end;
  return at >= end;
}

export function within(regions: readonly MemoryRegion[], start: bigint, end: bigint): readonly MemoryRegion[] {
  return regions.filter((region) => region.end > start && region.start < end);
}

/** Whether the same is mapped in a range: what lies beyond it may have grown. */
export function areSameWithin(
  one: readonly MemoryRegion[],
  other: readonly MemoryRegion[],
  { start, end }: { readonly start: bigint; readonly end: bigint },
): boolean {
  const clipped = (region: MemoryRegion) => [
    region.start > start ? region.start : start,
    region.end < end ? region.end : end,
    region.offset - region.start,
    region.inode,
  ];
  const others = within(other, start, end);
  return (
    one.length === others.length &&
    one.every((a, index) => {
      const b = others[index];
      if (b === undefined || a.sharing !== b.sharing || a.rights.read !== b.rights.read) return false;
      const bounds = clipped(b);
      return sameDevice(a.device, b.device) && clipped(a).every((value, at) => value === bounds[at]);
    })
  );
}
