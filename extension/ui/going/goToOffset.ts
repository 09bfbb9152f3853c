import * as vscode from 'vscode';
import { type OffsetContext, parseOffset } from '../../core/expressions/offsetExpression.ts';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { addressSentence, addressText, regionName } from '../regions/addressWords.ts';
import { openAddress, type RegionServices } from '../regions/openAddress.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { askOffset } from './offsetInput.ts';
import { sentenceForProblem } from './offsetProblems.ts';

/** A place in the view, or an address of the same process outside of it. */
type Wanted = { readonly offset: number } | { readonly of: ProcessRegionRef; readonly address: bigint };

type Read =
  | { readonly ok: true; readonly value: Wanted; readonly words: string }
  | { readonly ok: false; readonly why: string };

/** "Go to Offset…": an expression, previewed in the view while it is typed; Escape goes back. */
export function registerGoToOffset(context: vscode.ExtensionContext, services: RegionServices): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.goToOffset', async (expression?: unknown) => {
      const session = services.views.active;
      if (session?.watched === undefined) return;
      const { regionRef, origin } = session;
      // An address may be in another region: what is mapped is read while the user types.
      const reading = regionRef && services.lookout.regions(regionRef).catch(() => undefined);
      let space: AddressSpace | undefined;
      if (isExpression(expression)) {
        const result = read(textOf(expression), session, await reading);
        if (!result.ok) throw new Error(result.why);
        await go(session, result.value, services);
        // The next command of whoever runs several begins there. Closed meanwhile nobody is anywhere in it.
        if ('offset' in result.value) await session.settled().catch(() => {});
        return;
      }
      void reading?.then((found) => {
        space = found;
      });
      const wanted = await askOffset({
        title: origin === undefined ? vscode.l10n.t('Go to Offset') : vscode.l10n.t('Go to Address'),
        placeholder:
          origin === undefined
            ? vscode.l10n.t('0x1F, 1Fh, 31, +16, -0x10, 50%, end, end-0x100, 4K, 1.5GiB, or sums of these')
            : vscode.l10n.t('An address of the process, +16, -0x10, start+0x100, end-1, 50%, or sums of these'),
        read: (text) => read(text, session, space),
        preview: (value) => {
          if (value !== undefined && 'offset' in value) void session.show(value.offset, 'preview');
          else session.cancelPreview();
        },
      });
      if (wanted === undefined || !('offset' in wanted)) session.cancelPreview();
      if (wanted !== undefined) await go(session, wanted, services);
      if (wanted !== undefined && !('offset' in wanted)) return;
      session.panel.reveal(undefined, false);
      session.view.notify('focusGrid');
    }),
  );
}

async function go(session: ViewSession, wanted: Wanted, services: RegionServices): Promise<void> {
  if ('offset' in wanted) await session.show(wanted.offset, 'goTo');
  else await openAddress(services, wanted.of, wanted.address);
}

function isExpression(argument: unknown): argument is string | number | bigint {
  return typeof argument === 'string' || typeof argument === 'number' || typeof argument === 'bigint';
}

function textOf(expression: string | number | bigint): string {
  return typeof expression === 'bigint' ? addressText(expression) : String(expression);
}

/** `space`: what the process has mapped, once that is known. */
function read(text: string, session: ViewSession, space: AddressSpace | undefined): Read {
  const result = parseOffset(text, offsetContext(session));
  if (result.ok) return { ok: true, value: { offset: result.offset }, words: `→ ${session.placeText(result.offset)}` };
  const { problem } = result;
  const { regionRef: of } = session;
  if (problem.code !== 'elsewhere' || of === undefined || space === undefined) {
    return { ok: false, why: sentenceForProblem(problem) };
  }
  const { address } = problem;
  const found = findAddress(space, address);
  if (found.isMapped) {
    const words = vscode.l10n.t('→ {0} in another region: {1}', addressText(address), regionName(space, found.row));
    return { ok: true, value: { of, address }, words };
  }
  const isOffset = address < of.end - of.start;
  const hint = isOffset
    ? ` ${vscode.l10n.t('For an offset in this region type start+{0}.', addressText(address))}`
    : '';
  return { ok: false, why: addressSentence(space, address, found) + hint };
}

/** What offsets typed into this view count from. */
export function offsetContext(session: ViewSession): OffsetContext {
  return {
    cursor: session.state?.cursor ?? 0,
    size: session.edited?.state.size ?? 0,
    sizeKind: session.watched?.source.sizeKind ?? 'exact',
    origin: session.origin,
  };
}
