import { objectKey } from '../core/sharedMemory/sharedMemory.ts';
import type { OwnHold } from '../core/sharedMemory/sharedMemoryScan.ts';

const NO_DEVICE = { major: 0, minor: 0 };

/**
 * What Memglass itself has open or attached, so that nobody takes it for another user of an object: neither in a count
 * of attachments nor in the test for leaks.
 */
export class OwnHolds {
  readonly #holds = new Set<OwnHold>();

  /** Counts until the returned function is called. */
  add(hold: OwnHold): () => void {
    // A copy, so that the same hold added twice counts twice. System V is known by the id, whatever device tells it.
    const own = hold.class === 'sysv' ? { ...hold, device: NO_DEVICE } : { ...hold };
    this.#holds.add(own);
    return () => this.#holds.delete(own);
  }

  /** What is held now, all of one object in one. */
  list(): readonly OwnHold[] {
    const sums = new Map<string, OwnHold>();
    for (const hold of this.#holds) {
      const key = objectKey(hold);
      const { mappings = 0, descriptors = 0 } = sums.get(key) ?? {};
      sums.set(key, { ...hold, mappings: mappings + hold.mappings, descriptors: descriptors + hold.descriptors });
    }
    return [...sums.values()];
  }
}
