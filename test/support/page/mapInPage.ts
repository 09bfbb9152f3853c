// Runs in the page, before the program of a memory map: an extension host that has looks at a process from a few words.
import type { FigureColumns } from '../../../extension/core/memoryMap/regionColumns.ts';
import { wireRegions } from '../../../extension/core/memoryMap/regionWire.ts';
import type { MapHostApi, MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type { MapStatus } from '../../../extension/protocol/mapTypes.ts';
import { connect, type Remote } from '../../../extension/protocol/rpc.ts';
import { columnsOf, type Described, type DescribedFigures, figuresOf, partsOf } from '../regions.ts';
import { enterVSCode, type PageSettings } from './vscodeInPage.ts';

/** A look in words. `figures` undefined: they are not read yet. */
export interface DescribedLook {
  readonly id: number;
  readonly regions: readonly Described[] | { readonly stripes: number };
  readonly figures?: readonly DescribedFigures[] | { readonly rss: number } | undefined;
}

export interface MapSettings extends PageSettings {
  readonly status: MapStatus;
  /** What the host has when the view starts. */
  readonly look?: DescribedLook | undefined;
}

export interface FakeMapHost {
  readonly view: Remote<MapViewApi>;
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[];
  status: MapStatus;
  /** Sends a look as the extension host does. */
  look(look: DescribedLook, base?: DescribedLook): void;
}

declare global {
  interface Window {
    mapHost: FakeMapHost;
  }
}

const { settings, port } = enterVSCode<MapSettings>();

const calls: FakeMapHost['calls'] = [];
const told = (method: string, ...args: readonly unknown[]) => void calls.push({ method, args });

const service: MapHostApi = {
  async start() {
    told('start');
    if (settings.look !== undefined) host.look(settings.look);
    return host.status;
  },
  async ping() {},
  refresh: () => told('refresh'),
  pauseOrResume: () => told('pauseOrResume'),
  open: (start) => told('open', start),
  filtered: (filter) => told('filtered', filter),
  async countPages(span) {
    told('countPages', span);
    return { refused: 'The page tables are not told.' };
  },
  giveUpPages: () => told('giveUpPages'),
  focusChanged: (inTable) => told('focusChanged', inTable),
  run: (command) => told('run', command),
  chose: (action) => told('chose', action),
};

const partSize = 8192;

function regionsOf({ regions }: DescribedLook): readonly Described[] {
  if (!('stripes' in regions)) return regions;
  const rights = (row: number) => (row % 2 === 0 ? 'r--p' : 'rw-p');
  return Array.from({ length: regions.stripes }, (_, row) => ({ first: 2 ** 34 + row, pages: 1, rights: rights(row) }));
}

function figuresOfLook(look: DescribedLook): FigureColumns | undefined {
  const { figures } = look;
  if (figures === undefined) return undefined;
  const regions = regionsOf(look);
  const rows =
    'rss' in figures
      ? regions.map(({ first, pages }, row) => ({ first, pages, rss: row % 2 === 1 ? figures.rss : 0, flags: 'rd mr' }))
      : figures;
  return figuresOf(rows);
}

const host: FakeMapHost = {
  view: connect<MapViewApi, MapHostApi>(port, service),
  calls,
  status: settings.status,
  look(look, base) {
    const send = (role: 'now' | 'base', { id, ...rest }: DescribedLook) => {
      const columns = columnsOf(regionsOf({ id, ...rest }));
      host.view.notify('regions', { id, role, count: columns.count, names: columns.names });
      for (let from = 0; from < columns.count; from += partSize) {
        host.view.notify('regionRows', wireRegions(columns, from, Math.min(columns.count, from + partSize)));
      }
    };
    send('now', look);
    if (base !== undefined) send('base', base);
    const figures = figuresOfLook(look);
    if (figures === undefined) return;
    host.view.notify('figures', look.id);
    for (const part of partsOf(figures, partSize)) host.view.notify('figurePart', part);
  },
};
window.mapHost = host;
