/** A process as a list of processes has it, and which of them a list shows, in which order. */
import type { SourceProcess } from '../byteSource.ts';
import { printableName } from '../text/printableName.ts';

export interface ProcessSummary {
  readonly pid: number;
  /** Clock ticks since boot: a pid is given again. */
  readonly startTime: number;
  /** 0 where the parent is outside of our pid namespace. */
  readonly parentPid: number;
  /** The effective user. */
  readonly uid: number;
  /** One letter: R running, S sleeping, D in the kernel, Z zombie, T stopped, t traced, X dead, I idle. */
  readonly state: string;
  readonly kernelThread: boolean;
  readonly threads: number;
  /** Bytes of it that are in memory; inexact by some dozens of pages. */
  readonly resident: number;
  /** Up to 15 bytes of anything. */
  readonly name: Uint8Array;
  /** The arguments one by one; empty for kernel threads and zombies. Any bytes, 4,096 in all at most. */
  readonly args: readonly Uint8Array[];
  /** The path of the executable as its link has it; undefined where there is none, or it may not be seen. */
  readonly executable: Uint8Array | undefined;
  /** Whether the kernel lets us look at its address space, as far as the list can tell. */
  readonly mayLook: boolean;
}

/** Equal for the same process and for no other. */
export function processKey({ pid, startTime }: Pick<ProcessSummary, 'pid' | 'startTime'>): string {
  return `${pid}-${startTime}`;
}

export interface ProcessFilter {
  /** Only those of this user; undefined for all. */
  readonly uid?: number | undefined;
  /** Those of this user stand before the others. */
  readonly firstUid?: number | undefined;
  /** Only these, by processKey; undefined for all. */
  readonly keys?: ReadonlySet<string> | undefined;
  /** What the name, a command line's or an executable's text holds, in any case; or the beginning of the pid. */
  readonly text?: string | undefined;
}

/** Names as people sort them, pids from the first, memory and threads from the most, `age` from the latest start. */
export const processSorts = ['name', 'pid', 'memory', 'threads', 'age'] as const;
export type ProcessSort = (typeof processSorts)[number];

/** Without kernel threads, in the order of `sort`. */
export function processList(
  processes: readonly ProcessSummary[],
  sort: ProcessSort,
  { uid, firstUid, keys, text = '' }: ProcessFilter,
): readonly ProcessSummary[] {
  const wanted = text.trim().toLowerCase();
  const rows = processes.flatMap((process) => {
    if (process.kernelThread || (uid !== undefined && process.uid !== uid)) return [];
    if (keys !== undefined && !keys.has(processKey(process))) return [];
    const name = processName(process);
    if (!holds(process, name, wanted)) return [];
    return [{ process, name: name.toLowerCase(), place: firstUid === undefined || process.uid === firstUid ? 0 : 1 }];
  });
  rows.sort((a, b) => {
    if (a.place !== b.place) return a.place - b.place;
    const order = sort === 'name' ? compare(a.name, b.name) : rankOf(b.process, sort) - rankOf(a.process, sort);
    return order || a.process.pid - b.process.pid;
  });
  return rows.map(({ process }) => process);
}

/** The greatest first; equal ones are in the order of their pids. */
function rankOf({ resident, threads, startTime }: ProcessSummary, sort: Exclude<ProcessSort, 'name'>): number {
  switch (sort) {
    case 'pid':
      return 0;
    case 'memory':
      return resident;
    case 'threads':
      return threads;
    case 'age':
      return startTime;
  }
}

function holds(process: ProcessSummary, name: string, wanted: string): boolean {
  if (wanted === '' || String(process.pid).startsWith(wanted)) return true;
  const texts = [name, commandLine(process), process.executable === undefined ? '' : printableName(process.executable)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/**
 * Safe to show. The kernel keeps 15 bytes of a name; where the executable's file goes on from them, the whole of it. A
 * program that names all of its threads, as Node does, has the name of its first one: its executable tells more.
 */
export function processName({ name, executable }: Pick<SourceProcess, 'name' | 'executable'>): string {
  const short = printableName(name);
  const isOfThread = short === 'MainThread' || short === 'node-MainThread';
  if (executable === undefined || (name.length < CUT_LENGTH && !isOfThread)) return short;
  const file = printableName(executable.subarray(executable.lastIndexOf(SLASH) + 1)).replace(/ \(deleted\)$/, '');
  return isOfThread || file.startsWith(short) ? file : short;
}

/** Safe to show, in one line; empty where there are no arguments. */
export function commandLine({ args }: Pick<ProcessSummary, 'args'>, maxLength?: number): string {
  if (maxLength === undefined) return args.map((arg) => quoted(printableName(arg))).join(' ');
  let line = '';
  for (const [index, arg] of args.entries()) {
    // No more bytes than can show: a list has thousands of lines, and each may have thousands of bytes.
    line += (index === 0 ? '' : ' ') + quoted(printableName(arg.subarray(0, LONGEST_CHARACTER * (maxLength + 1))));
    if (line.length > maxLength) return `${line.slice(0, maxLength - 1)}…`;
  }
  return line;
}

/** As a shell would take it, for reading only. */
function quoted(arg: string): string {
  return arg === '' || /[\s'"]/.test(arg) ? `'${arg.replaceAll("'", `'\\''`)}'` : arg;
}

const CUT_LENGTH = 15;
/** Bytes of UTF-8. */
const LONGEST_CHARACTER = 4;
const SLASH = 0x2f;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
