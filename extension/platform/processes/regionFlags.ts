/** VmFlags of one region, by the text of smaps up to it. */
import type { NativeAddon } from '../../../native/index.d.ts';
import { SmapsParser } from '../../procfs/smaps.ts';
import { openOfProcess } from './process.ts';

const block = 2 ** 16;

/** The flags of the region that holds `address`; none where it is not there or the kernel does not say. */
export async function readRegionFlags(addon: NativeAddon, pid: number, address: bigint): Promise<readonly string[]> {
  const file = await openOfProcess(addon, pid, 'smaps');
  try {
    const parser = new SmapsParser();
    for (let offset = 0; ; ) {
      const bytes = new Uint8Array(block);
      const { length, faults } = await file.read(offset, bytes);
      const ended = length === 0 || faults.length > 0;
      const { regions } = ended ? parser.end() : { regions: parser.push(bytes.subarray(0, length)) };
      const found = regions.find(({ region }) => region.end > address);
      if (found !== undefined) return found.region.start <= address ? found.flags : [];
      if (ended) return [];
      offset += length;
    }
  } finally {
    file.close();
  }
}
