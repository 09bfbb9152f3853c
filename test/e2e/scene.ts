// What the end-to-end tests share: one VS Code per test file, and a view in it as a user sees it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser, FrameLocator, Locator } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { root } from '../host/paths.ts';
import { type StartOptions, VSCode } from '../host/vscode.ts';
import { Workbench } from '../host/workbench.ts';
import { Scratch } from '../support/scratch.ts';

/** What a test file has: a VS Code of its own, and one window in it. */
export class Scene {
  readonly scratch = new Scratch();
  #server: VSCode | undefined;
  #browser: Browser | undefined;
  #workbench: Workbench | undefined;

  get server(): VSCode {
    assert.ok(this.#server !== undefined);
    return this.#server;
  }

  get browser(): Browser {
    assert.ok(this.#browser !== undefined);
    return this.#browser;
  }

  get workbench(): Workbench {
    assert.ok(this.#workbench !== undefined);
    return this.#workbench;
  }

  async start(options: StartOptions): Promise<void> {
    // A package is installed as a user would; without one the extension runs from this folder.
    const source = options.vsix === undefined ? { development: root } : {};
    this.#server = await VSCode.start({ ...source, ...options });
    this.#browser = await launchBrowser();
    this.#workbench = await Workbench.open(this.#server, this.#browser);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
    await this.scratch.clean();
  }

  /** The nth view that shows. */
  view(index = 0): View {
    return new View(this.workbench, index);
  }

  /** Opens a file in Memglass and waits for its first row. */
  async open(path: string, index = 0): Promise<View> {
    await this.workbench.openWith(path, 'memglass.hex');
    const view = this.view(index);
    await view.grid.waitFor();
    await view.rows.first().waitFor();
    return view;
  }
}

/** Starts a VS Code before the tests of a file and ends it after them; each test begins without an editor. */
export function useScene(options: StartOptions = {}): Scene {
  const scene = new Scene();
  before(() => scene.start(options));
  after(() => scene.stop());
  afterEach(async (t) => {
    // A picture of what a failed test left on the screen.
    if ('error' in t && t.error != null) {
      await scene.workbench.attempt(t.name, () => Promise.reject(new Error('see the test'))).catch(() => {});
    }
    await scene.workbench.page.keyboard.press('Escape');
    await scene.workbench.executeCommand('workbench.action.closeAllEditors');
    await scene.workbench.executeCommand('workbench.action.closeAllGroups');
  });
  return scene;
}

export interface RowText {
  readonly offset: number;
  readonly hex: string;
  readonly text: string;
}

/** One view of Memglass, found by the handles that its page promises. */
export class View {
  readonly #workbench: Workbench;
  readonly frame: FrameLocator;

  constructor(workbench: Workbench, index: number) {
    this.#workbench = workbench;
    this.frame = workbench.webview(index);
  }

  /** Not before the program has taken over from the first look. */
  get grid(): Locator {
    return this.frame.locator('[role="grid"]:not([aria-busy])');
  }

  get rows(): Locator {
    return this.frame.locator('[role="row"][data-offset]').filter({ visible: true });
  }

  get banner(): Locator {
    return this.frame.locator('.banner:visible');
  }

  get header(): Locator {
    return this.frame.locator('.header');
  }

  get live(): Locator {
    return this.frame.locator('[aria-live="polite"]');
  }

  get caret(): Locator {
    return this.frame.locator('.caret.outline-active').filter({ visible: true });
  }

  row(offset: number): Locator {
    return this.frame.locator(`[role="row"][data-offset="${offset}"]`).filter({ visible: true });
  }

  /** The hex of one row, without its spaces. */
  async hex(offset: number): Promise<string> {
    const cell = this.row(offset).locator('[data-cell="hex"]');
    return ((await cell.textContent()) ?? '').replace(/\s/g, '');
  }

  /** Waits until the row at `offset` shows these bytes. */
  async shows(offset: number, bytes: Uint8Array | string): Promise<void> {
    const wanted = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('hex').toUpperCase();
    await until(
      async () => ((await this.row(offset).count()) === 1 ? await this.hex(offset) : await this.offsets()),
      (found) => found === wanted,
      `the row at ${offset} shows ${wanted}`,
    );
  }

  /** Offsets of the rows that show, ascending. */
  async offsets(): Promise<number[]> {
    const all = await this.rows.evaluateAll((rows) => {
      // Rows beyond the edge are kept for scrolling: only those that show count.
      const grid = document.querySelector('.surface:not([hidden]) .clip')?.getBoundingClientRect();
      if (grid === undefined) return [];
      const isIn = (row: Element) => {
        const box = row.getBoundingClientRect();
        return box.bottom > grid.top + 1 && box.top < grid.bottom - 1;
      };
      return rows.filter(isIn).map((row) => Number((row as HTMLElement).dataset['offset']));
    });
    return all.sort((a, b) => a - b);
  }

  /** Offset of the first row that shows. */
  async top(): Promise<number> {
    return (await this.offsets())[0] ?? -1;
  }

  async waitForTop(isThere: (top: number) => boolean, what: string): Promise<number> {
    return await until(() => this.top(), isThere, what);
  }

  /** The offset the status bar tells. */
  async waitForCursor(offset: number): Promise<void> {
    const words = `0x${offset.toString(16).toUpperCase()} (${offset})`;
    await waitForStatus(this.#workbench, (text) => text.split('\n').includes(words), words);
  }

  /** Gives the grid the keyboard. Chords reach their commands once VS Code has been told, a moment later. */
  async focus(): Promise<void> {
    await this.grid.focus();
    const heard = () => this.#workbench.inHost(() => (globalThis as unknown as { keysHeard: number }).keysHeard);
    const before = await heard();
    await until(
      async () => {
        await this.#workbench.page.keyboard.press('Control+Alt+Shift+F9');
        return await heard();
      },
      (now) => now > before,
      'the keyboard is known to be with the grid',
    );
  }
}

/**
 * Runs a command that ends only when a quick input is answered. Not by the palette: as that closes, VS Code gives the
 * focus back to a webview that had it, late, and takes it from the quick input that has just come up.
 */
export function startCommand(workbench: Workbench, command: string): void {
  workbench.executeCommand(command).catch(() => {});
}

/** Answers VS Code's own dialog, which lists a folder once it is typed and takes nothing before. */
export async function saveInDialog({ page }: Workbench, file: string): Promise<void> {
  const widget = page.locator('.quick-input-widget:visible');
  const row = widget.locator('.quick-input-list .monaco-list-row').filter({ hasText: '..' }).first();
  const isClosed = () =>
    widget.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  do {
    await row.waitFor();
    await widget.locator('input').first().fill(file);
    await row.waitFor();
    await widget.getByRole('button', { name: /^(OK|Save|Save Here)$/ }).click();
  } while (!(await isClosed()));
}

/** Chooses from the context menu that comes up. */
export async function chooseInOpenMenu({ page }: Workbench, label: string): Promise<void> {
  const item = page.locator('.monaco-menu .action-menu-item').filter({ hasText: label }).first();
  await item.waitFor();
  // A menu that has just come up takes no click: the release of the button that opened it would be one. And one click
  // too many would take the focus from the quick input that comes up.
  const isClosed = () =>
    item.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  do await item.click();
  while (!(await isClosed()));
}

/** A command's title in the palette, in English, whatever it is called at the moment. */
export function titleOf(command: string): string {
  const texts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const found = manifest.contributes.commands.find((candidate) => candidate.command === command);
  assert.ok(found !== undefined, command);
  const title = texts[found.title.slice(1, -1)] ?? found.title;
  return found.category === undefined ? title : `${found.category}: ${title}`;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
  };
}

/** Waits until the quick input of this title is up and takes keys. */
export async function waitForQuickInput(workbench: Workbench, title: string): Promise<void> {
  const widget = workbench.page.locator('.quick-input-widget:visible');
  await widget.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  await widget.locator('input:focus').first().waitFor();
}

export async function waitForStatus(
  workbench: Workbench,
  isThere: (text: string) => boolean,
  what: string,
): Promise<string> {
  return await until(() => workbench.statusBarText(), isThere, `the status bar tells ${what}`);
}

/** Looks until what is found is right; fails with what was last found. */
export async function until<T>(look: () => T | Promise<T>, isThere: (found: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    let found: T | undefined;
    let problem: unknown;
    try {
      found = await look();
      if (isThere(found)) return found;
    } catch (error) {
      // An element may go between two questions about it.
      problem = error;
    }
    if (Date.now() > deadline) assert.fail(`${what}; found ${JSON.stringify(found) ?? String(problem)}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
