/**
 * The memory map of a process as a URI: `memglass-map:/4121-88123/node (4121)` (pid, start time). The last segment is
 * the tab's title and is not looked at again; the identity stands in the path because VS Code's Uri.toString() rewrites
 * queries.
 */

import { type ProcessSummary, processName } from '../processes/processSummary.ts';
import { SourceError } from '../sourceError.ts';
import type { UriParts } from '../sourceRef.ts';
import { printableName } from '../text/printableName.ts';

export const mapScheme = 'memglass-map';

/** A pid never travels without its start time (clock ticks since boot), for numbers are given again. */
export interface MapRef {
  readonly pid: number;
  readonly startTime: number;
}

/** Throws SourceError('badUri') for what can be no process. */
export function mapUri(
  process: MapRef & Partial<Pick<ProcessSummary, 'name' | 'executable'>>,
): Required<Pick<UriParts, 'scheme' | 'path'>> {
  const { pid, startTime, name, executable } = process;
  if (!isProcess(process)) throw new SourceError('badUri', { path: `${pid}-${startTime}` });
  const title = name === undefined ? String(pid) : mapTitle({ pid, name, executable });
  // No slash may be in the last segment: division slash.
  return { scheme: mapScheme, path: `/${pid}-${startTime}/${title.replaceAll('/', '\u2215')}` };
}

/** Throws SourceError('badUri') for what mapUri could not have made. The title is not looked at. */
export function mapRefOf(uri: UriParts): MapRef {
  const found = uri.authority || uri.scheme !== mapScheme ? null : identity.exec(uri.path);
  const ref = { pid: Number(found?.[1]), startTime: Number(found?.[2]) };
  if (!isProcess(ref)) throw new SourceError('badUri', { path: printableName(uri.path, { maxLength: 200 }) });
  return ref;
}

/** `node (4121)`, safe to show. */
export function mapTitle(process: Pick<ProcessSummary, 'pid' | 'name' | 'executable'>): string {
  return `${processName(process)} (${process.pid})`;
}

const identity = /^\/([1-9][0-9]{0,9})-(0|[1-9][0-9]{0,15})(?:\/[^/]*)?$/;
/** Pids are C ints. */
const largestPid = 0x7fff_ffff;

function isProcess({ pid, startTime }: MapRef): boolean {
  return Number.isInteger(pid) && pid > 0 && pid <= largestPid && Number.isSafeInteger(startTime) && startTime >= 0;
}
