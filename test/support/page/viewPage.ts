// One view in a browser page, and the ways to look at it and to use it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { BrowserContextOptions, Page, Route } from 'playwright-core';
import type { Hole } from '../../../extension/core/byteSource.ts';
import { detectEncoding } from '../../../extension/core/text/textEncodings.ts';
import type { ViewApi } from '../../../extension/protocol/viewApi.ts';
import type { InitialView, SourceStatus, ViewLayout, ViewState } from '../../../extension/protocol/viewTypes.ts';
import { noCharacter } from '../../../webview/model/hexRow.ts';
import { type Bytes, hexOf, sizeOf, slice } from './bytes.ts';
import type { HostSettings, MappedRuns } from './hostInPage.ts';
import { type PageServer, startServer } from './server.ts';
import { eventually, Pages, ShownPage, typography } from './shownPage.ts';
import { type ThemeName, themes } from './themes.ts';

/** `window.host`, for tests that reach into the page. */
export type { FakeHost } from './hostInPage.ts';

export interface ViewOptions {
  readonly bytes?: Bytes;
  readonly holes?: readonly Hole[];
  readonly theme?: ThemeName;
  readonly layout?: Partial<ViewLayout>;
  readonly state?: Partial<ViewState>;
  readonly status?: Partial<SourceStatus>;
  readonly problem?: InitialView['problem'];
  readonly path?: string;
  /** Whether the document brings the first bytes along. Default true. */
  readonly first?: boolean;
  readonly overview?: 'known' | 'refused';
  readonly mapped?: MappedRuns;
  readonly l10n?: InitialView['l10n'];
  /** A host that hears nothing and so answers nothing. */
  readonly isDeaf?: boolean;
  /** `held`: it does not come before `releaseProgram`. */
  readonly program?: 'held';
  readonly width?: number;
  readonly height?: number;
  readonly context?: BrowserContextOptions;
}

export interface ShownRow {
  readonly offset: number;
  readonly address: string;
  /** Without blanks; undefined in text mode. */
  readonly hex: string | undefined;
  /** As it is drawn: with what stands for bytes that have no character. */
  readonly text: string;
  /** Of the row's box, pixels from the top of the grid. */
  readonly top: number;
}

export const defaultLayout: ViewLayout = {
  bytesPerRow: 16,
  groupSize: 1,
  endianness: 'big',
  upperCase: true,
  addressRadix: 'hex',
};

const pages = new Pages();
let server: PageServer<InitialView, HostSettings>;
let count = 0;

/** Call it once in a test file: browser and server live as long as its tests, a page as long as its test. */
export function useBrowser(): void {
  pages.use();
  before(async () => {
    server = await startServer({ script: 'first.js', style: 'webview.css', host: 'hostInPage.ts' });
  });
  after(() => server.close());
}

export async function openView(options: ViewOptions = {}): Promise<ViewPage> {
  const view = await pages.open((page) => new ViewPage(page, options), {
    viewport: { width: options.width ?? 1000, height: options.height ?? 600 },
    ...options.context,
  });
  const { page } = view;
  const holdProgram = options.program === 'held';
  if (holdProgram) await page.route('**/webview.js', (route) => void view.held.push(route));
  await page.goto(view.serve());
  if (!holdProgram) await view.untilProgram();
  return view;
}

export class ViewPage extends ShownPage {
  /** Requests for the program, where it is held. */
  readonly held: Route[] = [];
  bytes: Bytes;
  readonly #options: ViewOptions;
  readonly #id = `view${++count}`;
  #documents = 0;

  constructor(page: Page, options: ViewOptions) {
    super(page);
    this.#options = options;
    this.bytes = options.bytes ?? { kind: 'pattern', size: 1 << 20 };
  }

