// What the end-to-end tests share: one VS Code per test file, and a view in it as a user sees it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, FrameLocator, Locator } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { root } from '../host/paths.ts';
import { type StartOptions, VSCode } from '../host/vscode.ts';
import { Workbench } from '../host/workbench.ts';
import type { Owner } from '../support/programs.ts';
import { Scratch } from '../support/scratch.ts';
import { Said } from './said.ts';
import { until } from './until.ts';

export { until };

/** What a test file has: a VS Code of its own, and one window in it. */
export class Scene {
  readonly scratch = new Scratch();
  /** Ends programs after the last test of the file. */
  readonly owner: Owner = { after: (undo) => this.scratch.defer(undo) };
  /** What the views of its window say only for a while. */
  readonly said = new Said();
  readonly #options: StartOptions;
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

  constructor(options: StartOptions) {
    // A package is installed as a user would; without one the extension runs from this folder.
    this.#options = options.vsix === undefined ? { development: root, ...options } : options;
  }

  async start(): Promise<void> {
    this.#server = await VSCode.start(this.#options);
    this.#browser = await launchBrowser();
    this.#workbench = await this.#open();
  }

  /** Another window in the place of the one there is, of which it knows nothing: not even which tabs were open. */
  async freshWindow(): Promise<void> {
    await this.#workbench?.close();
    this.#workbench = await this.#open();
  }

  #open(): Promise<Workbench> {
    return Workbench.open(this.server, this.browser, { prepare: (context) => this.said.listenIn(context) });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
  }

  /** Takes away what a test has left: what is asked, unsaved editors, groups, notifications. */
  async clear(): Promise<void> {
    const late = sleep(120_000, undefined, { ref: false });
    await Promise.race([this.#clear(), late.then(() => assert.fail('what a test has left cannot be taken away'))]);
  }

  async #clear(): Promise<void> {
    const { page } = this.workbench;
    // A question in the middle of the window comes before all else. It may go by itself, and another come after it.
    const question = this.workbench.dialog;
    const close = question.getByRole('button', { name: 'Close Dialog' });
    while ((await question.count()) > 0) await close.click({ timeout: 1000 }).catch(() => {});
    await page.keyboard.press('Escape');
    await this.workbench.executeCommand('workbench.action.closeQuickOpen');
    await this.workbench.closeAllEditors({ discard: true });
    await this.workbench.executeCommand('workbench.action.closeAllGroups');
    await this.workbench.clearNotifications();
    this.said.forget();
  }

  readonly press = (key: string): Promise<void> => this.workbench.page.keyboard.press(key);
  readonly type = (text: string): Promise<void> => this.workbench.page.keyboard.type(text);
  readonly run = (command: string, ...args: readonly unknown[]): Promise<unknown> =>
    this.workbench.executeCommand(command, ...args);

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

/**
 * Starts a VS Code before the tests of a file and ends it after them; each test begins without an editor. One that failed
 * may have left anything, and goes on with its steps where it was cut off at its time limit: the next has another VS Code.
 */
export function useScene(options: StartOptions = {}): Scene {
  const scene = new Scene(options);
  const startAnew = async () => {
    await scene.stop();
    await scene.start();
  };
  before(() => scene.start());
  after(async () => {
    await scene.stop();
    await scene.scratch.clean();
  });
  afterEach(async (t) => {
    if ('error' in t && t.error != null) {
      // A picture of what it left on the screen.
      await scene.workbench.attempt(t.name, () => Promise.reject(t.error)).catch(() => {});
      await startAnew();
      return;
    }
    try {
      await scene.clear();
    } catch (error) {
      await startAnew();
      throw error;
    }
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

  /** Waits until the page has told where the user is: a moment after he was there last, lest it is told with each frame. */
  async settled(): Promise<void> {
    await settled(this.frame);
  }

  /** The offset the status bar tells. */
  async waitForCursor(offset: number): Promise<void> {
    const words = `0x${offset.toString(16).toUpperCase()} (${offset})`;
    await waitForStatus(this.#workbench, (text) => text.split('\n').includes(words), words);
  }

  /**
   * Gives the grid the keyboard. Chords reach their commands once VS Code has been told, a moment later: it looks every
   * 250 ms whether a page has the keyboard, and hears nothing of one that lost it and has it back within that time.
   */
  async focus(): Promise<void> {
    if (!(await this.grid.evaluate(() => document.hasFocus()))) await this.settled();
    await this.grid.focus();
    await untilKeysAreHeard(this.#workbench);
  }
}

/** The page's own timers are over before this one of it. */
export async function settled(page: FrameLocator): Promise<void> {
  await page.locator('body').evaluate(() => new Promise((done) => setTimeout(done, 300)));
}

/** Waits until VS Code knows that a grid has the keyboard, of bytes or of regions. */
export async function untilKeysAreHeard(workbench: Workbench): Promise<void> {
  const heard = () =>
    workbench.inHost(() => {
      const { keysHeard, endsHeard } = globalThis as unknown as { keysHeard: number; endsHeard: number };
      return { keysHeard, endsHeard };
    });
  const before = await heard();
  await until(
    async () => {
      await workbench.page.keyboard.press('Control+Alt+Shift+F9');
      return await heard();
    },
    (now) => now.keysHeard > before.keysHeard,
    'the keyboard is known to be with the grid',
  );
  // One that is heard late must not be taken for the answer to the next question.
  await workbench.page.keyboard.press('Control+Alt+Shift+F8');
  await until(heard, (now) => now.endsHeard > before.endsHeard, 'all keys until now are heard');
}

/**
 * Runs a command that ends only when a quick input is answered. Not by the palette: as that closes, VS Code gives the
 * focus back to a webview that had it, late, and takes it from the quick input that has just come up.
 */
export function startCommand(workbench: Workbench, command: string, ...args: readonly unknown[]): void {
  workbench.executeCommand(command, ...args).catch(() => {});
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

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
