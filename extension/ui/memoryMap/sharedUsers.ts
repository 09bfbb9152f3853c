import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { MapRef } from '../../core/memoryMap/mapUri.ts';
import type { SharedMemoryLookout } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { SharedRegions } from '../../protocol/mapTypes.ts';
import { processLabel } from '../sharedMemory/words.ts';

/** Milliseconds that an answer holds: it takes a look at all processes. */
const holds = 10_000;

/** Who else maps the shared memory that a process maps. Of ordinary files nobody knows without a look at all of them. */
export class SharedUsers {
  readonly #process: MapRef;
  readonly #lookout: SharedMemoryLookout;
  #found: readonly SharedRegions[] = [];
  #space: AddressSpace | undefined;
  #at = Number.NEGATIVE_INFINITY;

  constructor(process: MapRef, lookout: SharedMemoryLookout) {
    this.#process = process;
    this.#lookout = lookout;
  }

  /** What the last look found: a new list where it found something else. */
  get found(): readonly SharedRegions[] {
    return this.#found;
  }

  async look(space: AddressSpace, signal: AbortSignal): Promise<void> {
    const isKnown = space === this.#space && Date.now() - this.#at < holds;
    if (isKnown || !space.objects.some(({ kind }) => kind === 'shared')) return;
    const { objects } = await this.#lookout.look(signal);
    [this.#space, this.#at] = [space, Date.now()];
    const { pid, startTime } = this.#process;
    const found: SharedRegions[] = [];
    for (const { users } of objects) {
      const own = users.find(({ process }) => process.pid === pid && process.startTime === startTime);
      if (own === undefined || own.mappings.length === 0) continue;
      const others = users.filter((user) => user !== own && user.mappings.length > 0);
      found.push({
        starts: own.mappings.map(({ start }) => start.toString(16)),
        others: others.map(({ process }) => ({
          pid: process.pid,
          startTime: process.startTime,
          label: processLabel(process),
        })),
      });
    }
    if (JSON.stringify(found) !== JSON.stringify(this.#found)) this.#found = found;
  }
}
