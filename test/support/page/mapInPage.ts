// Runs in the page, before the program of a memory map: what VS Code gives a webview, and an extension host that has
// looks at a process from a few words.
import type { RegionFigures as Figures } from '../../../extension/core/memoryMap/regionFigures.ts';
import { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import { wireFigures, wireRegions } from '../../../extension/core/memoryMap/regionWire.ts';
import type { MapHostApi, MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type { MapStatus } from '../../../extension/protocol/mapTypes.ts';
import type { Port } from '../../../extension/protocol/port.ts';
import { connect, type Remote } from '../../../extension/protocol/rpc.ts';
import { columnsOf, type Described, type DescribedFigures, figuresOf } from '../regions.ts';

/** A look in words. `figures` undefined: they are not read yet. */
export interface DescribedLook {
  readonly id: number;
  readonly regions: readonly Described[] | { readonly stripes: number };
  readonly figures?: readonly DescribedFigures[] | { readonly rss: number } | undefined;
}

export interface MapSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly bodyClass: string;
  readonly status: MapStatus;
  /** What the host has when the view starts. */
  readonly look?: DescribedLook | undefined;
}

export interface FakeMapHost {
  readonly view: Remote<MapViewApi>;
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[];
  readonly violations: string[];
  status: MapStatus;
  /** Sends a look as the extension host does. */
  look(look: DescribedLook, base?: DescribedLook): void;
}

declare global {
  interface Window {
    mapHost: FakeMapHost;
  }
}

const settings = JSON.parse(document.currentScript?.dataset['settings'] ?? '') as MapSettings;
const root = document.documentElement;
for (const [name, value] of Object.entries(settings.variables)) root.style.setProperty(name, value);
new MutationObserver((_, observer) => {
  if (document.body === null) return;
  document.body.classList.add(settings.bodyClass);
  observer.disconnect();
}).observe(root, { childList: true });

const fromView = new Set<(message: unknown) => void>();
const port: Port = {
  post: (message) => {
    const data: unknown = structuredClone(message);
    setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data })));
  },
  listen: (listener) => {
    fromView.add(listener);
    return () => fromView.delete(listener);
  },
};

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

function figuresOfLook(look: DescribedLook): Figures | undefined {
  const { figures } = look;
  if (figures === undefined) return undefined;
  const regions = regionsOf(look);
  const rows =
    'rss' in figures
      ? regions.map(({ first, pages }, row) => ({ first, pages, rss: row % 2 === 1 ? figures.rss : 0, flags: 'rd mr' }))
      : figures;
  return new RegionFigures(columnsOf(regions), figuresOf(rows));
}

const host: FakeMapHost = {
  view: connect<MapViewApi, MapHostApi>(port, service),
  calls,
  violations: [],
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
    const { count } = columnsOf(regionsOf(look));
    host.view.notify('figures', { id: look.id, flagSets: figures.columns.flagSets });
    for (let from = 0; from < count; from += partSize) {
      host.view.notify('figureRows', wireFigures(figures, from, Math.min(count, from + partSize)));
    }
  },
};
window.mapHost = host;
document.addEventListener('securitypolicyviolation', (event) => {
  host.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => {
        for (const listener of fromView) listener(copy);
      });
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  }),
});
