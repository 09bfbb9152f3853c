import { type ByteRange, endOf, intersect } from '../../extension/core/byteRange.ts';
import { findEncoding, singleByteTable, UTF_8 } from '../../extension/core/text/textEncodings.ts';
import type { BytesNear, InitialView } from '../../extension/protocol/viewTypes.ts';
import { addressText, placeOf } from '../model/addresses.ts';
import { cellAt } from '../model/hexGeometry.ts';
import { cellState, hexRowText } from '../model/hexRow.ts';
import { selectedRange } from '../model/selection.ts';
import { ByteOutline } from './caret.ts';
import { element } from './element.ts';
import { Fillers } from './fillers.ts';
import { gridElement } from './grid.ts';
import { Header } from './header.ts';
import { HexFrame, hexCells, rangesOf } from './hexFrame.ts';
import { bytesRanges } from './hexSelection.ts';
import { Highlights } from './highlights.ts';
import { firstBytes, openingScene, type SavedView } from './opening.ts';
import { newRow, type Row, rowsContainer } from './rowPool.ts';
import type { Scene } from './surface.ts';

/**
 * Draws the view as it begins, deaf and without its edge, until the program is there and draws all of it. What needs more
 * than the bytes that came with the document is left to the program: text, banners, holes, the end of a long source.
 * Returns whether it drew.
 */
export function drawFirstLook(initial: InitialView, saved: SavedView | undefined, root: HTMLElement): boolean {
  const state = saved ?? initial.state;
  const first = firstBytes(initial, saved);
  if (first === undefined || first.holes.length > 0 || state?.mode === 'text') return false;
  if (initial.status.banner !== undefined) return false;
  const ignore = () => {};
  const header = new Header(initial.path, { onMode: ignore, onCommand: ignore, onLive: ignore, onRate: ignore });
  const grid = gridElement(initial.path);
  // Whoever waits for the view to answer, waits for this to go.
  grid.setAttribute('aria-busy', 'true');
  header.show(initial.status, 'hex', undefined);
  root.replaceChildren(header.element, element('div', { class: 'main' }, grid, element('div', { class: 'edge' })));
  const surface = drawRows(openingScene(initial, saved, grid), first, state?.top ?? 0);
  if (surface !== undefined) grid.append(surface);
  return surface !== undefined;
}

/** The rows of a screen from `from` on; undefined where not all of their bytes are there. */
function drawRows(scene: Scene, first: BytesNear, from: number): HTMLElement | undefined {
  const { layout, metrics, selection } = scene;
  const rows = rowsContainer();
  const frame = new HexFrame(rows);
  const geometry = frame.arrange(scene);
  const { columns } = geometry;
  const { bytesPerRow } = columns;
  const top = Math.floor(from / bytesPerRow) * bytesPerRow;
  const shown = { offset: top, length: Math.ceil(scene.height / metrics.rowHeight) * bytesPerRow };
  const { size, shownSize } = scene.status;
  const end = Math.min(endOf(shown), size);
  if (size === 0 || size < shownSize || (top > 0 && end < endOf(shown))) return;
  if (top < first.offset || end > first.offset + first.bytes.length) return;
  const cells = cellsOf(first, shown);
  const table = singleByteTable(findEncoding(scene.encoding) ?? UTF_8);
  const dim = new Highlights<Row>('memglass-dim');
  const unwritten = new Highlights<Row>('memglass-unwritten');
  const selected = new Highlights<Row>('memglass-selection');
  const fillers = new Fillers();
  for (let offset = top; offset < end; offset += bytesPerRow) {
    const row = newRow(hexCells);
    const [address, hex, text] = row.cells;
    if (address === undefined || hex === undefined || text === undefined) return;
    const written = hexRowText(
      cells.subarray(offset - top, offset - top + bytesPerRow),
      columns,
      layout.upperCase,
      table,
    );
    row.element.dataset['offset'] = String(offset);
    row.element.style.top = `${((offset - top) / bytesPerRow) * metrics.rowHeight}px`;
    address.text.data = addressText(placeOf(offset, scene.status), layout, geometry.addressDigits);
    hex.text.data = written.hex;
    text.text.data = written.decoded;
    fillers.set((offset - top) / bytesPerRow, written.fillers);
    dim.set(row, rangesOf(hex.text, written.dimHex));
    unwritten.set(row, rangesOf(hex.text, written.unwrittenHex));
    const texts = { hex: hex.text, decoded: text.text };
    selected.set(row, bytesRanges(selectedRange(selection), offset, columns, texts));
    rows.append(row.element);
  }
  fillers.show(0, rows.childElementCount, 0);
  rows.append(fillers.element);
  const caret = new ByteOutline(rows, 'caret');
  const index = selection.cursor - top;
  const place = { top: Math.floor(index / bytesPerRow) * metrics.rowHeight, height: metrics.rowHeight };
  const boxes = (['hex', 'text'] as const).map((column) => ({
    column,
    box: { ...cellAt(geometry, index % bytesPerRow, column), ...place },
  }));
  caret.show(index >= 0 && index < end - top ? boxes : [], selection.column);
  return frame.element;
}

function cellsOf({ offset, bytes, unwritten }: BytesNear, shown: ByteRange): Int16Array {
  const cells = new Int16Array(shown.length).fill(cellState.outside);
  cells.set(bytes.subarray(shown.offset - offset, endOf(shown) - offset));
  for (const range of unwritten ?? []) {
    const part = intersect(range, shown);
    if (part !== undefined) cells.fill(cellState.unwritten, part.offset - shown.offset, endOf(part) - shown.offset);
  }
  return cells;
}
