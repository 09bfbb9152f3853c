// One window of VS Code, driven as a user would: palette, quick open, keys; and through its extension host where a
// test needs to pass arguments.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, errors, type Frame, type FrameLocator, type Page } from 'playwright-core';
import { Control, type UriArgument, type VSCodeApi } from './control.ts';
import { screenshots } from './paths.ts';
import type { VSCode } from './vscode.ts';
import { pretendToLoseFocus, savedEditors } from './windowState.ts';

export type Theme =
  | 'Default Dark Modern'
  | 'Default Light Modern'
  | 'Default High Contrast'
  | 'Default High Contrast Light';

export interface OpenOptions {
  /** The folder to open instead of the server's workspace. */
  readonly folder?: string;
  /** A context of the test's own, for a second window that shares the first one's storage, or one to be reopened. */
  readonly context?: BrowserContext;
  readonly viewport?: { readonly width: number; readonly height: number };
}

const quickInput = '.quick-input-widget:visible';

export class Workbench {
  readonly page: Page;
  readonly server: VSCode;
  /** Console messages and page errors of the window and its webviews. */
  readonly console: string[] = [];
  readonly #control: Control;
  readonly #ownContext: BrowserContext | undefined;

  private constructor(page: Page, server: VSCode, control: Control, ownContext: BrowserContext | undefined) {
    this.page = page;
    this.server = server;
    this.#control = control;
    this.#ownContext = ownContext;
    page.on('console', (message) => this.console.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => this.console.push(`[pageerror] ${error.stack ?? error.message}`));
  }

  /** Opens a window and waits until a user could work in it. */
  static async open(server: VSCode, browser: Browser, options: OpenOptions = {}): Promise<Workbench> {
    const viewport = options.viewport ?? { width: 1280, height: 800 };
    const own = options.context === undefined ? await browser.newContext({ viewport }) : undefined;
    const context = options.context ?? own;
    if (context === undefined) throw new Error('no browser context');
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    const { address, name } = server.newWindow(options.folder);
    const workbench = new Workbench(await context.newPage(), server, new Control(server.controlFolder, name), own);
    await workbench.attempt('open-workbench', async () => {
      await workbench.page.goto(address);
      await workbench.ready();
    });
    return workbench;
  }