  /** Puts a document of the view on the server, a new one each time, and gives its address. */
  serve(change: ViewOptions = {}): string {
    const options = { ...this.#options, ...change };
    const size = sizeOf(this.bytes);
    const status: SourceStatus = { size, shownSize: size, sizeKind: 'exact', generation: 1, ...options.status };
    const state =
      options.state === undefined
        ? undefined
        : ({
            mode: 'hex',
            top: 0,
            cursor: 0,
            column: 'hex',
            encoding: 'utf-8',
            canGoBack: false,
            canGoForward: false,
            ...options.state,
          } satisfies ViewState);
    const holes = options.holes ?? [];
    const offset = Math.floor((state?.top ?? 0) / 4096) * 4096;
    const initial: InitialView = {
      id: `document ${++this.#documents}`,
      path: options.path ?? '/var/tmp/memory.bin',
      layout: { ...defaultLayout, ...options.layout },
      typography,
      status,
      state,
      encoding: options.state?.encoding ?? detectEncoding(slice(this.bytes, 0, 4096)).encoding.label,
      first: options.first === false ? undefined : { offset, hex: hexOf(slice(this.bytes, offset, 8192)), holes },
      problem: options.problem,
      l10n: options.l10n,
    };
    const theme = options.theme ?? 'dark';
    return server.serve(this.#id, initial, {
      bytes: this.bytes,
      holes,
      status,
      variables: themes[theme],
      bodyClass: `vscode-${theme}`,
      overview: options.overview ?? 'known',
      mapped: options.mapped,
      isDeaf: options.isDeaf ?? false,
    });
  }

  /** Lets the program come, and waits until it has taken over. */
  async releaseProgram(): Promise<void> {
    await eventually(async () => assert.ok(this.held.length > 0));
    for (const route of this.held.splice(0)) await route.continue();
    await this.untilProgram();
  }

  async untilProgram(): Promise<void> {
    await this.page.locator('[role=grid]:not([aria-busy]), .empty').first().waitFor({ state: 'attached' });
  }

  /** The rows that show, from top to bottom: with all that was asked of them by now. */
  async rows(): Promise<ShownRow[]> {
    await this.drawn();
    return await this.page.evaluate((noCharacter) => {
      const grid = document.querySelector('[role=grid]')?.getBoundingClientRect();
      const rows = [...document.querySelectorAll<HTMLElement>('[role=row]')].filter((row) => row.checkVisibility());
      const fillers = document.querySelector('.fillers')?.textContent.split('\n') ?? [];
      const offsetOf = (row: HTMLElement) => Number(row.dataset['offset']);
      return rows
        .sort((a, b) => offsetOf(a) - offsetOf(b))
        .map((row, at) => {
          const cell = (name: string) => row.querySelector<HTMLElement>(`[data-cell=${name}]`);
          return {
            offset: offsetOf(row),
            address: cell('address')?.textContent ?? '',
            hex: cell('hex')?.textContent.replaceAll(' ', ''),
            text: [...(cell('text')?.textContent ?? '')]
              .map((character, index) => (character === noCharacter && fillers[at]?.[index]) || character)
              .join(''),
            top: row.getBoundingClientRect().top - (grid?.top ?? 0),
          };
        })
        .sort((a, b) => a.top - b.top);
    }, noCharacter);
  }

  async row(offset: number): Promise<ShownRow | undefined> {
    return (await this.rows()).find((row) => row.offset === offset);
  }

  /** Waits until the rows are as `check` asserts. */
  async untilRows(check: (rows: readonly ShownRow[]) => void): Promise<ShownRow[]> {
    return await eventually(async () => {
      const rows = await this.rows();
      check(rows);
      return rows;
    });
  }

  /** Waits until every row that shows is right, the first at `top` where given. */
  async untilRight(top?: number): Promise<ShownRow[]> {
    return await this.untilRows((rows) => {
      assert.ok(rows.length > 0);
      if (top !== undefined) assert.equal(rows[0]?.offset, top);
      this.assertRight(rows);
    });
  }

  /** Each row has the bytes of its offset, and they follow one another. */
  assertRight(rows: readonly ShownRow[], bytesPerRow = 16): void {
    rows.forEach((row, index) => {
      if (index > 0) assert.equal(row.offset, (rows[index - 1]?.offset ?? 0) + bytesPerRow);
      assert.equal(row.hex?.toLowerCase(), hexOf(slice(this.bytes, row.offset, bytesPerRow)), `row ${row.offset}`);
    });
  }

  /** Tells the view, and waits until it has heard it. */
  notify<K extends keyof ViewApi>(method: K, ...args: Parameters<ViewApi[K]>): Promise<void> {
    return this.page.evaluate(
      async ([name, given]) => {
        window.host.view.notify(name as 'goTo', ...(given as [number]));
        await window.delivered?.();
      },
      [method, args] as const,
    );
  }

