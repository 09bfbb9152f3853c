import type { ProcessRegionRef } from '../sourceRef.ts';
import { encodeUtf8 } from '../text/utf8.ts';
import type { MemoryRegion } from './memoryRegion.ts';

/** A region of a process as a source. */
export function refOfRegion(
  { pid, startTime }: { readonly pid: number; readonly startTime: number },
  { start, end, backing }: Pick<MemoryRegion, 'start' | 'end' | 'backing'>,
): ProcessRegionRef {
  return { kind: 'processRegion', pid, startTime, start, end, name: nameOf(backing) };
}

/** For the title of the tab. */
function nameOf(backing: MemoryRegion['backing']): Uint8Array {
  if ('name' in backing && backing.name !== undefined) return backing.name.bytes;
  return backing.kind === 'privateAnonymous' ? Uint8Array.of() : encodeUtf8(`[${backing.kind}]`);
}
