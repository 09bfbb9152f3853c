import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import type { WatchedSource } from '../../platform/watchedSource.ts';
import { sentenceFor } from '../errors.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { NotMapped } from './openAddress.ts';

/** What a command was called with: plain data, or nothing where the user is asked. */
export type Options = Readonly<Record<string, unknown>> | undefined;

/** The active view of a region. */
export interface RegionView {
  readonly session: ViewSession;
  readonly ref: ProcessRegionRef;
  readonly watched: WatchedSource;
  /** Address of the cursor. */
  readonly cursor: bigint;
}

export function activeRegion(views: ActiveViews): RegionView | undefined {
  const session = views.active;
  const { regionRef: ref, watched, state } = session ?? {};
  if (session === undefined || ref === undefined || watched === undefined) return undefined;
  return { session, ref, watched, cursor: ref.start + BigInt(state?.cursor ?? 0) };
}

/**
 * A command about regions. With plain data it resolves to plain data and rejects with a sentence; by a user it shows what
 * went wrong. An address that is not mapped is no error of anybody: it is said.
 */
export function registerRegionCommand(
  context: vscode.ExtensionContext,
  command: string,
  run: (options: Options) => Promise<unknown>,
): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(command, async (given?: unknown) => {
      const options = isOptions(given) ? given : undefined;
      try {
        return await run(options);
      } catch (error) {
        if (error instanceof SourceError && error.code === 'cancelled' && options === undefined) return undefined;
        const sentence = error instanceof NotMapped ? error.message : sentenceFor(error);
        if (options !== undefined) throw new Error(sentence, { cause: error });
        if (error instanceof NotMapped) void vscode.window.showInformationMessage(sentence);
        else void vscode.window.showErrorMessage(sentence);
        return undefined;
      }
    }),
  );
}

/** A menu inside a view passes where it was opened, which nobody chose. */
function isOptions(given: unknown): given is NonNullable<Options> {
  return typeof given === 'object' && given !== null && !('webviewSection' in given);
}

/** An address as an argument: a bigint, a number, or text in hex with or without 0x. */
export function readAddress(value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n && value < 1n << 64n) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^(?:0x)?[0-9a-f]{1,16}$/i.test(value))
    return BigInt(`0x${value.replace(/^0x/i, '')}`);
  throw new SourceError('badArgument', { path: 'address' });
}
