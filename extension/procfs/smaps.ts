/**
 * /proc/<pid>/smaps: the regions with what of them is in memory. Which figures there are depends on the kernel, so
 * each is found by its key; a key that is not known here is kept aside as text.
 *
 * The kernel walks the page tables for it (about 4 µs a region, and as long as the region is large). 65,530 regions are
 * some 60 MB of text, so the parser takes them in pieces, as they are read.
 */
import type { MemoryRegion } from '../core/memoryRegion.ts';
import { afterBlanks, type BadLine, latin1 } from './lines.ts';
import { RegionLines } from './maps.ts';

/**
 * Bytes (the kernel prints kB, so they are multiples of 1,024 and exact as numbers to 2^63), undefined where this
 * kernel has no such line.
 */
export interface SmapsFigures {
  readonly size: number | undefined;
  readonly kernelPageSize: number | undefined;
  readonly mmuPageSize: number | undefined;
  readonly rss: number | undefined;
  readonly pss: number | undefined;
  readonly pssDirty: number | undefined;
  /** Only in smaps_rollup, like the next two. */
  readonly pssAnon: number | undefined;
  readonly pssFile: number | undefined;
  readonly pssShmem: number | undefined;
  readonly sharedClean: number | undefined;
  readonly sharedDirty: number | undefined;
  readonly privateClean: number | undefined;
  readonly privateDirty: number | undefined;
  readonly referenced: number | undefined;
  /** Above 0 for a private file mapping: pages that were written to and are the process's own now. */
  readonly anonymous: number | undefined;
  readonly ksm: number | undefined;
  readonly lazyFree: number | undefined;
  readonly anonHugePages: number | undefined;
  readonly shmemPmdMapped: number | undefined;
  readonly filePmdMapped: number | undefined;
  /** Huge pages of hugetlb are counted here only, not in rss. */
  readonly sharedHugetlb: number | undefined;
  readonly privateHugetlb: number | undefined;
  readonly swap: number | undefined;
  readonly swapPss: number | undefined;
  readonly locked: number | undefined;
}

export interface SmapsRegion {
  readonly region: MemoryRegion;
  readonly figures: SmapsFigures;
  /** Whether transparent huge pages may be used here; undefined where the kernel does not say. */
  readonly thpEligible: boolean | undefined;
  /** The x86 protection key, where there are any. */
  readonly protectionKey: number | undefined;
  /** Two-letter codes; core/vmFlags.ts explains them. */
  readonly flags: readonly string[];
  /** Lines with a key not known here, by key. */
  readonly unknown: ReadonlyMap<string, string> | undefined;
}

export interface SmapsListing {
  readonly regions: readonly SmapsRegion[];
  readonly bad: readonly BadLine[];
}

/** Never throws. */
export function parseSmaps(bytes: Uint8Array): SmapsListing {
  const parser = new SmapsParser();
  const regions = parser.push(bytes);
  const { regions: rest, bad } = parser.end();
  return { regions: [...regions, ...rest], bad };
}

/** Takes smaps in pieces of any size, wherever they are cut. */
export class SmapsParser {
  #cut = new Uint8Array(0);
  #line = 0;
  #region: MemoryRegion | undefined;
  readonly #fields = new FigureLines();
  readonly #bad: BadLine[] = [];

  /** The regions that are complete now, in order. The bytes may be used for something else afterwards. */
  push(piece: Uint8Array): readonly SmapsRegion[] {
    const lastNewline = piece.lastIndexOf(NEWLINE);
    const rest = piece.subarray(lastNewline + 1);
    const bytes = this.#cut.length === 0 ? piece.subarray(0, lastNewline + 1) : join(this.#cut, piece, lastNewline + 1);
    if (lastNewline < 0) {
      this.#cut = join(this.#cut, piece, piece.length);
      return [];
    }
    this.#cut = rest.slice();
    const done: SmapsRegion[] = [];
    const heads = new RegionLines(bytes);
    for (let start = 0; start < bytes.length; ) {
      this.#line++;
      const next = this.#region === undefined ? -1 : this.#fields.takeExpected(bytes, start);
      if (next >= 0) {
        start = next;
        continue;
      }
      const end = bytes.indexOf(NEWLINE, start);
      this.#take(bytes, start, end, heads, done);
      start = end + 1;
    }
    return done;
  }

