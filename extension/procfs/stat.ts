/** /proc/<pid>/stat: one line, readable for every process that is listed at all. */
import { toNumber, words } from './lines.ts';

export interface ProcessStat {
  readonly pid: number;
  /**
   * The name as it is, up to 15 bytes of anything (64 for the kernel's own workers): blanks, newlines, parentheses.
   * Nothing is escaped.
   */
  readonly name: Uint8Array;
  /** One letter: R running, S sleeping, D in the kernel, Z zombie, T stopped, t traced, X dead, I idle. */
  readonly state: string;
  /** 0 where the parent is outside of our pid namespace. */
  readonly parentPid: number;
  readonly kernelThread: boolean;
  readonly threads: number;
  /** Clock ticks since boot. With the pid it names a process for good; see startedAt. */
  readonly startTime: number;
}

const CLOSING_PARENTHESIS = 0x29;
const PF_KTHREAD = 0x0020_0000;

/** Undefined for what is no stat line. */
export function parseStat(bytes: Uint8Array): ProcessStat | undefined {
  const open = bytes.indexOf(0x28);
  // The name may hold any number of parentheses; behind it come numbers only.
  const close = bytes.lastIndexOf(CLOSING_PARENTHESIS);
  if (open < 2 || close < open || bytes.at(-1) !== 0x0a) return undefined;
  const before = words(bytes, 0, open);
  // Field 3 of proc(5) is the first of these.
  const fields = words(bytes, close + 1, bytes.length - 1);
  const field = (number: number): string | undefined => fields[number - 3];
  const pid = before.length === 1 ? toNumber(before[0]) : undefined;
  const state = field(3);
  const parentPid = toNumber(field(4));
  const flags = toNumber(field(9));
  const threads = toNumber(field(20));
  const startTime = toNumber(field(22));
  if (pid === undefined || state === undefined || !/^[A-Za-z]$/.test(state) || parentPid === undefined)
    return undefined;
  if (flags === undefined || threads === undefined || startTime === undefined) return undefined;
  return {
    pid,
    name: bytes.slice(open + 1, close),
    state,
    parentPid,
    // A flag of 32 bits; the bitwise operator's sign does no harm to a test of one bit.
    kernelThread: (flags & PF_KTHREAD) !== 0,
    threads,
    startTime,
  };
}

/** Facts of the machine: a parser never asks for them itself. */
export interface Clock {
  /** Seconds since 1970 at which it was booted (see parseBootTime). */
  readonly bootTime: number;
  /** sysconf(_SC_CLK_TCK), 100 nearly everywhere. */
  readonly ticksPerSecond: number;
}

/**
 * When a process started, in seconds since 1970. The boot time is whole seconds and moves when the clock is set: good
 * to a second or two, so never compare it for equality.
 */
export function startedAt(startTime: number, clock: Clock): number {
  return clock.bootTime + startTime / clock.ticksPerSecond;
}
