/**
 * What a link from outside of VS Code asks for. All of it stands in the path, since VS Code decodes a query as a whole and
 * so loses what separates its parts:
 *
 * | path | asks for |
 * |---|---|
 * | `/file/dev/shm/ring` | a file |
 * | `/source/memglass-sysv/3-4121/x` | a source by its URI |
 * | `/map/1234` | the memory map of a process |
 * | `/address/1234/0x7f2a10d00000` | an address of a process |
 *
 * A process may be given with its start time, `1234-88123`: then of it alone, and of no later one with its number.
 */
import { parseAddress, parseProcess } from '../memoryMap/processAddress.ts';
import { ownSchemes, type SourceRef, uriToRef } from '../sourceRef.ts';

export type LinkRequest =
  | { readonly kind: 'source'; readonly ref: SourceRef }
  | { readonly kind: 'map'; readonly pid: number; readonly startTime?: number | undefined }
  | {
      readonly kind: 'address';
      readonly pid: number;
      readonly startTime?: number | undefined;
      readonly address: bigint;
    };

/** Longer than any path that the kernel takes. */
const LONGEST = 16_384;

/** `path` is decoded. Undefined for what is no link of ours; anybody may have written it. */
export function parseLink(path: string): LinkRequest | undefined {
  if (path.length > LONGEST) return undefined;
  const [, verb = '', rest = ''] = /^\/([a-z]+)\/(.*)$/s.exec(path) ?? [];
  switch (verb) {
    case 'file':
      return toSource('file', `/${rest}`);
    case 'source': {
      const [, scheme = '', below = ''] = /^([a-z-]+)(\/.*)$/s.exec(rest) ?? [];
      return ownSchemes.includes(scheme) ? toSource(scheme, below) : undefined;
    }
    case 'map': {
      const process = parseProcess(rest);
      return process && { kind: 'map', ...process };
    }
    case 'address': {
      const [of = '', at = '', ...more] = rest.split('/');
      const [process, address] = [parseProcess(of), /^0x/i.test(at) ? parseAddress(at) : undefined];
      if (process === undefined || address === undefined || more.length > 0) return undefined;
      return { kind: 'address', ...process, address };
    }
    default:
      return undefined;
  }
}

function toSource(scheme: string, path: string): LinkRequest | undefined {
  try {
    return { kind: 'source', ref: uriToRef({ scheme, path }) };
  } catch {
    return undefined;
  }
}