  /** What was still open, and every bad line. */
  end(): SmapsListing {
    const regions: SmapsRegion[] = [];
    this.#finish(regions);
    // See eachLine: without its newline a line was cut off.
    if (this.#cut.length > 0) this.#bad.push({ line: this.#line + 1, bytes: this.#cut });
    this.#cut = new Uint8Array(0);
    return { regions, bad: this.#bad };
  }

  #take(bytes: Uint8Array, start: number, end: number, heads: RegionLines, done: SmapsRegion[]): void {
    if (isKey(bytes[start])) {
      // The figures behind a bad head belong to nobody, and are not bad themselves.
      if (this.#region === undefined || this.#fields.take(bytes, start, end)) return;
    } else {
      this.#finish(done);
      this.#region = heads.read(start, end);
      if (this.#region !== undefined) return;
    }
    this.#bad.push({ line: this.#line, bytes: bytes.slice(start, end) });
  }

  #finish(done: SmapsRegion[]): void {
    if (this.#region !== undefined) done.push({ region: this.#region, ...this.#fields.done() });
    this.#region = undefined;
  }
}

/** Keys begin with a capital letter, heads with a small hex digit. */
function isKey(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

function join(head: Uint8Array, piece: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(head.length + length);
  joined.set(head);
  joined.set(piece.subarray(0, length), head.length);
  return joined;
}

/** In the order of the fields that `done` makes of them. */
const KEYS = [
  'Size',
  'KernelPageSize',
  'MMUPageSize',
  'Rss',
  'Pss',
  'Pss_Dirty',
  'Pss_Anon',
  'Pss_File',
  'Pss_Shmem',
  'Shared_Clean',
  'Shared_Dirty',
  'Private_Clean',
  'Private_Dirty',
  'Referenced',
  'Anonymous',
  'KSM',
  'LazyFree',
  'AnonHugePages',
  'ShmemPmdMapped',
  'FilePmdMapped',
  'Shared_Hugetlb',
  'Private_Hugetlb',
  'Swap',
  'SwapPss',
  'Locked',
] as const;
const SLOTS: ReadonlyMap<string, number> = new Map(KEYS.map((key, slot) => [key, slot]));

const NEWLINE = 0x0a;
const BLANK = 0x20;
const COLON = 0x3a;
const [SMALL_K, CAPITAL_B] = [0x6b, 0x42];
const NO_FLAGS: readonly string[] = [];

/** What stands on one line position of a block: the same in every block of a listing. */
interface KnownKey {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly slot: number | undefined;
}

/** Gathers the lines `Key: value` of one region, or of a rollup. */
export class FigureLines {
  readonly #values = new Array<number | undefined>(KEYS.length).fill(undefined);
  #thpEligible: boolean | undefined;
  #protectionKey: number | undefined;
  #flags = NO_FLAGS;
  #unknown: Map<string, string> | undefined;
  /** The keys in the order of the blocks before: comparing a few bytes is all that a line's key costs. */
  readonly #order: KnownKey[] = [];
  #position = 0;
  /** Few sets of flags recur in all regions. */
  readonly #flagSets = new Map<string, readonly string[]>();

  /**
   * Takes the line at `start` if it is a size with the key that stood here in the block before, and gives the start of
   * the next line; -1 for any other line, of which nothing is taken. Nearly every line of a listing goes this way, and
   * no byte of it is looked at twice.
   */
  takeExpected(bytes: Uint8Array, start: number): number {
    const expected = this.#order[this.#position];
    if (expected?.slot === undefined) return -1;
    const key = expected.bytes;
    let at = start;
    for (let index = 0; index < key.length; index++, at++) if (bytes[at] !== key[index]) return -1;
    while (bytes[at] === BLANK) at++;
    let kilobytes = 0;
    const from = at;
    for (let digit = (bytes[at] ?? 0) - 0x30; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 0x30) {
      kilobytes = kilobytes * 10 + digit;
    }
    // 15 digits are exact.
    if (at === from || at - from > 15 || bytes[at] !== BLANK || bytes[at + 1] !== SMALL_K) return -1;
    if (bytes[at + 2] !== CAPITAL_B || bytes[at + 3] !== NEWLINE) return -1;
    this.#values[expected.slot] = kilobytes * 1024;
    this.#position++;
    return at + 4;
  }

  /** False for a line that cannot be read. */
  take(bytes: Uint8Array, start: number, end: number): boolean {
    const key = this.#key(bytes, start, end);
    if (key === undefined) return false;
    const from = afterBlanks(bytes, start + key.bytes.length, end);
    if (key.slot !== undefined) {
      const kilobytes = readKilobytes(bytes, from, end);
      if (kilobytes === undefined) return false;
      this.#values[key.slot] = kilobytes * 1024;
      return true;
    }
    const text = latin1(bytes, from, end).trimEnd();
    switch (key.text) {
      case 'VmFlags':
        this.#flags = this.#flagSet(text);
        return true;
      case 'THPeligible':
        if (text !== '0' && text !== '1') return false;
        this.#thpEligible = text === '1';
        return true;
      case 'ProtectionKey':
        if (!/^\d{1,5}$/.test(text)) return false;
        this.#protectionKey = Number(text);
        return true;
      default:
        this.#unknown ??= new Map();
        this.#unknown.set(key.text, text);
        return true;
    }
  }

  /** What was gathered since the last time. */
  done(): Omit<SmapsRegion, 'region'> {
    const v = this.#values;
    const figures: SmapsFigures = {
      size: v[0],
      kernelPageSize: v[1],
      mmuPageSize: v[2],
      rss: v[3],
      pss: v[4],
      pssDirty: v[5],
      pssAnon: v[6],
      pssFile: v[7],
      pssShmem: v[8],
      sharedClean: v[9],
      sharedDirty: v[10],
      privateClean: v[11],
      privateDirty: v[12],
      referenced: v[13],
      anonymous: v[14],
      ksm: v[15],
      lazyFree: v[16],
      anonHugePages: v[17],
      shmemPmdMapped: v[18],
      filePmdMapped: v[19],
      sharedHugetlb: v[20],
      privateHugetlb: v[21],
      swap: v[22],
      swapPss: v[23],
      locked: v[24],
    };
    const done = {
      figures,
      thpEligible: this.#thpEligible,
      protectionKey: this.#protectionKey,
      flags: this.#flags,
      unknown: this.#unknown,
    };
    v.fill(undefined);
    this.#thpEligible = undefined;
    this.#protectionKey = undefined;
    this.#flags = NO_FLAGS;
    this.#unknown = undefined;
    this.#position = 0;
    return done;
  }

  #key(bytes: Uint8Array, start: number, end: number): KnownKey | undefined {
    const position = this.#position++;
    const expected = this.#order[position];
    if (expected !== undefined && standsAt(expected.bytes, bytes, start, end)) return expected;
    const colon = bytes.indexOf(COLON, start);
    if (colon < 0 || colon >= end) return undefined;
    const text = latin1(bytes, start, colon);
    const key = { bytes: bytes.slice(start, colon + 1), text, slot: SLOTS.get(text) };
    this.#order[position] = key;
    return key;
  }

  #flagSet(text: string): readonly string[] {
    const known = this.#flagSets.get(text);
    if (known !== undefined) return known;
    const flags = text === '' ? NO_FLAGS : text.split(/ +/);
    // Hostile input has no end of sets; a kernel has a few dozen.
    if (this.#flagSets.size < 1000) this.#flagSets.set(text, flags);
    return flags;
  }
}

function standsAt(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (start + key.length > end) return false;
  for (let at = 0; at < key.length; at++) if (bytes[start + at] !== key[at]) return false;
  return true;
}

/** The number of `<digits> kB`, and nothing else. */
export function readKilobytes(bytes: Uint8Array, start: number, end: number): number | undefined {
  // Cursor.smallDecimal, without an object: there are some 1.5 million of these in a large listing.
  let at = start;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const isWhole = at > start && Number.isSafeInteger(value);
  const isUnit = end - at === 3 && bytes[at] === 0x20 && bytes[at + 1] === SMALL_K && bytes[at + 2] === CAPITAL_B;
  return isWhole && isUnit ? value : undefined;
}
