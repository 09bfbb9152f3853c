/** Addresses of processes as they stand in text: what a debugger shows, what a program prints into a terminal. */

/** An address of a process. Without a start time it is that of the process which has the number now. */
export interface ProcessAddress {
  readonly pid: number;
  readonly startTime?: number | undefined;
  readonly address: bigint;
}

/** Where in a line an address stands. */
export interface FoundAddress extends ProcessAddress {
  /** UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

/** Pids are C ints. */
const LARGEST_PID = 0x7fff_ffff;
/** More in one line are no addresses for people. */
const MOST_IN_LINE = 100;

/** `0x7f2a10d00000`, or a whole number in decimal; undefined for anything else, and past 64 bits. */
export function parseAddress(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (!/^(?:0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(trimmed)) return undefined;
  const address = BigInt(trimmed);
  return address < 1n << 64n ? address : undefined;
}

/** The first number in hex of a value as debuggers show it: `(char *) 0x7f2a10d00000 "text"`. */
export function findAddress(value: string): bigint | undefined {
  const found = /(?<![\w.])0x[0-9a-f]{1,16}(?![\w])/i.exec(value);
  return found === null ? undefined : BigInt(found[0]);
}

/** All `pid:1234/0x7f2a10d00000` of a line. */
export function findProcessAddresses(line: string): readonly FoundAddress[] {
  const found: FoundAddress[] = [];
  for (const match of line.matchAll(/(?<!\w)pid:([1-9][0-9]{0,9})\/(0x[0-9a-f]{1,16})(?!\w)/gi)) {
    const [text, pid = '', address = ''] = match;
    if (Number(pid) > LARGEST_PID) continue;
    found.push({ offset: match.index, length: text.length, pid: Number(pid), address: BigInt(address) });
    if (found.length === MOST_IN_LINE) break;
  }
  return found;
}

/** `1234`, or `1234-88123` with the start time. */
export function parseProcess(text: string): { readonly pid: number; readonly startTime?: number } | undefined {
  const [, pid = '', startTime] = /^([1-9][0-9]{0,9})(?:-([0-9]{1,16}))?$/.exec(text) ?? [];
  if (pid === '' || Number(pid) > LARGEST_PID) return undefined;
  if (startTime === undefined) return { pid: Number(pid) };
  return Number.isSafeInteger(Number(startTime)) ? { pid: Number(pid), startTime: Number(startTime) } : undefined;
}
