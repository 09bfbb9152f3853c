import type { FigurePart } from '../core/memoryMap/figureParts.ts';
import type { ChosenColumns, MapColumn } from '../core/memoryMap/mapColumns.ts';
import type { MappingKind } from '../core/memoryMap/memoryRegion.ts';
import type { PageCounts } from '../core/memoryMap/pageCounts.ts';
import type { NameBytes } from '../core/memoryMap/regionColumns.ts';
import type { RegionKind } from '../core/memoryMap/regionKind.ts';
import type { RegionFilter } from '../core/memoryMap/regionOrder.ts';
import type { WireRows } from '../core/memoryMap/regionWire.ts';
import type { RightsFact } from '../core/memoryMap/rights.ts';
import type { Typography } from './viewTypes.ts';

/** The regions of a look, but for their rows, which follow in parts (core/memoryMap/regionWire.ts). */
export interface LookHead {
  /** The same regions have the same id. */
  readonly id: number;
  /** `base`: those that what shows is compared with. */
  readonly role: 'now' | 'base';
  readonly count: number;
  readonly names: NameBytes;
}

/** What is said of the process and of how it is looked at. */
export interface MapStatus {
  /** `node (4121)`, safe to show. */
  readonly title: string;
  /** Milliseconds since the look that shows, as this was sent. */
  readonly age: number;
  /** Seconds between two looks; undefined where only the user refreshes. */
  readonly interval: number | undefined;
  readonly isPaused: boolean;
  /** It has ended, or has become another program: no look comes after this one. */
  readonly isOver: boolean;
  /** Of the look that was chosen to compare with, in words; undefined where it is the one before. */
  readonly comparedWith: string | undefined;
  readonly banner?: MapBanner | undefined;
}

export type MapAction = 'retry' | 'chooseProcess' | 'showNewProgram' | 'endComparison';

export interface MapBanner {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly { readonly id: MapAction; readonly label: string }[];
}

/** Why there is nothing to show, in words, with the useful actions. */
export type MapProblem = Pick<MapBanner, 'text' | 'actions'>;

/** Another process that maps the same object. */
export interface OtherMapper {
  readonly pid: number;
  readonly startTime: number;
  /** `consumer 4130`, safe to show. */
  readonly label: string;
}

/** Who else maps what the regions map that begin at these addresses. */
export interface SharedRegions {
  /** In hex. */
  readonly starts: readonly string[];
  readonly others: readonly OtherMapper[];
}

/** The host's words for what the tables of the core have names for. */
export interface MapWords {
  readonly kinds: Readonly<Record<RegionKind, string>>;
  readonly mappings: Readonly<Record<MappingKind, string>>;
  readonly columns: Readonly<Record<MapColumn, string>>;
  readonly rights: Readonly<Record<RightsFact, string>>;
}

/** A filter as it travels: sets as lists. */
export type MapFilter = Pick<RegionFilter, 'rights'> & {
  readonly kinds?: readonly RegionKind[] | undefined;
  readonly mappings?: readonly MappingKind[] | undefined;
};

/** What is selected: rows of the regions with this id, in the order in which they show. */
export interface SelectedRegions {
  readonly id: number;
  readonly rows: Uint32Array<ArrayBuffer>;
  /** Where the first of them begins (in hex), also where that is not mapped any more; undefined where none is selected. */
  readonly first: string | undefined;
}

/** Counted pages, or in words why they are not. */
export type PagesAnswer = { readonly counts: PageCounts } | { readonly refused: string };

/** Everything a view needs for its first paint, put into its document. */
export interface InitialMap {
  /** Differs for each document the host renders: a view that has seen it before must not trust `first` again. */
  readonly id: string;
  readonly status: MapStatus;
  readonly columns: ChosenColumns;
  readonly typography: Typography;
  readonly words: MapWords;
  readonly showsPicture: boolean;
  /** Bytes of a page of the process. */
  readonly pageSize: number;
  /** The first rows there are: what a screen holds, and a bit more. */
  readonly first?: FirstRegions | undefined;
  readonly problem?: MapProblem | undefined;
  /** The l10n bundle of the display language; undefined for English. */
  readonly l10n?: Readonly<Record<string, string>> | undefined;
}

/** As JSON: bytes are text in base64. */
export interface FirstRegions {
  readonly id: number;
  /** Of all regions. */
  readonly total: number;
  readonly rows: { readonly count: number; readonly bytes: string };
  readonly names: { readonly bytes: string; readonly offsets: readonly number[] };
}

export type { FigurePart, WireRows };
