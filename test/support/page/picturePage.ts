// The picture of an address space in a browser page, without a VS Code and without the rest of its tab.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BrowserContextOptions } from 'playwright-core';
import type { PageCounts, PageSpan } from '../../../extension/core/memoryMap/pageCounts.ts';
import type { FigureColumns, RegionColumns } from '../../../extension/core/memoryMap/regionColumns.ts';
import { root, screenshots } from '../../host/paths.ts';
import { packed } from './packed.ts';
import { Pages, ShownPage } from './shownPage.ts';
import { type ThemeName, themes } from './themes.ts';

export interface PictureOptions {
  readonly columns: RegionColumns;
  readonly figures?: FigureColumns;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly context?: BrowserContextOptions;
}

const pages = new Pages();

/** Call it once in a test file: the browser lives as long as its tests, a page as long as its test. */
export const usePictures = (): void => pages.use();

export async function openPicture(options: PictureOptions): Promise<PicturePage> {
  const { theme = 'dark', width = 1000 } = options;
  const viewport = { width, height: 600 };
  const picture = await pages.open((page) => new PicturePage(page), { viewport, ...options.context });
  const { page } = picture;
  // Some origin, so that the page may do what a webview may.
  await page.route('http://picture.test/', (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }));
  await page.goto('http://picture.test/');
  await page.addStyleTag({ content: await bundled(join(root, 'webview/memoryMap.css')) });
  await picture.setTheme(theme);
  await page.addScriptTag({ content: await bundled(join(import.meta.dirname, 'pictureInPage.ts')) });
  await picture.show(options.columns, options.figures);
  return picture;
}

export class PicturePage extends ShownPage {
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate(
      ([name, variables]) => {
        for (const [key, value] of Object.entries(variables)) document.documentElement.style.setProperty(key, value);
        document.body.className = `vscode-${name}`;
      },
      [theme, themes[theme]] as const,
    );
  }

  async show(columns: RegionColumns, figures?: FigureColumns): Promise<void> {
    const sent = [packed(columns), figures === undefined ? undefined : packed(figures)] as const;
    await this.page.evaluate(([regions, known]) => window.picture.show(regions, known), sent);
    await this.frame();
  }

  /** Waits until what was asked for is drawn. */
  override async frame(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) =>
          setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
        ),
    );
  }

  /** The rows that were chosen in the strip, one by one. */
  get chosenRows(): Promise<readonly number[]> {
    return this.page.evaluate(() => window.picture.rows);
  }

  get chosenKinds(): Promise<readonly (readonly string[])[]> {
    return this.page.evaluate(() => window.picture.kinds);
  }

  /** What was asked for of pages; undefined where it was given up. */
  get spans(): Promise<readonly (PageSpan | undefined)[]> {
    return this.page.evaluate(() => window.picture.spans);
  }

  /** The addresses whose bytes were asked for, in hex. */
  get opened(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.picture.opened);
  }

  async untilAsked(count: number): Promise<void> {
    await this.page.waitForFunction((wanted) => window.picture.spans.length >= wanted, count);
  }

  /** Answers the last question for pages, or says why it is not answered. */
  async answer(counts: PageCounts | undefined, refused = ''): Promise<void> {
    const given = counts === undefined ? undefined : packed(counts);
    await this.page.evaluate(([pages, why]) => window.picture.answer(pages, why), [given, refused] as const);
    await this.frame();
  }

  async select(rows: readonly number[]): Promise<void> {
    await this.page.evaluate((selected) => window.picture.select(selected), rows);
    await this.frame();
  }

  get words(): Promise<string | null> {
    return this.page.locator('.picture-words').textContent();
  }

  /** The colours of a canvas on a line, as `r,g,b,a`: from left to right, `count` of them, at `part` of its height. */
  async colours(selector: string, part: number, count: number): Promise<string[]> {
    return await this.page.locator(selector).evaluate(
      (canvas, [at, samples]) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext('2d');
        return Array.from({ length: samples }, (_, index) =>
          [
            ...(context?.getImageData(Math.floor(((index + 0.5) * width) / samples), Math.floor(at * height), 1, 1)
              .data ?? []),
          ].join(),
        );
      },
      [part, count] as const,
    );
  }

  override async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.locator('.picture').screenshot({ path: join(screenshots, `picture-${name}.png`) });
  }
}

const built = new Map<string, Promise<string>>();

function bundled(entry: string): Promise<string> {
  const known = built.get(entry);
  if (known !== undefined) return known;
  const making = build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  built.set(entry, making);
  return making;
}
