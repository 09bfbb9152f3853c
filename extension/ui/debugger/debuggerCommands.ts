/** The way from a debug session into the memory of its process. */
import * as vscode from 'vscode';
import { findAddress, parseAddress } from '../../core/memoryMap/processAddress.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { runOpenRegion } from '../processes/runOpenRegion.ts';
import { type Debuggee, Debuggees } from './debuggees.ts';

const contextKey = 'memglass.hasDebuggee';

/**
 * `memglass.debug.openMemoryMap`: of the process of a session, by an element of the call stack, or of the active session.
 * `memglass.debug.openAddress`: where a variable points to, by an element of the variables.
 */
export function registerDebugger(context: vscode.ExtensionContext, lookout: ProcessLookout): void {
  const debuggees = new Debuggees(lookout);
  const tell = () => void vscode.commands.executeCommand('setContext', contextKey, debuggees.active !== undefined);
  const debuggeeOf = (target: unknown): Debuggee | undefined => {
    const id = textOf(target, 'sessionId');
    const found = (id === undefined ? undefined : debuggees.of(id)) ?? debuggees.active;
    if (found === undefined) void vscode.window.showInformationMessage(unknownProcess());
    return found;
  };
  context.subscriptions.push(
    debuggees,
    debuggees.onDidChange(tell),
    vscode.debug.onDidChangeActiveDebugSession(tell),
    vscode.debug.registerDebugAdapterTrackerFactory('*', debuggees),
    vscode.commands.registerCommand('memglass.debug.openMemoryMap', async (target?: unknown) => {
      const process = debuggeeOf(target);
      if (process !== undefined) await vscode.commands.executeCommand('memglass.openMemoryMap', process);
    }),
    vscode.commands.registerCommand('memglass.debug.openAddress', async (target?: unknown) => {
      const process = debuggeeOf(target);
      if (process === undefined) return;
      const address = addressOf(target);
      if (address === undefined) return void vscode.window.showInformationMessage(noAddress());
      await runOpenRegion({ ...process, address });
    }),
  );
}

/** What the adapter itself calls the place of the variable's memory, else what its value reads like. */
function addressOf(target: unknown): bigint | undefined {
  const variable = typeof target === 'object' && target !== null && 'variable' in target ? target.variable : undefined;
  return parseAddress(textOf(variable, 'memoryReference') ?? '') ?? findAddress(textOf(variable, 'value') ?? '');
}

function textOf(target: unknown, key: string): string | undefined {
  if (typeof target !== 'object' || target === null || !(key in target)) return undefined;
  const value = (target as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}

function unknownProcess(): string {
  return vscode.l10n.t(
    'No debug session tells of a process on this machine. Start one, or choose the process by “Memglass: Open Memory Map…”.',
  );
}

function noAddress(): string {
  return vscode.l10n.t('The value of this variable is no address. Choose a pointer.');
}
