// One window of VS Code, driven as a user would: palette, quick open, keys; and through its extension host where a
// test needs to pass arguments.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { pagePatience } from './browser.ts';
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
  /** Runs before there is a page. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
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

  /** What VS Code caught that the extension threw at it. */
  get hostErrors(): readonly string[] {
    return this.console.filter((line) => line.startsWith('[error] [memglass.memglass]'));
  }

  /** Opens a window and waits until a user could work in it. */
  static async open(server: VSCode, browser: Browser, options: OpenOptions = {}): Promise<Workbench> {
    const viewport = options.viewport ?? { width: 1280, height: 800 };
    const own = options.context === undefined ? await browser.newContext({ viewport }) : undefined;
    const context = options.context ?? own;
    if (context === undefined) throw new Error('no browser context');
    await options.prepare?.(context);
    context.setDefaultTimeout(pagePatience);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    const { address, name } = server.newWindow(options.folder);
    const workbench = new Workbench(await context.newPage(), server, new Control(server.controlFolder, name), own);
    await workbench.attempt('open-workbench', async () => {
      await workbench.page.goto(address, { waitUntil: 'commit' });
      await workbench.ready();
    });
    return workbench;
  }

  /**
   * Waits for a window that was loaded or reloaded: the file list, the palette, the extension host, which is another
   * process than `hostBefore`.
   */
  async ready(hostBefore?: number): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list').waitFor();
    await this.#control.ready(hostBefore);
    await this.#untilKeysAreHeard();
    await this.#openQuickInput('>');
    await this.executeCommand('workbench.action.closeQuickOpen');
    await this.page.locator(quickInput).waitFor({ state: 'hidden' });
  }

  /** A key pressed before the keybindings are registered is lost. This one does nothing, however often it is heard. */
  async #untilKeysAreHeard(): Promise<void> {
    const heard = () => this.inHost(() => (globalThis as unknown as { endsHeard: number }).endsHeard);
    for (const end = Date.now() + pagePatience; (await heard()) === 0; ) {
      if (Date.now() > end) throw new Error('VS Code hears no key');
      await this.page.keyboard.press('Control+Alt+Shift+F8');
      await this.page.waitForTimeout(100);
    }
  }

  /** Not by its key: one that is slow to open would be asked for twice, and take what is typed for another's. */
  async #openQuickInput(prefix: string): Promise<void> {
    await this.executeCommand('workbench.action.quickOpen', prefix);
    await this.page.locator(`${quickInput} input`).first().waitFor();
  }

  /** Runs a command as the palette shows it: `View: Split Editor`. */
  async runCommand(title: string): Promise<void> {
    await this.#openQuickInput('>');
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
    const isFocused = () => row.first().evaluate((element) => element.classList.contains('focused'));
    // By keys: a list that has just come up is drawn anew beneath a click, and takes none then.
    for (let tries = 0; !(await isFocused()); tries++) {
      if (tries > 200) throw new Error(`The row "${label}" is not reached by the arrow keys`);
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
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
    await this.#openQuickInput('');
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

  /** What is asked in the middle of the window. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Answers the question that has these words in it, and gives the whole of it. */
  async answerDialog(button: string, words: string | RegExp = ''): Promise<string> {
    const asked = this.dialog.filter({ hasText: words });
    await asked.waitFor();
    const text = await asked.innerText();
    await asked.getByRole('button', { name: button, exact: true }).click();
    await asked.waitFor({ state: 'hidden' });
    return text;
  }

  /** Closes all editors. Unsaved changes are an error unless they may be discarded. */
  async closeAllEditors(options: { readonly discard?: boolean } = {}): Promise<void> {
    const tabs = this.page.locator('.part.editor .tabs-container .tab');
    const asked = this.executeCommand('workbench.action.closeAllEditors');
    asked.catch(() => {});
    // With unsaved changes the command ends only when the dialog is answered.
    const question = this.dialog.waitFor().then(
      () => true,
      () => false,
    );
    if (await Promise.race([asked.then(() => false), question])) {
      if (options.discard !== true) throw new Error(`Unsaved changes: ${await this.dialog.textContent()}`);
      await this.dialog.getByRole('button', { name: "Don't Save" }).click();
      await asked;
    }
    await tabs.first().waitFor({ state: 'detached' });
  }

  /**
   * Takes all notifications away. A list that was shown while there was nothing to show does not take itself for visible,
   * not even when something has come: hidden then it keeps that, and shows it below whatever comes next. Shown once more
   * it knows that it is visible.
   */
  async clearNotifications(): Promise<void> {
    await this.executeCommand('notifications.showList');
    await this.executeCommand('notifications.showList');
    await this.executeCommand('notifications.clearAll');
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
    const deadline = Date.now() + pagePatience;
    while (!(await this.page.evaluate(savedEditors, wanted))) {
      if (Date.now() > deadline) throw new Error(`VS Code did not write down that ${names.join(', ')} are open`);
      await this.page.waitForTimeout(250);
      // What came after the last writing waits for another one.
      await this.page.evaluate(pretendToLoseFocus);
    }
  }

  /** Loads the window again, in the same browser context: after `server.restart()` that restores what was open. */
  async reload(): Promise<void> {
    // It goes on to answer for a while.
    const hostBefore = await this.inHost(() => process.pid).catch(() => undefined);
    await this.page.reload({ waitUntil: 'commit' });
    await this.ready(hostBefore);
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
