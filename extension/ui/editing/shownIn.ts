import type { ByteRange } from '../../core/byteRange.ts';
import type { ViewSession } from '../views/viewSession.ts';

/** What the user sees in a range of the view; undefined where it does not have all of it. */
export async function shownIn({ view }: ViewSession, { offset, length }: ByteRange): Promise<Uint8Array | undefined> {
  const shown = await view.request('shown', offset, length).catch(() => undefined);
  return shown?.length === length ? shown : undefined;
}
