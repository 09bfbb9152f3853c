import * as vscode from 'vscode';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { addressSentence } from '../regions/addressWords.ts';
import { ActiveTabs, type ContextKeys } from '../views/activeTabs.ts';
import type { MapSession } from './mapSession.ts';

/** The memory maps that are open, and which of them commands speak to. Sets the context keys that keybindings ask for. */
export class ActiveMaps extends ActiveTabs<MapSession> {
  /** For the tab that VS Code is making. */
  #toReveal: { readonly uri: string; readonly address: bigint } | undefined;

  constructor() {
    super(keysOf);
  }

  /** Selects the region of an address in all maps of a process, as soon as there is one; says so where there is no such region. */
  reveal(uri: vscode.Uri, address: bigint): void {
    const shown = this.all.filter(({ document }) => document.uri.toString() === uri.toString());
    this.#toReveal = shown.length > 0 ? undefined : { uri: uri.toString(), address };
    void revealIn(shown, address);
  }

  override add(session: MapSession): void {
    super.add(session);
    const { document } = session;
    if (this.#toReveal?.uri === document.uri.toString()) this.reveal(document.uri, this.#toReveal.address);
  }
}

async function revealIn(sessions: readonly MapSession[], address: bigint): Promise<void> {
  const watch = sessions[0]?.document.watch;
  // Where there never was a look, the view says why.
  if (watch?.look === undefined) return;
  const isThere = () => watch.look !== undefined && findAddress(watch.look.space, address).isMapped;
  // It may have been mapped since the last look, or since one that is under way began.
  for (let looks = 0; looks < 2 && !isThere(); looks++) await watch.refresh();
  if (isThere()) for (const session of sessions) session.reveal(address);
  else void vscode.window.showInformationMessage(addressSentence(watch.look.space, address));
}

function keysOf(active: MapSession | undefined): ContextKeys {
  return {
    'memglass.map.focus': active?.hasFocus ?? false,
    'memglass.map.compared': active?.comparedWith !== undefined,
  };
}
