import type * as vscode from 'vscode';
import { readShowsAddresses, writeShowsAddresses } from '../settings.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import { activeRegion, registerRegionCommand } from './regionCommand.ts';

/** `memglass.region.toggleAddresses`: addresses, or offsets in the region; kept in the settings. */
export function registerRegionAddresses(context: vscode.ExtensionContext, views: ActiveViews): void {
  registerRegionCommand(context, 'memglass.region.toggleAddresses', async () => {
    const view = activeRegion(views);
    if (view === undefined) return;
    const { uri } = view.session.document;
    await writeShowsAddresses(uri, !readShowsAddresses(uri));
  });
}
