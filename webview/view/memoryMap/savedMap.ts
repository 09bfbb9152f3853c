import type { RegionSort } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { MapFilter } from '../../../extension/protocol/mapTypes.ts';
import type { SelectedRange } from '../../model/memoryMap/selectedRanges.ts';

/** What a memory map keeps by itself, across being hidden and shown again. */
export interface SavedMap {
  /** The document of the host that this state was last kept in: a second start in it must not trust its rows. */
  readonly startedWith: string;
  readonly sort: RegionSort;
  readonly filter: MapFilter;
  readonly text: string;
  /** Where the first row that shows begins, in hex, in the order of the addresses; undefined for the top. */
  readonly top?: string | undefined;
  /** Pixels of that row that are above the edge. */
  readonly pixels?: number | undefined;
  /** Where the region at the cursor begins, in hex. */
  readonly cursor?: string | undefined;
  /** All that shows, or these; undefined for the region at the cursor alone. */
  readonly selected?: 'all' | readonly SelectedRange[] | undefined;
  /** The first address and the last page of the part that the picture shows, in hex; undefined where it shows all. */
  readonly zoom?: SelectedRange | undefined;
}
