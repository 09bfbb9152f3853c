// One memory map in a browser page, and the ways to look at it and to use it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { type ChosenColumns, type MapColumn, mapColumns } from '../../../extension/core/memoryMap/mapColumns.ts';
import { mappingKinds } from '../../../extension/core/memoryMap/memoryRegion.ts';
import { regionKinds } from '../../../extension/core/memoryMap/regionKind.ts';
import { packFirst } from '../../../extension/protocol/firstRegions.ts';
import type { MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type { InitialMap, MapStatus, MapWords } from '../../../extension/protocol/mapTypes.ts';
import { type Described, spaceOf } from '../regions.ts';
import type { DescribedLook, MapSettings } from './mapInPage.ts';
import { type PageServer, startServer } from './server.ts';
import { eventually, Pages, ShownPage, typography } from './shownPage.ts';
import { type ThemeName, themes } from './themes.ts';

export interface MapOptions {
  readonly look?: DescribedLook;
  /** In the document itself. */
  readonly first?: { readonly id: number; readonly regions: readonly Described[] };
  readonly columns?: ChosenColumns;
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
  rights: {
    ...{ read: 'read', noRead: 'no read', write: 'write', noWrite: 'no write' },
    ...{ execute: 'execute', noExecute: 'no execute', private: 'private', shared: 'shared' },
  },
};

const usualStatus: MapStatus = {
  title: 'node (4121)',
  age: 0,
  interval: 2,
  isPaused: false,
  isOver: false,
  comparedWith: undefined,
};

const pages = new Pages();
let server: PageServer<InitialMap, MapSettings>;
let count = 0;

/** Call it once in a test file: browser and server live as long as its tests, a page as long as its test. */
export function useMapBrowser(): void {
  pages.use();
  before(async () => {
    server = await startServer({ script: 'memoryMap.js', style: 'memoryMap.css', host: 'mapInPage.ts' });
  });
  after(() => server.close());
}

export async function openMap(options: MapOptions = {}): Promise<MapPage> {
  const { width = 1280, height = 700 } = options;
  const map = await pages.open((page) => new MapPage(page, options), { viewport: { width, height } });
  await map.page.goto(map.serve());
  await map.page.locator('[role=grid], .empty').first().waitFor();
  return map;
}

export class MapPage extends ShownPage {
  readonly #options: MapOptions;
  readonly #id = `map${++count}`;

  constructor(page: Page, options: MapOptions) {
    super(page);
    this.#options = options;
  }

  /** Puts the document of the view on the server and gives its address. */
  serve(id = 'document'): string {
    const { look, first, columns = 'usual', status, problem, theme = 'dark', picture = false } = this.#options;
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

  row(start: string): Locator {
    return this.page.locator(`[role=row][data-start="${start}"]`);
  }

  /** The rows that show, from top to bottom: with all that was asked of them by now. */
  async rows(): Promise<ShownMapRow[]> {
    await this.drawn();
    return await this.page.evaluate(() =>
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

  /** Tells the view, and waits until it has heard it. */
  notify<K extends keyof MapViewApi>(method: K, ...args: Parameters<MapViewApi[K]>): Promise<void> {
    return this.page.evaluate(
      async ([name, given]) => {
        window.mapHost.view.notify(name as 'reveal', ...(given as [string]));
        await window.delivered?.();
      },
      [method, args] as const,
    );
  }

  /** The starts of the selected regions, as the host is told. */
  selection(): Promise<number[]> {
    return this.page.evaluate(async () => [...(await window.mapHost.view.request('selection')).rows]);
  }

  /** With what each call said, in order: all that the view has called by now. */
  calls(method: string): Promise<readonly (readonly unknown[])[]> {
    return this.page.evaluate(async (wanted) => {
      await window.delivered?.();
      return window.mapHost.calls.filter((call) => call.method === wanted).map(({ args }) => args);
    }, method);
  }

  async untilCalled(method: string, ...args: readonly unknown[]): Promise<void> {
    await eventually(async () => assert.deepEqual((await this.calls(method)).at(-1), args));
  }
}
