import type { ByteSource } from '../../core/byteSource.ts';
import { SourceError } from '../../core/sourceError.ts';

/** All bytes of a range. Rejects with SourceError('incomplete') where one of them cannot be read. */
export async function readWhole(
  source: Pick<ByteSource, 'read'>,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { length: got, holes } = await source.read(offset, bytes);
  const hole = holes[0] ?? { offset: offset + got, length: length - got, reason: 'pastEnd' as const };
  if (hole.length > 0) throw new SourceError('incomplete', { hole });
  return bytes;
}
