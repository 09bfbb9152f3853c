import type { NativeFile } from '../../../native/index.d.ts';
import { type ByteRange, intersect } from '../../core/byteRange.ts';

/**
 * The parts of `bytes`, read at `offset`, that nobody ever wrote to: the holes of a tmpfs, page by page. Only a page of
 * zeros can be one, so that where there is none nothing is asked. Rejects like the file's own calls.
 */
export async function unwrittenIn(
  file: NativeFile,
  pageSize: number,
  offset: number,
  bytes: Uint8Array,
): Promise<readonly ByteRange[]> {
  const answer: ByteRange = { offset, length: bytes.length };
  const start = Math.floor(offset / pageSize) * pageSize;
  const pages = Math.ceil((offset + bytes.length - start) / pageSize);
  const zeros = Buffer.alloc(pageSize);
  const partOf = (page: number) => intersect({ offset: start + page * pageSize, length: pageSize }, answer);
  const isZero = (page: number) => {
    const part = partOf(page);
    if (part === undefined) return false;
    const from = part.offset - offset;
    return zeros.subarray(0, part.length).equals(bytes.subarray(from, from + part.length));
  };
  const candidates = Array.from({ length: pages }, (_, page) => page).filter(isZero);
  // The very last page that can be addressed is not worth a call of its own.
  const isAddressable = start + pages * pageSize <= Number.MAX_SAFE_INTEGER;
  if (candidates.length === 0 || !isAddressable) return [];
  // A bucket for each page: 0 is a page that is not there.
  const shares = new Uint8Array(pages);
  if (!(await file.allocation(start, pages * pageSize, shares))) return [];
  const ranges: ByteRange[] = [];
  for (const page of candidates) {
    const part = shares[page] === 0 ? partOf(page) : undefined;
    if (part === undefined) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.offset + last.length === part.offset) {
      ranges[ranges.length - 1] = { offset: last.offset, length: last.length + part.length };
    } else ranges.push(part);
  }
  return ranges;
}
