// The browser that shows a real VS Code, or a webview's page alone.
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './setup.mjs';

/** Milliseconds until what a page is asked for counts as never coming: no measure of speed, however much else runs. */
export const pagePatience = 120_000;

/** Always `close()` it in a `finally`. `headed` is for looking on while a test runs. */
export function launchBrowser(options: { readonly headed?: boolean } = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('There is no Chromium. "npm run setup" installs one, or set MEMGLASS_BROWSER.');
  return chromium.launch({
    executablePath,
    headless: options.headed !== true,
    // Nothing on the network but what a test asks for, and no GPU, so that pictures are the same everywhere.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
