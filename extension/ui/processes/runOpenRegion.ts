import * as vscode from 'vscode';
import type { ProcessAddress } from '../../core/memoryMap/processAddress.ts';
import { openRegionCommand } from './items.ts';

/** Opens the region that holds an address of a process. As text: a bigint does not pass through VS Code's commands. */
export async function runOpenRegion({ pid, startTime, address }: ProcessAddress): Promise<void> {
  const place = { pid, startTime, address: `0x${address.toString(16)}` };
  await vscode.commands.executeCommand(openRegionCommand, place);
}
