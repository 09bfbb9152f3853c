/** Regions and figures on their way in: part by part, shown once they are whole. */
import { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { type FigurePart, FigureReader } from '../../../extension/core/memoryMap/figureParts.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import { RegionReader, type WireRows } from '../../../extension/core/memoryMap/regionWire.ts';
import type { LookHead } from '../../../extension/protocol/mapTypes.ts';

export interface Arrived {
  readonly id: number;
  readonly role: LookHead['role'];
  readonly space: AddressSpace;
}

export class Incoming {
  #regions: { readonly head: LookHead; readonly reader: RegionReader } | undefined;
  #figures: { readonly id: number; readonly reader: FigureReader } | undefined;

  /** Answers at once where there are no rows to wait for. */
  regions(head: LookHead): Arrived | undefined {
    this.#regions = { head, reader: new RegionReader(head.count, head.names) };
    return this.#arrived();
  }

  regionRows(part: WireRows): Arrived | undefined {
    this.#regions?.reader.read(part);
    return this.#arrived();
  }

  /** `space`: the one that shows; figures of any other are passed over. */
  figures(id: number, shown: { readonly id: number; readonly space: AddressSpace }): void {
    this.#figures = id === shown.id ? { id, reader: new FigureReader(shown.space.columns) } : undefined;
  }

  figurePart(part: FigurePart): { readonly id: number; readonly figures: RegionFigures } | undefined {
    const figures = this.#figures;
    figures?.reader.read(part);
    if (figures === undefined || !figures.reader.isDone) return undefined;
    this.#figures = undefined;
    return { id: figures.id, figures: figures.reader.figures() };
  }

  #arrived(): Arrived | undefined {
    const regions = this.#regions;
    if (regions === undefined || !regions.reader.isDone) return undefined;
    this.#regions = undefined;
    const { id, role } = regions.head;
    return { id, role, space: new AddressSpace(regions.reader.columns) };
  }
}
