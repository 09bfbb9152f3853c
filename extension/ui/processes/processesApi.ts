import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ActiveMaps } from '../memoryMap/activeMaps.ts';
import { openMemoryMap } from '../memoryMap/openMemoryMap.ts';
import { NotMapped, openAddress, type RegionServices } from '../regions/openAddress.ts';

/** Regions that are made at a time: some milliseconds. */
const regionsOfStep = 5000;

type Process = number | Pick<ProcessSummary, 'pid' | 'startTime'>;

/** What other extensions may ask about processes. */
export function processesApi({ lookout, views }: RegionServices, maps: ActiveMaps) {
  const find = async (process: Process) => (typeof process === 'number' ? await lookout.find(process) : process);
  return {
    openMap: async (process: Process, address?: bigint): Promise<void> => {
      const { pid, startTime } = await find(process);
      await openMemoryMap({ pid, startTime, address }, lookout, maps);
    },
    openAddress: async (process: Process, address: bigint): Promise<void> => {
      const found = await find(process);
      await openAddress({ lookout, views }, found, address).catch((error: unknown) => {
        throw error instanceof NotMapped ? new SourceError('regionGone', { id: found.pid }) : error;
      });
    },
    list: async (): Promise<readonly ProcessSummary[]> => (await lookout.look()).processes,
    regions: async (process: Process): Promise<readonly MemoryRegion[]> => {
      const space = await lookout.regions(await find(process));
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
