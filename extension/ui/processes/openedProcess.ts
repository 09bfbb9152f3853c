/** A process whose regions show: as they were last read, with what they add up to. */
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { regionChanges } from '../../core/memoryMap/regionChanges.ts';
import type { RegionFigures } from '../../core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../core/memoryMap/regionKind.ts';
import { type KindSums, type RegionSums, sumKinds, sumRegions } from '../../core/memoryMap/regionSums.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { sumsText } from './words.ts';

export type Regions = Pick<ProcessLookout, 'regions' | 'figures'>;

export class OpenedProcess {
  readonly space: AddressSpace;
  readonly #figures: RegionFigures;
  readonly #sums: KindSums;

  private constructor(space: AddressSpace, figures: RegionFigures) {
    this.space = space;
    this.#figures = figures;
    this.#sums = sumKinds(space, figures);
  }

  /** Rejects with a SourceError. */
  static async read(process: Parameters<Regions['regions']>[0], regions: Regions): Promise<OpenedProcess> {
    const space = await regions.regions(process);
    return new OpenedProcess(space, await regions.figures(process, space));
  }

  /** The kinds that it has regions of, in their order. */
  kinds(): readonly RegionKind[] {
    return [...this.#sums.byKind].flatMap(([kind, { regions }]) => (regions > 0 ? [kind] : []));
  }

  sums(kind: RegionKind): RegionSums {
    return this.#sums.byKind.get(kind) ?? sumRegions(this.space, this.#figures, []);
  }

  sumsOf(row: number): RegionSums {
    return sumRegions(this.space, this.#figures, [row]);
  }

  /** VmFlags; none where they are not known. */
  flags(row: number): readonly string[] {
    return this.#figures.flags(row) ?? [];
  }

  /** The rows of a kind, in the order of the addresses. */
  *rows(kind: RegionKind): Generator<number> {
    for (let row = 0; row < this.space.count; row++) if (this.space.kindOf(row) === kind) yield row;
  }

  /** Whether it would show otherwise than an earlier look at the same process. */
  differsFrom(earlier: OpenedProcess): boolean {
    const isOther = (kind: RegionKind) => sumsText(this.sums(kind)) !== sumsText(earlier.sums(kind));
    return this.kinds().some(isOther) || regionChanges(earlier.space, this.space).length > 0;
  }
}
