import * as vscode from 'vscode';
import { refOfRegion } from '../../core/memoryMap/regionRef.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refToUri } from '../../core/sourceRef.ts';
import { sentenceFor } from '../errors.ts';
import { NotMapped, openAddress, type RegionServices } from '../regions/openAddress.ts';
import { memoryViewType } from '../views/hexEditor.ts';
import { openRegionCommand } from './items.ts';
import { isRegionNode } from './nodes.ts';

/**
 * `memglass.processes.openRegion`: a region of a process at that process's addresses. Its argument is an element of the
 * view, or `{ pid, startTime?, address }` with the address as a bigint, a number or text in hex (`0x7f…`), which is gone to.
 */
export function registerOpenRegion(context: vscode.ExtensionContext, services: RegionServices): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(openRegionCommand, async (target?: unknown) => {
      try {
        await open(target, services);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof NotMapped ? error.message : sentenceFor(error));
      }
    }),
    vscode.commands.registerCommand('memglass.processes.copyAddress', async (node?: unknown) => {
      if (isRegionNode(node)) await vscode.env.clipboard.writeText(`0x${node.region.start.toString(16)}`);
    }),
  );
}

async function open(target: unknown, services: RegionServices): Promise<void> {
  if (isRegionNode(target)) {
    const uri = vscode.Uri.from(refToUri(refOfRegion(target.parent.owner.process, target.region)));
    return await vscode.commands.executeCommand('vscode.openWith', uri, memoryViewType, { preview: true });
  }
  const wanted = placeOf(target);
  if (wanted === undefined) throw new SourceError('badArgument', { path: String(target) });
  const { pid, startTime, address } = wanted;
  const process = startTime === undefined ? await services.lookout.find(pid) : { pid, startTime };
  await openAddress(services, process, address, { preview: true });
}

interface Place {
  readonly pid: number;
  /** Undefined for the process that has the number now. */
  readonly startTime: number | undefined;
  readonly address: bigint;
}

function placeOf(target: unknown): Place | undefined {
  if (typeof target !== 'object' || target === null || !('pid' in target) || !('address' in target)) return undefined;
  const { pid, address } = target;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1 || pid > 0x7fff_ffff) return undefined;
  const startTime = 'startTime' in target && typeof target.startTime === 'number' ? target.startTime : undefined;
  if (typeof address === 'bigint') return { pid, startTime, address };
  if (typeof address === 'number' && Number.isSafeInteger(address)) return { pid, startTime, address: BigInt(address) };
  if (typeof address === 'string' && /^(?:0x)?[0-9a-f]{1,16}$/i.test(address)) {
    return { pid, startTime, address: BigInt(`0x${address.replace(/^0x/i, '')}`) };
  }
  return undefined;
}
