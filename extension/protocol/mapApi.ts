import type { ChosenColumns } from '../core/memoryMap/mapColumns.ts';
import type { PageSpan } from '../core/memoryMap/pageCounts.ts';
import type {
  FigurePart,
  LookHead,
  MapAction,
  MapFilter,
  MapStatus,
  PagesAnswer,
  SelectedRegions,
  SharedRegions,
  WireRows,
} from './mapTypes.ts';
import type { Typography } from './viewTypes.ts';

/** Commands that the view's own buttons and keys run in the host, which has the quick inputs and the clipboard. */
export type MapCommand = 'openRegion' | 'chooseColumns' | 'filterBy' | 'compareWith' | 'copyText' | 'togglePicture';

/** What the extension host does for a memory map. Methods that return a promise are requests, the others notices. */
export interface MapHostApi {
  /** The view is up (again) and has nothing but what its document brought along. */
  start(): Promise<MapStatus>;
  ping(): Promise<void>;
  refresh(): void;
  pauseOrResume(): void;
  /** Opens the region that begins at this address (in hex) in the hex view. */
  open(start: string): void;
  /** What else the user filters by than text: where the quick pick begins. */
  filtered(filter: MapFilter): void;
  /** Counts what stands in the process's page tables. Asking again gives the question before up. */
  countPages(span: PageSpan): Promise<PagesAnswer>;
  /** Nobody waits for the answer of `countPages` any more. */
  giveUpPages(): void;
  focusChanged(inTable: boolean): void;
  run(command: MapCommand): void;
  chose(action: MapAction): void;
}

/** What a memory map does for the extension host. */
export interface MapViewApi {
  statusChanged(status: MapStatus): void;
  pictureShown(isShown: boolean): void;
  layoutChanged(columns: ChosenColumns, typography: Typography): void;
  /** New regions, and then their rows, part by part; they show once all are there. */
  regions(head: LookHead): void;
  regionRows(part: WireRows): void;
  /** Figures of the regions with this id begin, and come part by part; they show once the last one is there. */
  figures(id: number): void;
  figurePart(part: FigurePart): void;
  /** Ends a comparison: nothing is marked. */
  noBase(): void;
  sharedWith(regions: readonly SharedRegions[]): void;
  setFilter(filter: MapFilter): void;
  focusFilter(): void;
  focusTable(): void;
  /** Tells all that is known of the region at the cursor, beside it and to a screen reader. */
  showHover(): void;
  /** Selects the next region that changed, or the one before. Answers whether there is one. */
  nextChange(step: 1 | -1): Promise<boolean>;
  /** Selects the region of an address (in hex) and shows it. */
  reveal(address: string): void;
  selection(): Promise<SelectedRegions>;
}