  /** Changes the source's status, and with it the bytes where given. */
  async change(status: Partial<SourceStatus>, bytes?: Bytes): Promise<void> {
    if (bytes !== undefined) this.bytes = bytes;
    await this.page.evaluate(
      async ([change, given]) => {
        if (given !== undefined) window.host.bytes = given;
        window.host.change(change);
        await window.delivered?.();
      },
      [status, bytes] as const,
    );
  }

  /** With what each call said, in order: all that the view has called by now. */
  async calls(method: string): Promise<readonly (readonly unknown[])[]> {
    return await this.page.evaluate(async (wanted) => {
      await window.delivered?.();
      return window.host.calls.filter((call) => call.method === wanted).map((call) => call.args);
    }, method);
  }

  async forgetCalls(): Promise<void> {
    await this.page.evaluate(async () => {
      await window.delivered?.();
      window.host.calls.length = 0;
    });
  }

  /** Where the user is, as the host was told last. */
  async state(): Promise<ViewState> {
    const state = (await this.calls('viewChanged')).at(-1)?.[0];
    assert.ok(state, 'the host was told nothing');
    return state as ViewState;
  }

  async untilState(wanted: Partial<ViewState>): Promise<void> {
    await eventually(async () => {
      const state: Partial<Record<string, unknown>> = { ...(await this.state()) };
      for (const [key, value] of Object.entries(wanted)) assert.deepEqual(state[key], value, key);
    });
  }

  /** The middle of a byte in the hex column (or of a character of another cell), in the page. */
  async pointOf(offset: number, column: 'hex' | 'text' = 'hex', bytesPerRow = 16): Promise<{ x: number; y: number }> {
    const top = offset - (offset % bytesPerRow);
    const index = offset - top;
    const start = column === 'text' ? index : index * 3 + Math.floor(index / 8);
    await this.drawn();
    return await this.page.evaluate(
      ([rowOffset, cell, from, length]) => {
        const text = document.querySelector(`[role=row][data-offset="${rowOffset}"] [data-cell=${cell}]`)?.firstChild;
        if (!text) throw new Error(`no row ${rowOffset}`);
        const range = document.createRange();
        range.setStart(text, from);
        range.setEnd(text, from + length);
        const box = range.getBoundingClientRect();
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      },
      [top, column, start, column === 'text' ? 1 : 2] as const,
    );
  }

  async click(offset: number, column: 'hex' | 'text' = 'hex', modifiers: readonly 'Shift'[] = []): Promise<void> {
    const { x, y } = await this.pointOf(offset, column);
    for (const key of modifiers) await this.page.keyboard.down(key);
    await this.page.mouse.click(x, y);
    for (const key of modifiers) await this.page.keyboard.up(key);
  }

  /** The text that a highlight paints, or that one of several does, row by row. */
  async highlighted(...names: readonly string[]): Promise<string[]> {
    await this.drawn();
    return await this.page.evaluate((wanted) => {
      const ranges = wanted.flatMap((name) => [...(CSS.highlights.get(name) ?? [])]);
      return ranges
        .filter((range) => range.startContainer.isConnected)
        .map((range) => ({
          top: range.startContainer.parentElement?.getBoundingClientRect().top ?? 0,
          left: range.startOffset + (range.startContainer.parentElement?.getBoundingClientRect().left ?? 0) * 1000,
          text: (range.startContainer.textContent ?? '').slice(range.startOffset, range.endOffset),
        }))
        .sort((a, b) => a.top - b.top || a.left - b.left)
        .map((range) => range.text);
    }, names);
  }

  /** Nothing of the header is cut off, and nothing lies over another. */
  async assertHeaderFits(): Promise<void> {
    await this.drawn();
    const width = this.page.viewportSize()?.width ?? 0;
    const boxes = await this.page.evaluate(() =>
      [...document.querySelectorAll('.header > *')]
        .map((item) => ({ box: item.getBoundingClientRect(), name: item.className }))
        .filter(({ box }) => box.width > 0)
        .map(({ box, name }) => ({ left: box.left, right: box.right, name })),
    );
    for (const [index, { left, right, name }] of boxes.entries()) {
      assert.ok(left >= 0 && right <= width + 0.5, `${name} from ${left} to ${right}`);
      assert.ok(left >= (boxes[index - 1]?.right ?? 0) - 0.5, `${name} lies over ${boxes[index - 1]?.name}`);
    }
  }
}
