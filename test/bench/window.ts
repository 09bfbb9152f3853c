// A real VS Code with the packaged extension, and the blank editor beside it, on the bench's files.
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { blankExtension, vsix } from '../host/paths.ts';
import { VSCode } from '../host/vscode.ts';
import { Workbench } from '../host/workbench.ts';
import { type BenchFiles, benchFiles } from './data.ts';

export interface Bench {
  readonly files: BenchFiles;
  readonly server: VSCode;
  readonly browser: Browser;
  /** Gives `use` a window, and closes it afterwards. */
  inWindow<T>(use: (workbench: Workbench) => Promise<T>): Promise<T>;
}

const viewport = { width: 1920, height: 1080 };

export async function withVSCode<T>(use: (bench: Bench) => Promise<T>): Promise<T> {
  const files = benchFiles();
  const server = await VSCode.start({
    vsix,
    extensions: [blankExtension],
    workspace: files.folder,
    settings: { 'workbench.editorAssociations': { '*.hexed': 'memglass.hex' } },
  });
  try {
    const browser = await launchBrowser();
    try {
      return await use({ files, server, browser, inWindow: (work) => inWindow(server, browser, work) });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** For benches that need one window and nothing else. */
export function withWindow<T>(use: (workbench: Workbench, bench: Bench) => Promise<T>): Promise<T> {
  return withVSCode((bench) => bench.inWindow((workbench) => use(workbench, bench)));
}

async function inWindow<T>(server: VSCode, browser: Browser, use: (workbench: Workbench) => Promise<T>): Promise<T> {
  const workbench = await Workbench.open(server, browser, { viewport });
  try {
    return await workbench.attempt('bench', () => use(workbench));
  } finally {
    await workbench.close();
  }
}
