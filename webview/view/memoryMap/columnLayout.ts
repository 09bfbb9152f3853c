import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { ChosenColumns, MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSort } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import { regionName, textEnd } from '../../model/memoryMap/fittingName.ts';
import { tableColumns } from '../../model/memoryMap/narrowTable.ts';
import type { Metrics } from '../metrics.ts';
import { columnRules } from './columnRules.ts';
import { columnPadding, columnWidth, compactDigits, textWidths } from './columnWidths.ts';
import { isSortedBy } from './tableHead.ts';

/** Pixels: of less of a name nothing could be read. */
const leastNameShown = 80;

/** What shows of the table, pixels. */
export interface TableRoom {
  readonly width: number;
  /** How far the columns are scrolled to the left. */
  readonly left: number;
}

interface LaidOut extends TableRoom {
  readonly space: AddressSpace;
  readonly sort: RegionSort;
}

/** Which columns of the table show, where they stand, and how much of their texts has room. */
export class ColumnLayout {
  readonly #words: MapWords;
  readonly #sheet = new CSSStyleSheet();
  #chosen: ChosenColumns;
  #texts = textWidths(document.documentElement);
  /** What was last laid out for: to reckon the widths anew costs each frame of scrolling. */
  #last: LaidOut | undefined;
  /** What came of it. */
  #key = '';
  /** Characters that the column of names has room for, as far as it shows. */
  #nameRoom = 0;
  #isCompact = false;

  constructor(chosen: ChosenColumns, words: MapWords) {
    this.#chosen = chosen;
    this.#words = words;
    document.adoptedStyleSheets.push(this.#sheet);
  }

  /** Whatever comes of it is laid out anew: the fonts may be others, too. */
  set chosen(chosen: ChosenColumns) {
    this.#chosen = chosen;
    this.#texts = textWidths(document.documentElement);
    [this.#last, this.#key] = [undefined, ''];
  }

  /** Addresses without gaps, and less room between columns. */
  get isCompact(): boolean {
    return this.#isCompact;
  }

  /** Gives the columns that show their places, and answers them; undefined where nothing has changed. */
  fit(space: AddressSpace, sort: RegionSort, metrics: Metrics, room: TableRoom): readonly MapColumn[] | undefined {
    const { width, left } = room;
    const last = this.#last;
    if (last?.space === space && last.sort === sort && last.width === width && last.left === left) return undefined;
    this.#last = { space, sort, width, left };
    const facts = { space, words: this.#words, metrics, texts: this.#texts };
    const layout = tableColumns(this.#chosen, sort.key, width, (column, density) =>
      columnWidth(column, density, isSortedBy(column, sort), facts),
    );
    const { columns, widths, density } = layout;
    const shown = width + left;
    const { rowHeight, characterWidth } = metrics;
    const key = `${shown} ${widths.join()} ${columns.join()} ${sort.key} ${sort.descending} ${rowHeight} ${density}`;
    if (key === this.#key) return undefined;
    this.#key = key;
    this.#isCompact = density === 'compact';
    // Where the column shows in part, what is left of a name is in that part.
    const found = columns.indexOf('name');
    const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
    const nameShown = Math.max(leastNameShown, shown - sum(widths.slice(0, found)));
    const nameWidth = Math.min((widths[found] ?? 0) + Math.max(0, width - sum(widths)), nameShown);
    this.#nameRoom = Math.floor((nameWidth - columnPadding[density]) / characterWidth);
    this.#sheet.replaceSync(columnRules(layout, rowHeight));
    return columns;
  }

  /** As much of a cell's text as it has room for. */
  fitting(column: MapColumn, whole: string): string {
    if (column === 'name') return regionName(whole, this.#nameRoom);
    return this.#isCompact && column === 'start' ? textEnd(whole.replace(/\s/g, ''), compactDigits) : whole;
  }
}
