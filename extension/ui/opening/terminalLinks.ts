import * as vscode from 'vscode';
import { findProcessAddresses, type ProcessAddress } from '../../core/memoryMap/processAddress.ts';
import { runOpenRegion } from '../processes/runOpenRegion.ts';

interface AddressLink extends vscode.TerminalLink {
  readonly target: ProcessAddress;
}

/** `pid:1234/0x7f2a10d00000` in a terminal is a link to that address of that process. */
export const addressLinks = {
  provideTerminalLinks: ({ line }: Pick<vscode.TerminalLinkContext, 'line'>): AddressLink[] =>
    findProcessAddresses(line).map(({ offset: startIndex, length, pid, address }) => {
      return { startIndex, length, tooltip: vscode.l10n.t('Open in Memglass'), target: { pid, address } };
    }),
  handleTerminalLink: async ({ target }: AddressLink): Promise<void> => {
    await runOpenRegion(target);
  },
} satisfies vscode.TerminalLinkProvider<AddressLink>;

export function registerTerminalLinks(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.window.registerTerminalLinkProvider(addressLinks));
}
