/** /proc/<pid>/status, readable for every process that is listed at all. */
import { afterBlanks, type BadLine, eachField, toNumber, words } from './lines.ts';
import { readKilobytes } from './smaps.ts';

/** Real, effective, saved and file-system id. */
export type Ids = readonly [real: number, effective: number, saved: number, fileSystem: number];

/** A field is undefined where the kernel has no such line: kernel threads and zombies have no memory. Sizes in bytes. */
export interface ProcessStatus {
  /** The name as it is, up to 15 bytes of anything: the kernel's escapes are undone. */
  readonly name: Uint8Array | undefined;
  /** One letter: R running, S sleeping, D in the kernel, Z zombie, T stopped, t traced, X dead, I idle. */
  readonly state: string | undefined;
  /** The process's id, for a thread too. */
  readonly tgid: number | undefined;
  readonly pid: number | undefined;
  /** 0 where the parent is outside of our pid namespace. */
  readonly parentPid: number | undefined;
  /** 0 for none. */
  readonly tracerPid: number | undefined;
  readonly uid: Ids | undefined;
  readonly gid: Ids | undefined;
  readonly threads: number | undefined;
  /** A bit per capability. */
  readonly permittedCapabilities: bigint | undefined;
  readonly effectiveCapabilities: bigint | undefined;
  /** The pid in each pid namespace, that of /proc first, its own last. */
  readonly nsPid: readonly number[] | undefined;
  /** Undefined on kernels without the line; stat's flags tell a kernel thread on all. */
  readonly kernelThread: boolean | undefined;
  readonly vmPeak: number | undefined;
  readonly vmSize: number | undefined;
  readonly vmLocked: number | undefined;
  readonly vmPinned: number | undefined;
  readonly vmHighWater: number | undefined;
  readonly vmRss: number | undefined;
  readonly rssAnon: number | undefined;
  readonly rssFile: number | undefined;
  readonly rssShmem: number | undefined;
  readonly vmData: number | undefined;
  readonly vmStack: number | undefined;
  readonly vmExecutable: number | undefined;
  readonly vmLibraries: number | undefined;
  readonly vmPageTables: number | undefined;
  readonly vmSwap: number | undefined;
  readonly hugetlbPages: number | undefined;
}

export interface ParsedStatus {
  readonly status: ProcessStatus;
  readonly bad: readonly BadLine[];
}

/** Never throws; other keys are passed over. */
export function parseStatus(bytes: Uint8Array): ParsedStatus {
  const values = new Map<string, readonly [start: number, end: number]>();
  const sizes = new Map<string, number>();
  const bad = eachField(bytes, (key, start, end) => {
    const check = CHECKS.get(key);
    if (check === 'size') {
      const kilobytes = readKilobytes(bytes, afterBlanks(bytes, start, end), end);
      if (kilobytes !== undefined) sizes.set(key, kilobytes * 1024);
      return kilobytes !== undefined;
    }
    const isGood = check === undefined || check(words(bytes, start, end));
    // The first line of a key counts: a name cannot hold a newline here, so no second one is genuine.
    if (isGood && !values.has(key)) values.set(key, [start, end]);
    return isGood;
  });
  const list = (key: string): readonly string[] | undefined => {
    const value = values.get(key);
    return value && words(bytes, ...value);
  };
  const number = (key: string): number | undefined => toNumber(list(key)?.[0]);
  const numbers = (key: string): readonly number[] | undefined => list(key)?.map(Number);
  const mask = (key: string): bigint | undefined => {
    const word = list(key)?.[0];
    return word === undefined ? undefined : BigInt(`0x${word}`);
  };
  const ids = (key: string): Ids | undefined => numbers(key) as Ids | undefined;
  const name = values.get('Name');
  const kernelThread = number('Kthread');
  const status: ProcessStatus = {
    // One tab, and then the name, which may begin with blanks of its own.
    name: name && unescapeName(bytes.subarray(name[0] + 1, name[1])),
    state: list('State')?.[0],
    tgid: number('Tgid'),
    pid: number('Pid'),
    parentPid: number('PPid'),
    tracerPid: number('TracerPid'),
    uid: ids('Uid'),
    gid: ids('Gid'),
    threads: number('Threads'),
    permittedCapabilities: mask('CapPrm'),
    effectiveCapabilities: mask('CapEff'),
    nsPid: numbers('NSpid'),
    kernelThread: kernelThread === undefined ? undefined : kernelThread !== 0,
    vmPeak: sizes.get('VmPeak'),
    vmSize: sizes.get('VmSize'),
    vmLocked: sizes.get('VmLck'),
    vmPinned: sizes.get('VmPin'),
    vmHighWater: sizes.get('VmHWM'),
    vmRss: sizes.get('VmRSS'),
    rssAnon: sizes.get('RssAnon'),
    rssFile: sizes.get('RssFile'),
    rssShmem: sizes.get('RssShmem'),
    vmData: sizes.get('VmData'),
    vmStack: sizes.get('VmStk'),
    vmExecutable: sizes.get('VmExe'),
    vmLibraries: sizes.get('VmLib'),
    vmPageTables: sizes.get('VmPTE'),
    vmSwap: sizes.get('VmSwap'),
    hugetlbPages: sizes.get('HugetlbPages'),
  };
  return { status, bad };
}

type Check = (values: readonly string[]) => boolean;

const isNumber: Check = (values) => values.length === 1 && toNumber(values[0]) !== undefined;
const areIds: Check = (values) => values.length === 4 && values.every((value) => toNumber(value) !== undefined);
const isMask: Check = (values) => values.length === 1 && /^[0-9a-f]{1,16}$/.test(values[0] ?? '');
const areNumbers: Check = (values) => values.length > 0 && values.every((value) => toNumber(value) !== undefined);

const CHECKS: ReadonlyMap<string, Check | 'size'> = new Map<string, Check | 'size'>([
  ['State', (values) => /^[A-Za-z]$/.test(values[0] ?? '')],
  ...['Tgid', 'Pid', 'PPid', 'TracerPid', 'Threads', 'Kthread'].map((key) => [key, isNumber] as const),
  ...['Uid', 'Gid'].map((key) => [key, areIds] as const),
  ...['CapPrm', 'CapEff'].map((key) => [key, isMask] as const),
  ['NSpid', areNumbers],
  ...[
    'VmPeak',
    'VmSize',
    'VmLck',
    'VmPin',
    'VmHWM',
    'VmRSS',
    'RssAnon',
    'RssFile',
    'RssShmem',
    'VmData',
    'VmStk',
    'VmExe',
    'VmLib',
    'VmPTE',
    'VmSwap',
    'HugetlbPages',
  ].map((key) => [key, 'size'] as const),
]);

const BACKSLASH = 0x5c;

/** In `Name:` the kernel writes a newline as `\n` and a backslash as `\\`, and nothing else. */
function unescapeName(bytes: Uint8Array): Uint8Array {
  const name: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte === BACKSLASH && (next === BACKSLASH || next === 0x6e)) {
      name.push(next === BACKSLASH ? BACKSLASH : 0x0a);
      at++;
    } else {
      name.push(byte);
    }
  }
  return Uint8Array.from(name);
}
