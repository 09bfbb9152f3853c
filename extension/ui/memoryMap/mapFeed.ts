import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { FigurePart } from '../../core/memoryMap/figureParts.ts';
import type { NameBytes } from '../../core/memoryMap/regionColumns.ts';
import { wireRegions } from '../../core/memoryMap/regionWire.ts';
import type { MapViewApi } from '../../protocol/mapApi.ts';
import type { SharedRegions } from '../../protocol/mapTypes.ts';
import type { Remote } from '../../protocol/rpc.ts';
import type { MapLook, MapWatch } from './mapWatch.ts';

/** Rows of a message: some tens of kilobytes, and some milliseconds of either side's time. A message has its own cost. */
const rowsOfPart = 16_384;

/** Tells one view what there is to show, each thing once, and in parts that hold nobody up. */
export class MapFeed {
  readonly #view: Remote<MapViewApi>;
  readonly #watch: MapWatch;
  #comparedWith: MapLook | undefined;
  /** What the view has. */
  #sent: Sent = {};
  #isSending = false;
  #isStarted = false;
  #toReveal: string | undefined;

  constructor(view: Remote<MapViewApi>, watch: MapWatch) {
    this.#view = view;
    this.#watch = watch;
  }

  /** Whether a page is there that listens. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** The look that was chosen to compare with; undefined for the one before. */
  get comparedWith(): MapLook | undefined {
    return this.#comparedWith;
  }

  compareWith(look: MapLook | undefined): void {
    this.#comparedWith = look;
    void this.send();
  }

  /** A page will begin anew with these regions, all of them, in its document; undefined: with less. */
  begins(space: AddressSpace | undefined): void {
    this.#isStarted = false;
    this.#sent = { whole: space };
  }

  start(): void {
    this.#isStarted = true;
    this.#watch.begin();
    void this.send();
  }

  /** Selects the region of an address, as soon as the view has it. */
  reveal(address: bigint): void {
    this.#toReveal = address.toString(16);
    void this.send();
  }

  /** Sends what the view has not got yet, a part at a time; what comes meanwhile goes after it. */
  async send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      let rows = 0;
      for (let sent = await this.#sendNext(); sent !== undefined; sent = await this.#sendNext()) {
        rows += sent;
        // What is little goes at once: a view draws it in one frame.
        if (rows < rowsOfPart) continue;
        rows = 0;
        await nextTask();
      }
    } finally {
      this.#isSending = false;
    }
  }

  /** The regions, then what they are compared with, then their figures. Rows that went; undefined: nothing to send. */
  async #sendNext(): Promise<number | undefined> {
    const watch = this.#watch;
    const { look } = watch;
    if (!this.#isStarted || look === undefined) return undefined;
    const sent = this.#sent;
    if (sent.whole !== look.space && sent.space !== look.space) {
      this.#sent = { ...sent, space: look.space, whole: undefined, figures: undefined };
      await this.#sendRegions('now', look.space);
      return look.space.count;
    }
    if (this.#toReveal !== undefined) {
      this.#view.notify('reveal', this.#toReveal);
      this.#toReveal = undefined;
    }
    const base = (this.#comparedWith ?? watch.previous)?.space;
    if (sent.base !== base) {
      this.#sent = { ...this.#sent, base };
      if (base === undefined) this.#view.notify('noBase');
      else await this.#sendRegions('base', base);
      return base?.count ?? 0;
    }
    const sentRows = this.#sendFigures(look);
    if (sentRows !== undefined) return sentRows;
    if (sent.shared !== watch.users.found) {
      this.#sent = { ...this.#sent, shared: watch.users.found };
      this.#view.notify('sharedWith', watch.users.found);
      return 0;
    }
    return undefined;
  }

  async #sendRegions(role: 'now' | 'base', space: AddressSpace): Promise<void> {
    const { columns, count } = space;
    this.#view.notify('regions', { id: regionsId(space), role, count, names: copyOf(columns.names) });
    await this.#sendParts(count, (from, to) => this.#view.notify('regionRows', wireRegions(columns, from, to)));
  }

  /** The next part of those that have come so far. */
  #sendFigures({ space, figures: read }: MapLook): number | undefined {
    const { arriving } = this.#watch;
    const figures = arriving?.space === space ? arriving.figures : read;
    const parts = this.#sent.figures === figures ? (this.#sent.parts ?? 0) : 0;
    const part = figures[parts];
    if (part === undefined) return undefined;
    if (parts === 0) this.#view.notify('figures', regionsId(space));
    this.#view.notify('figurePart', part);
    this.#sent = { ...this.#sent, figures, parts: parts + 1 };
    return part.count;
  }

  async #sendParts(count: number, send: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < count; from += rowsOfPart) {
      // Also before the first of many: what they were made by is part of the same task.
      if (count > rowsOfPart) await nextTask();
      send(from, Math.min(count, from + rowsOfPart));
    }
  }
}

interface Sent {
  /** All regions were in the view's document. */
  readonly whole?: AddressSpace | undefined;
  readonly space?: AddressSpace | undefined;
  readonly base?: AddressSpace | undefined;
  readonly figures?: readonly FigurePart[] | undefined;
  /** So many of these. */
  readonly parts?: number;
  readonly shared?: readonly SharedRegions[] | undefined;
}

const ids = new WeakMap<AddressSpace, number>();
let lastId = 0;

/** A number for the regions of a look, the same for the same. */
export function regionsId(space: AddressSpace): number {
  const known = ids.get(space);
  if (known !== undefined) return known;
  ids.set(space, ++lastId);
  return lastId;
}

/** What travels must own its whole buffer: a view of one would drag all of it along. */
function copyOf({ bytes, offsets }: NameBytes): NameBytes {
  return { bytes: bytes.slice(), offsets: offsets.slice() };
}

function nextTask(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
