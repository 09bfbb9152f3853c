import { readdir } from 'node:fs/promises';
import { encodeUtf8, lossyName } from '../core/text/utf8.ts';

/** A folder with more names than this is not searched for one that UTF-8 cannot spell. */
const mostCandidates = 64;

/**
 * The real paths, as bytes, that VS Code may mean by a path in which it shows U+FFFD: it decodes names as UTF-8 and
 * loses the bytes that are not. Each such folder is listed as bytes and each name that decodes alike is a candidate.
 * Empty where nothing matches; a folder that cannot be listed matches nothing.
 */
export async function pathsShownAs(shown: string): Promise<Uint8Array[]> {
  let candidates: Uint8Array[] = [encodeUtf8('/')];
  for (const segment of shown.split('/').filter((part) => part !== '')) {
    const next: Uint8Array[] = [];
    for (const folder of candidates) {
      if (!segment.includes('\uFFFD')) next.push(join(folder, encodeUtf8(segment)));
      else next.push(...(await namesShownAs(folder, segment)).map((name) => join(folder, name)));
    }
    candidates = next.slice(0, mostCandidates);
  }
  return candidates;
}

async function namesShownAs(folder: Uint8Array, shown: string): Promise<Uint8Array[]> {
  try {
    const names = await readdir(Buffer.from(folder), { encoding: 'buffer' });
    return names.filter((name) => lossyName(name) === shown);
  } catch {
    return [];
  }
}

function join(folder: Uint8Array, name: Uint8Array): Uint8Array {
  const slash = folder.at(-1) === 0x2f ? [] : [0x2f];
  return Uint8Array.from([...folder, ...slash, ...name]);
}