  /** Waits for a window that was loaded or reloaded: the file list, the palette, the extension host. */
  async ready(): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list').waitFor({ timeout: 60_000 });
    await this.#openQuickInput('F1');
    await this.page.keyboard.press('Escape');
    await this.page.locator(quickInput).waitFor({ state: 'hidden' });
    await this.#control.ready();
  }

  /** A key pressed before the keybindings are registered is lost, so it is pressed until the box is there. */
  async #openQuickInput(key: string): Promise<void> {
    const box = this.page.locator(`${quickInput} input`).first();
    for (let tries = 0; ; tries++) {
      await this.page.keyboard.press(key);
      try {
        await box.waitFor({ timeout: 500 });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || tries > 60) throw error;
      }
    }
  }

  /** Runs a command as the palette shows it: `View: Split Editor`. */
  async runCommand(title: string): Promise<void> {
    await this.#openQuickInput('F1');
    await this.page.locator(`${quickInput} input`).first().fill(`>${title}`);
    await this.#pick(title);
  }

  /** Chooses the row of the open quick pick whose label is `label`. */
  async #pick(label: string): Promise<void> {
    const exact = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
    const row = this.page.locator(`${quickInput} .monaco-list-row`).filter({
      has: this.page.locator('.label-name').filter({ hasText: exact }),
    });
    await row.first().waitFor();
    if (await row.first().evaluate((element) => element.classList.contains('focused'))) {
      await this.page.keyboard.press('Enter');
    } else {
      await row.first().click();
    }
  }

  /** Chooses a row of a quick pick that a command has opened. */
  async pick(label: string): Promise<void> {
    await this.page.locator(quickInput).waitFor();
    await this.#pick(label);
  }

  /** Types into the input box that a command has opened, and presses Enter. */
  async answerInput(text: string): Promise<void> {
    const input = this.page.locator(`${quickInput} .quick-input-box input`).first();
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Types a file's name into quick open and waits until its row is the chosen one. Enter would open it. */
  async prepareQuickOpen(name: string): Promise<void> {
    await this.#openQuickInput('Control+P');
    await this.page.locator(`${quickInput} input`).first().fill(name);
    const label = this.page.locator(`${quickInput} .monaco-list-row.focused .label-name`).first();
    await label.filter({ hasText: name }).waitFor();
  }

  /** Opens a file of the workspace by quick open, with the editor that the user's associations name. */
  async openFile(name: string): Promise<void> {
    await this.prepareQuickOpen(name);
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).first().waitFor();
  }

  /** Opens any URI or absolute path, with the given custom editor or the default one. */
  async openWith(target: UriArgument | string, viewType = 'default'): Promise<void> {
    const resource =
      typeof target === 'string' ? { $uri: `file://${target.split('/').map(encodeURIComponent).join('/')}` } : target;
    await this.executeCommand('vscode.openWith', resource, viewType);
  }

  /** Runs a command by its id, with arguments: `executeCommand('memglass.open', uri('memglass-shm:/ring'))`. */
  executeCommand(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.inHost((vscode, id, values) => vscode.commands.executeCommand(id, ...values), command, args);
  }

  /** Runs code in the extension host; see Control.evaluate. */
  inHost<T, A extends readonly unknown[]>(
    code: (vscode: VSCodeApi, ...args: A) => T | PromiseLike<T>,
    ...args: A
  ): Promise<T> {
    return this.#control.evaluate(code, ...args);
  }

  /** The content of the nth visible webview, to find elements in. */
  webview(index = 0): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready').filter({ visible: true }).nth(index);
    return outer.contentFrame().frameLocator('iframe#active-frame');
  }

  /** The same as a frame, to evaluate code in. It is another frame after the tab was hidden and shown again. */
  async webviewFrame(index = 0): Promise<Frame> {
    const body = await this.webview(index).locator('body').elementHandle();
    const frame = await body?.ownerFrame();
    if (frame === null || frame === undefined) throw new Error('the webview has no frame');
    return frame;
  }

  /** Closes all editors. Unsaved changes are an error unless they may be discarded. */
  async closeAllEditors(options: { readonly discard?: boolean } = {}): Promise<void> {
    const tabs = this.page.locator('.part.editor .tabs-container .tab');
    const dialog = this.page.locator('.monaco-dialog-box');
    const asked = this.executeCommand('workbench.action.closeAllEditors');
    asked.catch(() => {});
    // With unsaved changes the command ends only when the dialog is answered.
    const question = dialog.waitFor().then(
      () => true,
      () => false,
    );
    if (await Promise.race([asked.then(() => false), question])) {
      if (options.discard !== true) throw new Error(`Unsaved changes: ${await dialog.textContent()}`);
      await dialog.getByRole('button', { name: "Don't Save" }).click();
      await asked;
    }
    await tabs.first().waitFor({ state: 'detached' });
  }

  /** Titles of the open editors, in order. */
  tabTitles(): Promise<string[]> {
    const labels = this.page.locator('.part.editor .tabs-container .tab .monaco-icon-label-container');
    // A tab draws a file's extension as an element of its own.
    return labels.evaluateAll((all) =>
      all.map((label) =>
        [...label.querySelectorAll('.label-name, .label-suffix')].map((part) => part.textContent).join(''),
      ),
    );
  }

  /** The whole text of the status bar, entries separated by newlines. */
  async statusBarText(): Promise<string> {
    return (await this.page.locator('.part.statusbar .statusbar-item:visible').allInnerTexts()).join('\n');
  }

  /** Changes user settings of a running window, and returns when they hold. */
  async changeSettings(settings: Record<string, unknown>): Promise<void> {
    await this.inHost(async (vscode, values) => {
      const configuration = vscode.workspace.getConfiguration();
      for (const [key, value] of Object.entries(values))
        await configuration.update(key, value, vscode.ConfigurationTarget.Global);
    }, settings);
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.changeSettings({ 'workbench.colorTheme': theme });
    const kind = {
      'Default Dark Modern': 'vs-dark',
      'Default Light Modern': 'vs',
      'Default High Contrast': 'hc-black',
      'Default High Contrast Light': 'hc-light',
    }[theme];
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /**
   * Lets the window write down which editors are open, as it does when it loses the focus (and else once a minute).
   * Without it a server killed right after an open comes back with an older state. `including` is a piece of what must be
   * written, where the names of the editors do not tell a new state from an old one.
   */
  async saveWindowState(including = ''): Promise<void> {
    const names = await this.page
      .locator('.part.editor .tab')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('data-resource-name') ?? ''));
    const wanted = [...names, including];
    await this.page.evaluate(pretendToLoseFocus);
    const deadline = Date.now() + 30_000;
    while (!(await this.page.evaluate(savedEditors, wanted))) {
      if (Date.now() > deadline) throw new Error(`VS Code did not write down that ${names.join(', ')} are open`);
      await this.page.waitForTimeout(250);
      // What came after the last writing waits for another one.
      await this.page.evaluate(pretendToLoseFocus);
    }
  }

  /** Loads the window again, in the same browser context: after `server.restart()` that restores what was open. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Writes out/screenshots/<name>.png and gives its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(screenshots, { recursive: true });
    const path = join(screenshots, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Runs a step of a test. When it fails, out/screenshots/<name>.png and .log show what there was to see. */
  async attempt<T>(name: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const file = `failed-${name.replace(/[^\w.-]+/g, '-')}`;
      mkdirSync(screenshots, { recursive: true });
      writeFileSync(
        join(screenshots, `${file}.log`),
        `${String(error)}\n==== console\n${this.console.join('\n')}\n${this.server.logs()}`,
      );
      const picture = await this.screenshot(file).catch((problem: unknown) => `no screenshot: ${String(problem)}`);
      console.log(`"${name}" failed: ${picture} and ${file}.log beside it`);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.page.close();
    await this.#ownContext?.close();
  }
}
