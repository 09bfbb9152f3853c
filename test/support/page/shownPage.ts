// A page of a browser with something of Memglass in it, whatever it is: opened, looked at, and closed with nothing broken.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Typography } from '../../../extension/protocol/viewTypes.ts';
import { launchBrowser, pagePatience } from '../../host/browser.ts';
import { screenshots } from '../../host/paths.ts';

/** What a view is told of the editor's font. */
export const typography: Typography = { lineHeight: 0, letterSpacing: 0, fontWeight: 'normal' };

export class ShownPage {
  readonly page: Page;
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      // Tests alone read pixels back.
      if (!message.text().includes('readback operations using getImageData')) this.errors.push(message.text());
    });
  }

  get grid(): Locator {
    return this.page.locator('[role=grid]');
  }

  /** Waits until what both ends have said by now is heard, and what that asked for is drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate(async () => {
      await window.delivered?.();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  }

  /** Waits until it is on the screen as well. */
  async frame(): Promise<void> {
    await this.drawn();
    await this.drawn();
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `browser-${name}.png`) });
  }

  /** A page must have broken no rule and raised no error. */
  async close(): Promise<void> {
    const violations = await this.page.evaluate(() => window.violations ?? []);
    await this.page.context().close();
    assert.deepEqual(violations, []);
    assert.deepEqual(this.errors, []);
  }
}

/** The pages of a test file. */
export class Pages {
  #browser: Browser | undefined;
  readonly #opened: ShownPage[] = [];

  /** Call it once in a test file: the browser lives as long as its tests, a page as long as its test. */
  use(): void {
    before(async () => {
      this.#browser = await launchBrowser();
    });
    afterEach(async () => {
      for (const shown of this.#opened.splice(0)) await shown.close();
    });
    after(() => this.#browser?.close());
  }

  async open<T extends ShownPage>(make: (page: Page) => T, options: BrowserContextOptions): Promise<T> {
    assert.ok(this.#browser !== undefined);
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(pagePatience);
    const shown = make(await context.newPage());
    this.#opened.push(shown);
    return shown;
  }
}

/** How long, milliseconds, and how often at least something is looked for: a machine that is held up has looked seldom. */
const patience = 60_000;
const fewestLooks = 100;

/** Asks again and again until `check` does not throw; then gives what it gives. */
export async function eventually<T>(check: () => Promise<T>): Promise<T> {
  const end = performance.now() + patience;
  for (let looks = 1; ; looks++) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end && looks >= fewestLooks) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
