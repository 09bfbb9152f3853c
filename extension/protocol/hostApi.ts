import type { ByteRange } from '../core/byteRange.ts';
import type { SourceOverview, VersionedBytes } from '../core/byteSource.ts';
import type { MappedPages } from '../core/memoryMap/pointers.ts';
import type { BannerAction, ProblemAction, SourceStatus, TypedEdit, ViewState } from './viewTypes.ts';

/** Commands that a view's own buttons run in the host, which has the quick inputs. */
export type ToolbarCommand =
  | 'goToOffset'
  | 'layout'
  | 'copyAs'
  | 'copyAsHex'
  | 'setWatchRate'
  | 'cut'
  | 'changeMode'
  | 'applyEdits'
  | 'discardAllEdits'
  | 'compareWithOriginal'
  | 'unlock'
  | 'lock'
  | 'showInMemoryMap';

/** What a user does with a live view: stop and go on, or look once while it is stopped. */
export type LiveAction = 'pauseOrResume' | 'step';

/** What the extension host does for a view. Methods that return a promise are requests, the others notices. */
export interface HostApi {
  /** The view is up (again): answers with the present status. */
  start(): Promise<SourceStatus>;
  /** Bytes from `offset` on, at most 64 KiB. Holes are data; it rejects only when the source cannot be asked at all. */
  read(offset: number, length: number): Promise<VersionedBytes>;
  /** Residency and holes on disk of the whole source, in equal buckets. */
  overview(buckets: number): Promise<SourceOverview>;
  /** What is mapped in the process whose memory it is; undefined where it is none, or has ended. */
  mapped(): Promise<MappedPages | undefined>;
  /** Where an address (hex digits) is, in words; undefined where nobody can tell. */
  describe(address: string): Promise<string | undefined>;
  /** Nothing, and back: the floor of every round trip. */
  ping(): Promise<void>;
  viewChanged(state: ViewState): void;
  /** The bytes that show: what is looked at while the view is live. */
  shows(range: ByteRange): void;
  live(action: LiveAction): void;
  /** Edits, in the order they are asked for. What cannot be edited is told in words, and the view anew. */
  edit(edit: TypedEdit): void;
  /** Puts bytes in the place of the selection; undefined: what the clipboard has. */
  paste(text: string | undefined): void;
  focusChanged(inGrid: boolean): void;
  run(command: ToolbarCommand): void;
  chose(action: BannerAction | ProblemAction): void;
}
