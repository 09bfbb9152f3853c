/**
 * /proc/<pid>/maps: the regions of an address space.
 *
 * The kernel gives about a page of it per read, and takes its lock anew for each: the listing is no instant, and a
 * region that grew between two reads may overlap its neighbour or stand there twice. Nothing here minds; sort and look
 * before relying on more.
 */
import { backingOf, type Device, equalBytes, type MemoryRegion, type Rights } from '../core/memoryMap/memoryRegion.ts';
import { type BadLine, Cursor, eachLine } from './lines.ts';

export interface MapsListing {
  readonly regions: readonly MemoryRegion[];
  readonly bad: readonly BadLine[];
}

/** Never throws. A listing may be parsed in pieces that end with a newline. */
export function parseMaps(bytes: Uint8Array): MapsListing {
  const reader = new RegionLines(bytes);
  const regions: MemoryRegion[] = [];
  const bad = eachLine(bytes, (start, end) => {
    const region = reader.read(start, end);
    if (region !== undefined) regions.push(region);
    return region !== undefined;
  });
  return { regions, bad };
}

const DASH = 0x2d;
const BLANK = 0x20;
const COLON = 0x3a;
const [READ, WRITE, EXECUTE, SHARED, PRIVATE] = [0x72, 0x77, 0x78, 0x73, 0x70];

/** The eight there are, so that no region has its own. */
const RIGHTS: readonly Rights[] = Array.from({ length: 8 }, (_, bits) => ({
  read: (bits & 4) !== 0,
  write: (bits & 2) !== 0,
  execute: (bits & 1) !== 0,
}));

/** Reads the lines of maps, which are also the heads of smaps, out of one buffer. */
export class RegionLines {
  readonly #cursor: Cursor;
  /** The regions of one library follow each other: they share what lies behind them. */
  #last: { readonly name: Uint8Array; readonly region: MemoryRegion } | undefined;

  constructor(bytes: Uint8Array) {
    this.#cursor = new Cursor(bytes);
  }

  /** The region of the line [start, end), or undefined if it is none. */
  read(start: number, end: number): MemoryRegion | undefined {
    const cursor = this.#cursor;
    cursor.at = start;
    cursor.end = end;
    const first = cursor.hex();
    if (first === undefined || !cursor.skip(DASH)) return undefined;
    const after = cursor.hex();
    if (after === undefined || after <= first || !cursor.skip(BLANK)) return undefined;
    const rights = this.#flag(READ, 4);
    const canWrite = this.#flag(WRITE, 2);
    const canExecute = this.#flag(EXECUTE, 1);
    const isShared = cursor.skip(SHARED);
    if (rights < 0 || canWrite < 0 || canExecute < 0 || !(isShared || cursor.skip(PRIVATE))) return undefined;
    if (!cursor.skip(BLANK)) return undefined;
    const offset = cursor.hex();
    if (offset === undefined || !cursor.skip(BLANK)) return undefined;
    const major = cursor.smallHex();
    if (major === undefined || !cursor.skip(COLON)) return undefined;
    const minor = cursor.smallHex();
    if (minor === undefined || !cursor.skip(BLANK)) return undefined;
    const inode = cursor.decimal();
    // A blank follows the inode even where there is no name.
    if (inode === undefined || !cursor.skip(BLANK)) return undefined;

    const { bytes } = cursor;
    const text = bytes.subarray(afterPadding(bytes, cursor.at, end), end);
    const sharing = isShared ? 'shared' : 'private';
    const shared = this.#sameObject(text, sharing, major, minor, inode);
    // A copy, lest a short name keep megabytes of listing alive.
    const name = shared === undefined ? text.slice() : text;
    const device: Device = shared?.device ?? { major, minor };
    const region: MemoryRegion = {
      start: first,
      end: after,
      rights: RIGHTS[rights | canWrite | canExecute] as Rights,
      sharing,
      offset,
      device,
      inode,
      backing: shared?.backing ?? backingOf(name, { sharing, device, inode, escapesNewline: true }),
    };
    if (shared === undefined) this.#last = { name, region };
    return region;
  }

  /** `bit` where the letter stands, 0 for a dash, -1 for anything else. */
  #flag(letter: number, bit: number): number {
    if (this.#cursor.skip(letter)) return bit;
    return this.#cursor.skip(DASH) ? 0 : -1;
  }

  #sameObject(
    name: Uint8Array,
    sharing: MemoryRegion['sharing'],
    major: number,
    minor: number,
    inode: bigint,
  ): MemoryRegion | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const { region } = last;
    const isSame =
      region.inode === inode &&
      region.sharing === sharing &&
      region.device.minor === minor &&
      region.device.major === major &&
      equalBytes(last.name, name);
    return isSame ? region : undefined;
  }
}

/** Only blanks pad the line up to the name, never tabs: a tab belongs to the name. */
function afterPadding(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] === BLANK) at++;
  return at;
}
