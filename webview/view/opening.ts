import type { BytesNear, InitialView, ViewState } from '../../extension/protocol/viewTypes.ts';
import type { HistoryPlaces } from '../model/history.ts';
import { measure } from './metrics.ts';
import type { Scene } from './surface.ts';

/** What a webview may keep by itself, across being hidden and shown again. */
export interface SavedView extends ViewState {
  /** The document of the host that this state was last kept in: a second start in it must not trust its bytes. */
  readonly startedWith: string;
  readonly history: HistoryPlaces;
}

/** Pixels around the text of the column header, as style.css has them. */
const columnHeaderPadding = 6;

/** What a view draws first. Applies the typography to `grid`, which must be in the document, and measures it. */
export function openingScene(initial: InitialView, saved: SavedView | undefined, grid: HTMLElement): Scene {
  const state = saved ?? initial.state;
  const { status, layout, typography } = initial;
  const metrics = measure(grid, typography);
  return {
    status,
    layout,
    encoding: saved?.encoding ?? initial.encoding,
    selection: { cursor: state?.cursor ?? 0, anchor: state?.anchor, column: state?.column ?? 'hex' },
    metrics,
    width: grid.clientWidth,
    height: rowsHeight(grid.clientHeight, metrics.rowHeight),
    inserts: false,
    contents: 0,
  };
}

/** Pixels left for rows in a grid. Known without asking for it, which would cost the first paint a layout. */
export function rowsHeight(gridHeight: number, rowHeight: number): number {
  return gridHeight - rowHeight - columnHeaderPadding;
}

/** The bytes of the document, unless the view was started in this very one before: then they may be old. */
export function firstBytes(initial: InitialView, saved: SavedView | undefined): BytesNear | undefined {
  if (initial.first === undefined || saved?.startedWith === initial.id) return undefined;
  const { offset, hex, holes, unwritten, edits } = initial.first;
  return { generation: initial.status.generation, offset, bytes: fromHex(hex), holes, unwritten, edits };
}

/** In browsers since 2025. */
declare global {
  interface Uint8ArrayConstructor {
    fromHex?(digits: string): Uint8Array<ArrayBuffer>;
  }
}

/** The first paint waits for this: by the browser itself, else by character codes, without a string per byte. */
function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  if (Uint8Array.fromHex !== undefined) return Uint8Array.fromHex(hex);
  const bytes = new Uint8Array(hex.length / 2);
  const digit = (at: number) => {
    const code = hex.charCodeAt(at);
    return code < 0x40 ? code - 0x30 : (code & 0xf) + 9;
  };
  for (let i = 0; i < bytes.length; i++) bytes[i] = digit(2 * i) * 16 + digit(2 * i + 1);
  return bytes;
}
