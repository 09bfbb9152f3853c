// A source that is what a test says, and what is told of it.
import { mock } from 'node:test';
import type { ByteSource, SourceFate, SourceNote, SourceProbe } from '../../../extension/core/byteSource.ts';
import type { SourceRef } from '../../../extension/core/sourceRef.ts';
import { WatchedSource } from '../../../extension/platform/watchedSource.ts';

export class FakeSource implements ByteSource {
  readonly ref: SourceRef = { kind: 'file', path: new TextEncoder().encode('/fake') };
  readonly can = { write: false, resize: false, flush: false, watch: true, watchBytes: false };
  readonly sizeKind = 'exact';
  length = 1000;
  version = 'a';
  fate: SourceFate = { kind: 'same' };
  failure: Error | undefined;
  probes = 0;
  disposed = 0;

  async size() {
    return this.length;
  }

  async read(offset: number, into: Uint8Array) {
    const length = Math.max(0, Math.min(into.length, this.length - offset));
    into.fill(0xaa, 0, length);
    return { length, holes: [] };
  }

  async probe(): Promise<SourceProbe> {
    this.probes++;
    if (this.failure !== undefined) throw this.failure;
    const note = this.note === undefined ? {} : { note: this.note };
    return { size: this.length, version: this.version, fate: this.fate, ...note };
  }

  note: SourceNote | undefined;
  rests = 0;
  rest(): void {
    this.rests++;
  }

  overviewed: readonly number[] = [];
  async overview(offset: number, length: number, buckets: number) {
    this.overviewed = [offset, length, buckets];
    return {
      residency: { method: 'unsupported' as const, sampled: false, buckets: new Uint8Array(buckets) },
      allocation: undefined,
    };
  }

  dispose(): void {
    this.disposed++;
  }
}

export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Lets the next probe happen. */
export async function probe(): Promise<void> {
  mock.timers.tick(250);
  await settled();
}

export async function opened(source = new FakeSource()) {
  const watched = await WatchedSource.open(async () => source);
  let changes = 0;
  watched.onDidChange(() => changes++);
  const stop = watched.watch();
  await probe();
  return { source, watched, stop, changes: () => changes };
}

export const replaced: SourceFate = { kind: 'replaced' };
export const moved = (path: string): SourceFate => ({
  kind: 'moved',
  to: { kind: 'file', path: new TextEncoder().encode(path) },
});
