import * as vscode from 'vscode';
import { type MapRef, mapUri } from '../../core/memoryMap/mapUri.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { sentenceFor } from '../errors.ts';
import { pickProcess } from '../processes/pickProcess.ts';
import type { ActiveMaps } from './activeMaps.ts';
import { mapViewType } from './mapEditor.ts';

/** A process, and what to show of it. */
interface Wanted {
  readonly pid: number;
  /** Of that process and of no later one with its number; undefined for the one that has the number now. */
  readonly startTime?: number | undefined;
  /** The region to select. */
  readonly address?: bigint | undefined;
}

/**
 * `memglass.openMemoryMap`: the memory map of a process. Its argument is a pid, `{ pid, startTime?, address? }` with the
 * address as a bigint, a number or text in hex, or an element of the Processes or the Shared Memory view; without one
 * it asks.
 */
export function registerOpenMemoryMap(
  context: vscode.ExtensionContext,
  { processes }: Platform,
  maps: ActiveMaps,
): void {
  const open = async (target?: unknown) => {
    try {
      const wanted = target ?? (await pickProcess(processes, vscode.l10n.t('Open Memory Map')));
      if (wanted !== undefined) await openMemoryMap(wanted, processes, maps);
    } catch (error) {
      void vscode.window.showErrorMessage(sentenceFor(error));
    }
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.openMemoryMap', open),
    vscode.commands.registerCommand('memglass.showInMemoryMap', open),
  );
}

/** `target` as the command takes it. Rejects with a SourceError. */
export async function openMemoryMap(target: unknown, lookout: ProcessLookout, maps: ActiveMaps): Promise<void> {
  const wanted = wantedOf(target);
  await openMap(await summaryOf(wanted, lookout), wanted.address, maps);
}

async function openMap(
  process: Parameters<typeof mapUri>[0],
  address: bigint | undefined,
  maps: ActiveMaps,
): Promise<void> {
  const uri = openedUri(process) ?? vscode.Uri.from(mapUri(process));
  await vscode.commands.executeCommand('vscode.openWith', uri, mapViewType, { preview: true });
  if (address !== undefined) maps.reveal(uri, address);
}

/** A process that has changed its name has one tab all the same. */
function openedUri({ pid, startTime }: Parameters<typeof mapUri>[0]): vscode.Uri | undefined {
  const identity = `/${pid}-${startTime}/`;
  for (const { input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
    if (!(input instanceof vscode.TabInputCustom) || input.viewType !== mapViewType) continue;
    if (input.uri.path.startsWith(identity)) return input.uri;
  }
  return undefined;
}

/** A process that has ended is shown as such, under its own number and start time. */
async function summaryOf({ pid, startTime }: Wanted, lookout: ProcessLookout): Promise<ProcessSummary | MapRef> {
  if (startTime === undefined) return await lookout.find(pid);
  const found = await lookout.find(pid).catch(() => undefined);
  return found?.startTime === startTime ? found : { pid, startTime };
}

function wantedOf(target: unknown): Wanted {
  if (typeof target === 'number') return checked({ pid: target });
  if (typeof target === 'object' && target !== null) {
    const element = elementOf(target);
    if (element !== undefined) return checked(element);
    if ('pid' in target && typeof target.pid === 'number') {
      const startTime = 'startTime' in target && typeof target.startTime === 'number' ? target.startTime : undefined;
      const address = 'address' in target ? addressOf(target.address) : undefined;
      return checked({ pid: target.pid, startTime, address });
    }
  }
  throw new SourceError('badArgument', { path: String(target) });
}

/** Of an element of the Processes view (a process, a kind or a region of it) or of the Shared Memory view (a user). */
function elementOf(target: object): Wanted | undefined {
  if ('user' in target && isObject(target.user) && 'process' in target.user) {
    const start = 'mapping' in target && isObject(target.mapping) ? target.mapping : undefined;
    return withAddress(target.user.process, start);
  }
  if ('process' in target) return withAddress(target.process, undefined);
  if (!('parent' in target) || !isObject(target.parent)) return undefined;
  const region = 'region' in target && isObject(target.region) ? target.region : undefined;
  const process = elementOf(target.parent);
  return process && { ...process, address: withAddress(process, region)?.address };
}

function withAddress(process: unknown, place: object | undefined): Wanted | undefined {
  if (!isObject(process) || !('pid' in process) || typeof process.pid !== 'number') return undefined;
  const startTime = 'startTime' in process && typeof process.startTime === 'number' ? process.startTime : undefined;
  const address = place !== undefined && 'start' in place ? addressOf(place.start) : undefined;
  return { pid: process.pid, startTime, address };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function addressOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^(?:0x)?[0-9a-f]{1,16}$/i.test(value)) {
    return BigInt(`0x${value.replace(/^0x/i, '')}`);
  }
  return undefined;
}

function checked(wanted: Wanted): Wanted {
  const { pid } = wanted;
  if (!Number.isInteger(pid) || pid < 1 || pid > 0x7fff_ffff)
    throw new SourceError('badArgument', { path: String(pid) });
  return wanted;
}
