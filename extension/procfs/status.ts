/** /proc/<pid>/status, readable for every process that is listed at all: on whose behalf a process acts. */

import { type BadLine, eachLine, latin1, toNumber, words } from './lines.ts';

/** Real, effective, saved and file-system id. */
export type Ids = readonly [real: number, effective: number, saved: number, fileSystem: number];

/** A field is undefined where there is no such line. */
export interface ProcessStatus {
  readonly uid: Ids | undefined;
  readonly gid: Ids | undefined;
  /** A bit per capability. */
  readonly permittedCapabilities: bigint | undefined;
  readonly effectiveCapabilities: bigint | undefined;
}

export interface ParsedStatus {
  readonly status: ProcessStatus;
  readonly bad: readonly BadLine[];
}

const COLON = 0x3a;

/** Never throws; other keys are passed over. */
export function parseStatus(bytes: Uint8Array): ParsedStatus {
  const values = new Map<string, readonly string[]>();
  const bad = eachLine(bytes, (start, end) => {
    const colon = bytes.indexOf(COLON, start);
    if (colon <= start || colon >= end) return false;
    const key = latin1(bytes, start, colon);
    const check = CHECKS.get(key);
    if (check === undefined) return true;
    const value = words(bytes, colon + 1, end);
    const isGood = check(value);
    // The first line of a key counts: a name cannot hold a newline here, so no second one is genuine.
    if (isGood && !values.has(key)) values.set(key, value);
    return isGood;
  });
  const ids = (key: string) => values.get(key)?.map(Number) as Ids | undefined;
  const mask = (key: string) => {
    const word = values.get(key)?.[0];
    return word === undefined ? undefined : BigInt(`0x${word}`);
  };
  const status: ProcessStatus = {
    uid: ids('Uid'),
    gid: ids('Gid'),
    permittedCapabilities: mask('CapPrm'),
    effectiveCapabilities: mask('CapEff'),
  };
  return { status, bad };
}

type Check = (values: readonly string[]) => boolean;

const areIds: Check = (values) => values.length === 4 && values.every((value) => toNumber(value) !== undefined);
const isMask: Check = (values) => values.length === 1 && /^[0-9a-f]{1,16}$/.test(values[0] ?? '');

const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['Uid', areIds],
  ['Gid', areIds],
  ['CapPrm', isMask],
  ['CapEff', isMask],
]);
