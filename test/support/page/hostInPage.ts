// Runs in the page, before the view's own script: an extension host that answers the protocol from a function.
import type { Hole, SourceOverview, VersionedBytes } from '../../../extension/core/byteSource.ts';
import type { MappedPages } from '../../../extension/core/memoryMap/pointers.ts';
import type { HostApi } from '../../../extension/protocol/hostApi.ts';
import { connect, type Remote } from '../../../extension/protocol/rpc.ts';
import type { ViewApi } from '../../../extension/protocol/viewApi.ts';
import type { SourceStatus } from '../../../extension/protocol/viewTypes.ts';
import { type Bytes, sizeOf, slice } from './bytes.ts';
import { enterVSCode, type PageSettings } from './vscodeInPage.ts';

/** Pages that a process has mapped, as runs: typed arrays do not travel into a page by themselves. */
export interface MappedRuns {
  readonly width: 4 | 8;
  readonly isLittleEndian: boolean;
  readonly runs: readonly (readonly [first: number, end: number])[];
}

export interface HostSettings extends PageSettings {
  readonly bytes: Bytes;
  readonly holes: readonly Hole[];
  readonly status: SourceStatus;
  readonly overview: 'known' | 'refused';
  /** What the process has mapped when the view asks for the first time. */
  readonly mapped: MappedRuns | undefined;
}

export interface FakeHost {
  readonly view: Remote<ViewApi>;
  /** All that the view asked for, in order. */
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[];
  bytes: Bytes;
  holes: readonly Hole[];
  status: SourceStatus;
  /** What the process has mapped. */
  mapped: MappedRuns | undefined;
  /** How `read` behaves: at once, not before `release`, or with a failure. */
  reading: 'answer' | 'hold' | 'fail';
  /** Answers what is held, with the bytes and the generation of the time it was asked. */
  release(): void;
  /** Changes the source and tells the view. */
  change(change: Partial<SourceStatus>): void;
}

declare global {
  interface Window {
    host: FakeHost;
  }
}

function pagesOf({ width, isLittleEndian, runs }: MappedRuns): MappedPages {
  const column = (at: 0 | 1) => Float64Array.from(runs, (run) => run[at]);
  return { width, isLittleEndian, first: column(0), end: column(1) };
}

const { settings, port } = enterVSCode<HostSettings>();

const calls: FakeHost['calls'] = [];
const held: (() => void)[] = [];

const service: HostApi = {
  async mapped() {
    calls.push({ method: 'mapped', args: [] });
    return host.mapped && pagesOf(host.mapped);
  },
  async describe(address) {
    calls.push({ method: 'describe', args: [address] });
    return `in [heap] ${address}`;
  },
  async start() {
    calls.push({ method: 'start', args: [] });
    return host.status;
  },
  async read(offset, length): Promise<VersionedBytes> {
    calls.push({ method: 'read', args: [offset, length] });
    const { generation } = host.status;
    const size = Math.min(host.status.size, sizeOf(host.bytes));
    const bytes = slice(host.bytes, offset, Math.max(0, Math.min(length, size - offset)));
    const holes = host.holes.filter((hole) => hole.offset < offset + length && hole.offset + hole.length > offset);
    if (host.reading === 'fail') throw new Error('the host cannot read');
    if (host.reading === 'hold') await new Promise<void>((resolve) => held.push(resolve));
    return { generation, bytes, holes };
  },
  async overview(buckets): Promise<SourceOverview> {
    calls.push({ method: 'overview', args: [buckets] });
    if (settings.overview === 'refused') {
      return {
        residency: { method: 'refused', sampled: false, buckets: new Uint8Array(buckets) },
        allocation: undefined,
      };
    }
    const resident = Uint8Array.from({ length: buckets }, (_, i) => (i < buckets / 4 ? 255 : i % 60 < 12 ? 90 : 0));
    const allocation = Uint8Array.from({ length: buckets }, (_, i) => (i % 200 < 140 ? 255 : 0));
    return { residency: { method: 'cachestat', sampled: false, buckets: resident }, allocation };
  },
  async ping() {},
  viewChanged: (state) => void calls.push({ method: 'viewChanged', args: [state] }),
  focusChanged: (inGrid) => void calls.push({ method: 'focusChanged', args: [inGrid] }),
  shows: (range) => void calls.push({ method: 'shows', args: [range] }),
  edit: (edit) => void calls.push({ method: 'edit', args: [edit] }),
  paste: (text) => void calls.push({ method: 'paste', args: [text] }),
  live: (action) => void calls.push({ method: 'live', args: [action] }),
  run: (command) => void calls.push({ method: 'run', args: [command] }),
  chose: (action) => void calls.push({ method: 'chose', args: [action] }),
};

const host: FakeHost = {
  view: connect<ViewApi, HostApi>(port, service),
  calls,
  // What the source has become, for a page that is loaded again.
  bytes: (JSON.parse(sessionStorage.getItem('bytes') ?? 'null') as Bytes | null) ?? settings.bytes,
  holes: settings.holes,
  status: settings.status,
  mapped: settings.mapped,
  reading: 'answer',
  release() {
    for (const answer of held.splice(0)) answer();
  },
  change(change) {
    host.status = { ...host.status, generation: host.status.generation + 1, ...change };
    host.view.notify('statusChanged', host.status);
  },
};
window.host = host;
