// The lines `Key: value` that smaps has below each region.
import { afterBlanks, latin1 } from './lines.ts';

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

/** What smaps says of a region. */
export interface RegionFacts {
  readonly figures: SmapsFigures;
  /** Two-letter codes; core/memoryMap/vmFlags.ts explains them. */
  readonly flags: readonly string[];
}

/** In the order of the fields that `done` makes of them. */
const KEYS = [
  'Size',
  'KernelPageSize',
  'MMUPageSize',
  'Rss',
  'Pss',
  'Pss_Dirty',
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

/** Gathers the lines `Key: value` of one region. */
export class FigureLines {
  readonly #values = new Array<number | undefined>(KEYS.length).fill(undefined);
  #flags = NO_FLAGS;
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
    if (key.text === 'VmFlags') this.#flags = this.#flagSet(latin1(bytes, from, end).trimEnd());
    return true;
  }

  /** What was gathered since the last time. */
  done(): RegionFacts {
    const v = this.#values;
    const figures: SmapsFigures = {
      size: v[0],
      kernelPageSize: v[1],
      mmuPageSize: v[2],
      rss: v[3],
      pss: v[4],
      pssDirty: v[5],
      sharedClean: v[6],
      sharedDirty: v[7],
      privateClean: v[8],
      privateDirty: v[9],
      referenced: v[10],
      anonymous: v[11],
      ksm: v[12],
      lazyFree: v[13],
      anonHugePages: v[14],
      shmemPmdMapped: v[15],
      filePmdMapped: v[16],
      sharedHugetlb: v[17],
      privateHugetlb: v[18],
      swap: v[19],
      swapPss: v[20],
      locked: v[21],
    };
    const done = { figures, flags: this.#flags };
    v.fill(undefined);
    this.#flags = NO_FLAGS;
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
function readKilobytes(bytes: Uint8Array, start: number, end: number): number | undefined {
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
