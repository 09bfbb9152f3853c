// The first thing that runs in a view, small enough to stand in its document: draws the first bytes, then brings the
// program. VS Code shows a webview once its document is loaded with all that it asks for, so what is not needed for
// the first paint is asked for afterwards.
import * as l10n from '@vscode/l10n';
import type { InitialView } from '../extension/protocol/viewTypes.ts';
import { keepWhatComes, type VsCodeApi } from './handover.ts';
import { bringIcons } from './icons.ts';
import { drawFirstLook } from './view/firstLook.ts';

declare function acquireVsCodeApi(): VsCodeApi;

const { initial: json, program } = document.body.dataset;
const vscode = acquireVsCodeApi();
const initial = JSON.parse(json ?? '') as InitialView;
window.memglass = { vscode, initial, endKeeping: keepWhatComes() };
if (initial.l10n !== undefined) l10n.config({ contents: initial.l10n });

/** Imported, since a document does not wait for that, and with this script's nonce, which an import has by itself. */
function bringProgram(): void {
  void import(program ?? '');
}

/** Frames until the bytes are on the screen: VS Code shows a document in the frame after it was loaded. */
const framesToDraw = 3;
/** A page that nobody sees draws no frames, milliseconds. */
const longestWait = 250;

/** What is fetched before the bytes are on the screen takes the processor from them. */
async function bytesDrawn(): Promise<void> {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let i = 0; i < framesToDraw; i++) await frame();
}

const hasBytes = drawFirstLook(initial, vscode.getState(), document.body);
// Where there is nothing to see yet, the program is what everybody waits for.
if (!hasBytes) bringProgram();
window.addEventListener('load', () => {
  const longEnough = new Promise((done) => setTimeout(done, longestWait));
  void Promise.race([bytesDrawn(), longEnough]).then(() => {
    if (hasBytes) bringProgram();
    bringIcons();
  });
});
