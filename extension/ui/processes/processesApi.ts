import type { MemoryRegion } from '../../core/memoryRegion.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';

/** Regions that are made at a time: some milliseconds. */
const regionsOfStep = 5000;

/** What other extensions may ask about processes. */
export function processesApi(lookout: ProcessLookout) {
  return {
    list: async (): Promise<readonly ProcessSummary[]> => (await lookout.look()).processes,
    regions: async (process: number | Pick<ProcessSummary, 'pid' | 'startTime'>): Promise<readonly MemoryRegion[]> => {
      const space = await lookout.regions(typeof process === 'number' ? await lookout.find(process) : process);
      const regions: MemoryRegion[] = [];
      while (regions.length < space.count) {
        const end = Math.min(space.count, regions.length + regionsOfStep);
        while (regions.length < end) regions.push(space.region(regions.length));
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
      }
      return regions;
    },
  };
}
