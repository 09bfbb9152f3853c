// One memory map in a browser page, and the ways to look at it and to use it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { type MapColumn, mapColumns, usualColumns } from '../../../extension/core/memoryMap/mapColumns.ts';
import { regionKinds } from '../../../extension/core/memoryMap/regionKind.ts';
import { mappingKinds } from '../../../extension/core/memoryRegion.ts';
import { packFirst } from '../../../extension/protocol/firstRegions.ts';
import type { MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type { InitialMap, MapStatus, MapWords } from '../../../extension/protocol/mapTypes.ts';
import { launchBrowser } from '../../host/browser.ts';
import { screenshots } from '../../host/paths.ts';
import { type Described, spaceOf } from '../regions.ts';
import type { DescribedLook, MapSettings } from './mapInPage.ts';
import { type PageServer, startServer } from './server.ts';
import { type ThemeName, themes } from './themes.ts';
import { eventually, typography } from './viewPage.ts';

export interface MapOptions {
  readonly look?: DescribedLook;
  /** In the document itself. */
  readonly first?: { readonly id: number; readonly regions: readonly Described[] };
  readonly columns?: readonly MapColumn[];
  readonly status?: Partial<MapStatus>;
  readonly problem?: InitialMap['problem'];
  readonly theme?: ThemeName;
  /** Whether the picture shows. Default false: most tests are about the table, which is taller without it. */
  readonly picture?: boolean;
  readonly width?: number;
  readonly height?: number;
}

export interface ShownMapRow {
  /** In hex. */
  readonly start: string;
  readonly cells: Readonly<Partial<Record<MapColumn, string>>>;
  readonly isSelected: boolean;
  readonly change: string | undefined;
}

const words: MapWords = {
  kinds: Object.fromEntries(regionKinds.map((kind) => [kind, kind])) as MapWords['kinds'],
  mappings: Object.fromEntries(mappingKinds.map((kind) => [kind, kind])) as MapWords['mappings'],
  columns: Object.fromEntries(mapColumns.map((column) => [column, column])) as MapWords['columns'],
};

const usualStatus: MapStatus = {
  title: 'node (4121)',
  age: 0,
  interval: 2,
  isPaused: false,
  isOver: false,
  comparedWith: undefined,
};

let browser: Browser;
let server: PageServer<InitialMap, MapSettings>;
const opened: MapPage[] = [];
let count = 0;

/** Call it once in a test file: browser and server live as long as its tests, a page as long as its test. */
export function useMapBrowser(): void {
  before(async () => {
    [browser, server] = await Promise.all([
      launchBrowser(),
      startServer<InitialMap, MapSettings>({ script: 'memoryMap.js', style: 'memoryMap.css', host: 'mapInPage.ts' }),
    ]);
  });
  afterEach(async () => {
    for (const map of opened.splice(0)) await map.close();
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
}

export async function openMap(options: MapOptions = {}): Promise<MapPage> {
  const { width = 1280, height = 700 } = options;
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const map = new MapPage(page, context, options);
  opened.push(map);
  await page.goto(map.serve());
  await page.locator('[role=grid], .empty').first().waitFor();
  return map;
}

export class MapPage {
  readonly page: Page;
  readonly errors: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: MapOptions;
  readonly #id = `map${++count}`;

  constructor(page: Page, context: BrowserContext, options: MapOptions) {
    this.page = page;
    this.#context = context;
    this.#options = options;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.errors.push(message.text());
    });
  }

  /** Puts the document of the view on the server and gives its address. */
  serve(id = 'document'): string {
    const { look, first, columns = usualColumns, status, problem, theme = 'dark', picture = false } = this.#options;
    const initial: InitialMap = {
      id,
      status: { ...usualStatus, ...status },
      columns,
      typography,
      words,
      showsPicture: picture,
      pageSize: 4096,
      first: first && packFirst(spaceOf(first.regions), first.id),
      problem,
    };
    return server.serve(this.#id, initial, {
      variables: themes[theme],
      bodyClass: `vscode-${theme}`,
      status: initial.status,
      look,
    });
  }

  get grid(): Locator {
    return this.page.locator('[role=grid]');
  }

  row(start: string): Locator {
    return this.page.locator(`[role=row][data-start="${start}"]`);
  }

  /** The rows that show, from top to bottom. */
  rows(): Promise<ShownMapRow[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[role=row][data-start]')]
        .map((row) => ({
          top: row.getBoundingClientRect().top,
          start: row.dataset['start'] ?? '',
          cells: Object.fromEntries(
            [...row.querySelectorAll<HTMLElement>('[data-cell]')].map((cell) => [
              cell.dataset['cell'],
              // Of a name that has no room the end shows, and the whole is what it is called.
              cell.ariaLabel ?? cell.textContent,
            ]),
          ),
          isSelected: row.getAttribute('aria-selected') === 'true',
          change: row.dataset['change'],
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ top: _, ...row }) => row),
    );
  }

  /** Waits until the rows are as `check` asserts. */
  untilRows(check: (rows: readonly ShownMapRow[]) => void): Promise<ShownMapRow[]> {
    return eventually(async () => {
      const rows = await this.rows();
      check(rows);
      return rows;
    });
  }

  async untilStarts(starts: readonly string[]): Promise<ShownMapRow[]> {
    return await this.untilRows((rows) =>
      assert.deepEqual(
        rows.map(({ start }) => start),
        starts,
      ),
    );
  }

  footer(): Promise<string> {
    return this.page.locator('.map-footer').innerText();
  }

  async untilFooter(pattern: RegExp): Promise<void> {
    await eventually(async () => assert.match(await this.footer(), pattern));
  }

  look(look: DescribedLook, base?: DescribedLook): Promise<void> {
    return this.page.evaluate(([now, before]) => window.mapHost.look(now, before), [look, base] as const);
  }

  notify<K extends keyof MapViewApi>(method: K, ...args: Parameters<MapViewApi[K]>): Promise<void> {
    return this.page.evaluate(([name, given]) => window.mapHost.view.notify(name as 'reveal', ...(given as [string])), [
      method,
      args,
    ] as const);
  }

  /** The starts of the selected regions, as the host is told. */
  selection(): Promise<number[]> {
    return this.page.evaluate(async () => [...(await window.mapHost.view.request('selection')).rows]);
  }

  calls(method: string): Promise<readonly (readonly unknown[])[]> {
    return this.page.evaluate(
      (wanted) => window.mapHost.calls.filter((call) => call.method === wanted).map(({ args }) => args),
      method,
    );
  }

  async untilCalled(method: string, ...args: readonly unknown[]): Promise<void> {
    await eventually(async () => assert.deepEqual((await this.calls(method)).at(-1), args));
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `browser-${name}.png`) });
  }

  /** A page must have broken no rule and raised no error. */
  async close(): Promise<void> {
    const violations = await this.page.evaluate(() => window.mapHost.violations);
    await this.#context.close();
    assert.deepEqual(violations, []);
    assert.deepEqual(this.errors, []);
  }
}
