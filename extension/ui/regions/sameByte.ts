/** `memglass.region.sameByte`: the byte under the cursor, in another process that maps the same object. */
import * as vscode from 'vscode';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { rightsText } from '../../core/memoryMap/rights.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { Mapper } from '../../platform/processes/mappers.ts';
import { processLabel } from '../processes/words.ts';
import { addressText } from './addressWords.ts';
import { NotMapped, openAddress, type RegionServices } from './openAddress.ts';
import { activeRegion, type Options, type RegionView, registerRegionCommand } from './regionCommand.ts';

/** `{ pid? }`: opens it in that process; resolves to `{ pid, address }` of where it went. */
export function registerSameByte(context: vscode.ExtensionContext, services: RegionServices): void {
  registerRegionCommand(context, 'memglass.region.sameByte', async (options) => {
    const view = activeRegion(services.views);
    if (view === undefined) return undefined;
    const chosen = await choose(view, services, options);
    if (chosen === undefined) return undefined;
    await openAddress(services, chosen.process, chosen.address);
    return { pid: chosen.process.pid, address: addressText(chosen.address) };
  });
}

async function choose(view: RegionView, services: RegionServices, options: Options): Promise<Mapper | undefined> {
  const { ref, cursor } = view;
  const space = await services.lookout.regions(ref);
  const found = findAddress(space, cursor);
  if (!found.isMapped) throw new NotMapped(space, cursor);
  const region = space.region(found.row);
  if (region.inode === 0n && region.sharing === 'private') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('This is private memory of process {0}: there is no other way to this byte.', ref.pid),
    );
    return undefined;
  }
  const title = vscode.l10n.t('Looking for processes that map this');
  const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { mappers, notSeen } = await vscode.window.withProgress(progress, async (_, token) => {
    const byte = { region, offset: region.offset + cursor - region.start };
    return await services.lookout.mappers(byte, () => token.isCancellationRequested);
  });
  const others = mappers.filter(({ process, address }) => process.pid !== ref.pid || address !== cursor);
  const unseen =
    notSeen === 0 ? '' : vscode.l10n.t('{0} processes could not be looked into, and may map it too.', notSeen);
  if (options?.['pid'] !== undefined) {
    const wanted = others.find(({ process }) => process.pid === options['pid']);
    if (wanted === undefined) throw new SourceError('badArgument', { path: 'pid' });
    return wanted;
  }
  if (others.length === 0) {
    const nobody = vscode.l10n.t('No other process maps this byte.');
    void vscode.window.showInformationMessage(unseen === '' ? nobody : `${nobody} ${unseen}`);
    return undefined;
  }
  const items = others.map((mapper) => ({ ...itemOf(mapper), mapper }));
  const placeHolder = unseen === '' ? vscode.l10n.t('Open it in which process?') : unseen;
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Same Byte in Another Process'),
    placeHolder,
    matchOnDescription: true,
  });
  return chosen?.mapper;
}

function itemOf({ process, region, address }: Mapper): vscode.QuickPickItem {
  return {
    label: processLabel(process),
    description: `${addressText(address)} ${rightsText(region)}`,
    ...(region.sharing === 'private'
      ? { detail: vscode.l10n.t('Mapped privately: once the process has written to a page it has its own copy.') }
      : {}),
  };
}
