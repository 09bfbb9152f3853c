import type { NativeAddon } from '../../../native/index.d.ts';
import type { OwnHolds } from '../ownHolds.ts';
import type { Journals } from '../saving/journals.ts';

/** What every source needs to open anything. */
export interface Machine {
  readonly addon: NativeAddon;
  readonly journals: Journals;
  /** Where a source notes what it holds, as long as it does. */
  readonly holds: OwnHolds;
}
