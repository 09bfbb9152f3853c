import { AddressIndex } from '../../../extension/core/memoryMap/addressIndex.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { noFigures, type RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionFilter, RegionSort } from '../../../extension/core/memoryMap/regionOrder.ts';
import { type RegionSums, sumRegions } from '../../../extension/core/memoryMap/regionSums.ts';
import type { MapFilter, OtherMapper, SharedRegions } from '../../../extension/protocol/mapTypes.ts';
import { mapRows } from './mapRows.ts';
import { noMarks, type RegionMark, type RegionMarks, regionMarks } from './regionMarks.ts';
import { RowSelection } from './rowSelection.ts';
import { sameRow } from './sameRow.ts';

/** A region with all that is known of it. */
export interface ShownRegion {
  readonly space: AddressSpace;
  readonly row: number;
  readonly figures: RegionFigures;
  /** What became of it since the look that this one is compared with. */
  readonly mark: RegionMark | undefined;
  /** Who else maps it; undefined where nobody knows. */
  readonly others: readonly OtherMapper[] | undefined;
}

const unmeasured = noFigures();

/** What a memory map shows: the regions of one look in an order, what changed, and what is selected. */
export class MapModel {
  readonly selection = new RowSelection();
  #id: number;
  #space: AddressSpace;
  #figures: RegionFigures = unmeasured;
  #base: AddressSpace | undefined;
  #marks: RegionMarks = noMarks;
  #vanishedMark: RegionMark | undefined;
  #others: ReadonlyMap<bigint, readonly OtherMapper[]> = new Map();
  #sort: RegionSort = { key: 'address', descending: false };
  #filter: MapFilter = {};
  #text = '';
  #order: Uint32Array<ArrayBuffer>;
  /** What all that shows adds up to: with many regions it takes a frame, and is the same for each step of the cursor. */
  #shown: { readonly order: Uint32Array; readonly figures: RegionFigures; readonly sums: RegionSums } | undefined;

  constructor(id: number, space: AddressSpace) {
    this.#id = id;
    this.#space = space;
    this.#order = this.#ordered();
  }

  /** Of the regions: the same ones have the same. */
  get id(): number {
    return this.#id;
  }

  get space(): AddressSpace {
    return this.#space;
  }

  get figures(): RegionFigures {
    return this.#figures;
  }

  /** Codes of rows in the order in which they show: see mapRows. */
  get order(): Uint32Array<ArrayBuffer> {
    return this.#order;
  }

  get sort(): RegionSort {
    return this.#sort;
  }

  get filter(): MapFilter {
    return this.#filter;
  }

  get text(): string {
    return this.#text;
  }

  /** How many changes are marked. */
  get changes(): number {
    return this.#marks.changes.length;
  }

  /** Regions of a look; the figures of the one before stand in until new ones come. Marks come with `compare`. */
  setRegions(id: number, space: AddressSpace): void {
    const before = this.#space;
    this.#id = id;
    this.#space = space;
    this.#figures = this.#figures.beside(space.columns);
    this.#marks = noMarks;
    this.selection.move((code) => (code < before.count ? sameRow(before, code, space) : -1));
    this.#order = this.#ordered();
  }

  setFigures(figures: RegionFigures): void {
    this.#figures = figures;
    const { key } = this.#sort;
    if (key !== 'address' && key !== 'name') this.#order = this.#ordered();
  }

  /** What is compared with; undefined marks nothing. The work is done by `compare`. */
  setBase(base: AddressSpace | undefined): void {
    this.#base = base;
  }

  /** Whether `compare` has anything to find, or to take back. */
  get isToCompare(): boolean {
    return this.#base !== undefined || this.#marks !== noMarks;
  }

  /** Finds what changed since the base. */
  compare(): void {
    const { count } = this.#space;
    this.#marks = this.#base === undefined ? noMarks : regionMarks(this.#base, this.#space);
    this.#vanishedMark = { kind: 'vanished', grownPages: 0, before: 1, after: 0, rightsChanged: false };
    const gone = new Set(this.#marks.vanished?.rows.map((row) => count + row));
    this.selection.move((code) => (code < count || gone.has(code) ? code : -1));
    this.#order = this.#ordered();
  }

  setShared(regions: readonly SharedRegions[]): void {
    this.#others = new Map(
      regions.flatMap(({ starts, others }) => starts.map((start) => [BigInt(`0x${start}`), others] as const)),
    );
  }

  setSort(sort: RegionSort): void {
    this.#sort = sort;
    this.#order = this.#ordered();
  }

  setFilter(filter: MapFilter, text: string): void {
    this.#filter = filter;
    this.#text = text;
    this.#order = this.#ordered();
  }

  region(code: number): ShownRegion {
    const { count } = this.#space;
    const vanished = this.#marks.vanished;
    if (code >= count && vanished !== undefined) {
      const { space } = vanished;
      return { space, row: code - count, figures: unmeasured, mark: this.#vanishedMark, others: undefined };
    }
    return {
      space: this.#space,
      row: code,
      figures: this.#figures,
      mark: this.#marks.byRow.get(code),
      others: this.#others.get(this.#space.columns.starts[code] ?? 0n),
    };
  }

  isVanished(code: number): boolean {
    return code >= this.#space.count;
  }

  /** Where a region begins, or began. */
  startOf(code: number): bigint {
    const { space, row } = this.region(code);
    return space.columns.starts[row] ?? 0n;
  }

  /** The row that holds an address; -1 where nothing is mapped there. */
  rowAt(address: bigint): number {
    return new AddressIndex(this.#space).rowAt(address);
  }

  /** Where a row shows; -1 where the filter keeps it out. */
  placeOf(code: number): number {
    return code < 0 ? -1 : this.#order.indexOf(code);
  }

  /** The place of the next row that is marked, or the one before; undefined where none is. */
  nextChange(from: number, step: 1 | -1): number | undefined {
    const { length } = this.#order;
    for (let i = 1; i <= length; i++) {
      const at = (((from + step * i) % length) + length) % length;
      if (this.region(this.#order[at] ?? 0).mark !== undefined) return at;
    }
    return undefined;
  }

  /** Whether more than one region is selected: then the sums are of these. */
  get sumsSelected(): boolean {
    return this.selection.size > 1;
  }

  /** Whether the sums are known without adding anything up. */
  get isSummed(): boolean {
    return !this.sumsSelected && this.#shown?.order === this.#order && this.#shown.figures === this.#figures;
  }

  /** Of what is selected and shows, or of all that shows. Those that vanished do not count. */
  get sums(): RegionSums {
    if (this.sumsSelected) return this.#sumsOf(this.selection.shown(this.#order));
    if (this.#shown !== undefined && this.isSummed) return this.#shown.sums;
    const sums = this.#sumsOf(this.#order);
    this.#shown = { order: this.#order, figures: this.#figures, sums };
    return sums;
  }

  #sumsOf(codes: Uint32Array<ArrayBuffer>): RegionSums {
    const { count } = this.#space;
    const rows = this.#marks.vanished === undefined ? codes : codes.filter((code) => code < count);
    return sumRegions(this.#space, this.#figures, rows);
  }

  #ordered(): Uint32Array<ArrayBuffer> {
    const { kinds, mappings, rights } = this.#filter;
    const filter: RegionFilter = {
      text: this.#text,
      rights,
      kinds: kinds === undefined || kinds.length === 0 ? undefined : new Set(kinds),
      mappings: mappings === undefined || mappings.length === 0 ? undefined : new Set(mappings),
    };
    return mapRows(this.#space, this.#figures, filter, this.#sort, this.#marks.vanished);
  }
}
