import * as vscode from 'vscode';
import { type ObjectTarget, targetOf } from '../../core/sharedMemory/objectTarget.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { SourceError } from '../../core/sourceError.ts';
import { sentenceFor } from '../errors.ts';
import { chooseObject, type FoundObject, type Services, type Wish } from './chooseObject.ts';
import { isNode } from './nodes.ts';

/** What a command was called with beside the object: `{ name: '/ring', size: '64K' }`; undefined asks the user. */
export type Options = Readonly<Record<string, unknown>> | undefined;

export interface ObjectCommand extends Wish {
  readonly command: string;
  /** Whether it changes anything: not from an untrusted workspace. */
  readonly writes: boolean;
  readonly run: (found: FoundObject, options: Options, services: Services) => Promise<unknown>;
}

/**
 * A command that acts on one object. Called with plain data it asks nothing, resolves to plain data and rejects with a
 * sentence; called by a user it asks what is missing and shows what went wrong.
 */
export function registerObjectCommand(
  context: vscode.ExtensionContext,
  services: Services,
  { command, writes, run, ...wish }: ObjectCommand,
): void {
  register(context, command, writes, async (argument) => {
    const options = isPlain(argument) ? argument : undefined;
    const found = await chooseObject(services, argument, wish);
    return found === undefined ? undefined : await run(found, options, services);
  });
}

/** The same for a command that finds its objects itself. */
export function register(
  context: vscode.ExtensionContext,
  command: string,
  writes: boolean,
  run: (argument: unknown) => Promise<unknown>,
): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(command, async (given?: unknown) => {
      const argument = isOfView(given) ? undefined : given;
      try {
        if (writes) checkTrust();
        return await run(argument);
      } catch (error) {
        if (isPlain(argument)) throw new Error(sentenceFor(error), { cause: error });
        // The user did it, and knows.
        if (error instanceof SourceError && error.code === 'cancelled') return undefined;
        void vscode.window.showErrorMessage(sentenceFor(error));
        return undefined;
      }
    }),
  );
}

export function isPlain(argument: unknown): argument is Readonly<Record<string, unknown>> {
  return typeof argument === 'object' && argument !== null && !isNode(argument);
}

/** What a menu inside a view passes: where it was opened, and nothing that the user chose. */
function isOfView(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'webviewSection' in argument;
}

/** Throws SourceError('untrusted'): enablement in the manifest does not keep a command from being called. */
export function checkTrust(): void {
  if (!vscode.workspace.isTrusted) throw new SourceError('untrusted');
}

/** How to reach an object. Throws SourceError('notReachable'). */
export function reach(object: SharedMemoryObject): ObjectTarget {
  const target = targetOf(object);
  if (target === undefined) throw new SourceError('notReachable');
  return target;
}

/** Asks once, in a modal; true for yes. */
export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** Says that something is done, where the user looks anyway and need not answer. */
export function say(done: string): void {
  vscode.window.setStatusBarMessage(done, 5000);
}
