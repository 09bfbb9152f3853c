/** /proc/<pid>/mountinfo: what is mounted where, in that process's mount namespace. */
import type { Device } from '../core/memoryMap/memoryRegion.ts';
import { type BadLine, eachLine, latin1, toNumber } from './lines.ts';

export interface Mount {
  readonly id: number;
  readonly parentId: number;
  /** Printed in decimal here, unlike in maps and locks. On btrfs not what stat says of the files. */
  readonly device: Device;
  /** Which folder of the file system is mounted: `/`, or that of a bind mount. */
  readonly root: Uint8Array;
  /** As seen from that process's root. */
  readonly mountPoint: Uint8Array;
  /** Options of this mount, `rw` or `ro` first. */
  readonly options: readonly string[];
  /** `shared:1`, `master:2`, …; a peer group is followed by mounts elsewhere. */
  readonly propagation: readonly string[];
  readonly fileSystem: string;
  readonly source: Uint8Array;
  /** Options of the file system, for example `size=65536k`: one character per byte. */
  readonly superOptions: readonly string[];
}

export interface MountTable {
  readonly mounts: readonly Mount[];
  readonly bad: readonly BadLine[];
}

/** Never throws. */
export function parseMountinfo(bytes: Uint8Array): MountTable {
  const mounts: Mount[] = [];
  const bad = eachLine(bytes, (start, end) => {
    const mount = parseMount(fieldsOf(bytes, start, end));
    if (mount !== undefined) mounts.push(mount);
    return mount !== undefined;
  });
  return { mounts, bad };
}

const BLANK = 0x20;
const BACKSLASH = 0x5c;

/** Set apart by exactly one blank: a field may be empty, such as the source of some mounts. */
function fieldsOf(bytes: Uint8Array, start: number, end: number): readonly Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (let from = start; from <= end; ) {
    const blank = bytes.indexOf(BLANK, from);
    const to = blank < 0 || blank > end ? end : blank;
    fields.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return fields;
}

function parseMount(fields: readonly Uint8Array[]): Mount | undefined {
  const text = (at: number): string => {
    const field = fields[at];
    return field === undefined ? '' : latin1(field, 0, field.length);
  };
  // Any number of optional fields stands before the dash.
  const dash = fields.findIndex((_, at) => at >= 6 && text(at) === '-');
  const [root, mountPoint] = [fields[3], fields[4]];
  const [fileSystem, source] = [fields[dash + 1], fields[dash + 2]];
  const id = toNumber(text(0));
  const parentId = toNumber(text(1));
  const [, major, minor] = /^(\d{1,10}):(\d{1,10})$/.exec(text(2)) ?? [];
  if (dash < 0 || id === undefined || parentId === undefined || major === undefined || minor === undefined) {
    return undefined;
  }
  if (!root?.length || !mountPoint?.length || !fileSystem?.length || source === undefined) return undefined;
  if (fields.length !== dash + 4) return undefined;
  const decodedType = unescapeOctal(fileSystem);
  return {
    id,
    parentId,
    device: { major: Number(major), minor: Number(minor) },
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options: list(text(5)),
    propagation: Array.from({ length: dash - 6 }, (_, at) => text(6 + at)),
    fileSystem: latin1(decodedType, 0, decodedType.length),
    source: unescapeOctal(source),
    superOptions: list(text(dash + 3)),
  };
}

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

/**
 * Undoes `\040` and its like. The backslash is escaped itself, so that, unlike in maps, there is no doubt. A backslash
 * that no three octal digits follow stays as it is.
 */
function unescapeOctal(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const digits = bytes[at] === BACKSLASH ? latin1(bytes, at + 1, Math.min(at + 4, bytes.length)) : '';
    if (/^[0-3][0-7]{2}$/.test(digits)) {
      out.push(Number.parseInt(digits, 8));
      at += 3;
    } else {
      out.push(bytes[at] ?? 0);
    }
  }
  return Uint8Array.from(out);
}
