/** `vscode://memglass.memglass/…`: what other programs and web pages ask Memglass to open. See core/linkRequest.ts. */
import * as vscode from 'vscode';
import { type LinkRequest, parseLink } from '../../core/expressions/linkRequest.ts';
import { refToUri } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import { runOpenRegion } from '../processes/runOpenRegion.ts';
import { sourceTitle } from '../sourceTitle.ts';

const longestShown = 300;

export function registerOutsideLinks(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.window.registerUriHandler(new OutsideLinks(askToOpen)));
}

/** Anybody can make somebody follow a link: nothing is opened before the user has read what it is. */
export class OutsideLinks implements vscode.UriHandler {
  readonly #ask: (question: string) => Promise<boolean>;
  #isAsking = false;

  constructor(ask: (question: string) => Promise<boolean>) {
    this.#ask = ask;
  }

  async handleUri({ path }: vscode.Uri): Promise<void> {
    // A page that follows links by itself gets one question, not a heap of them.
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const request = parseLink(path);
      if (request === undefined) return void vscode.window.showWarningMessage(unknownLink(path));
      if (await this.#ask(questionFor(request))) await open(request);
    } finally {
      this.#isAsking = false;
    }
  }
}

async function askToOpen(message: string): Promise<boolean> {
  const detail = vscode.l10n.t('It is only looked at. Links come from other programs and from web pages.');
  const yes = vscode.l10n.t('Open');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}

async function open(request: LinkRequest): Promise<void> {
  switch (request.kind) {
    case 'source':
      return await vscode.commands.executeCommand('memglass.open', vscode.Uri.from(refToUri(request.ref)));
    case 'map': {
      const { pid, startTime } = request;
      return await vscode.commands.executeCommand('memglass.openMemoryMap', { pid, startTime });
    }
    case 'address':
      return await runOpenRegion(request);
  }
}

function questionFor(request: LinkRequest): string {
  switch (request.kind) {
    case 'source':
      return vscode.l10n.t('A link asks Memglass to open {0}.', shown(sourceTitle(request.ref)));
    case 'map':
      return vscode.l10n.t('A link asks Memglass to show the memory map of process {0}.', request.pid);
    case 'address': {
      const address = `0x${request.address.toString(16)}`;
      return vscode.l10n.t('A link asks Memglass to show the memory of process {0} at {1}.', request.pid, address);
    }
  }
}

function unknownLink(path: string): string {
  const text = printableName(path, { maxLength: longestShown });
  return vscode.l10n.t('A link asks Memglass for something that it does not know: {0}. Nothing was opened.', text);
}

/** The title is safe to show already, and may be as long as a path. */
function shown(title: string): string {
  return title.length <= longestShown ? title : `${title.slice(0, longestShown / 2)}…${title.slice(-longestShown / 2)}`;
}
