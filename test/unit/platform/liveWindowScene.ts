// A live window between a source and a view that are told what to do.
import { mock } from 'node:test';
import type { ByteSource, Hole, VersionedBytes } from '../../../extension/core/byteSource.ts';
import type { Look } from '../../../extension/core/live/look.ts';
import { LiveWindow, type Looked } from '../../../extension/platform/liveWindow.ts';

/** All that is under way by microtasks is done. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A source in memory, of which each read can be counted, and change something. */
class FakeLooked implements Looked {
  source = {} as ByteSource;
  hasEdits = false;
  bytes = new Uint8Array(64);
  generation = 1;
  holes: readonly Hole[] = [];
  reads = 0;
  failure: Error | undefined;
  readonly listeners = new Set<() => void>();
  beforeRead = () => {};

  get state() {
    return { size: this.bytes.length, generation: this.generation };
  }

  async read(offset: number, length: number): Promise<VersionedBytes> {
    this.reads++;
    this.beforeRead();
    if (this.failure !== undefined) throw this.failure;
    return { generation: 1, bytes: this.bytes.slice(offset, offset + length), holes: this.holes };
  }

  onDidChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A view that answers when told to. */
export function setUp() {
  const looked = new FakeLooked();
  const looks: Look[] = [];
  const answers: (() => void)[] = [];
  const view = { isSlow: false };
  const send = async (look: Look) => {
    looks.push(look);
    if (view.isSlow) await new Promise<void>((answer) => answers.push(answer));
  };
  const window = new LiveWindow(looked, send, () => Date.now());
  const beats = async (count = 1, interval = 100) => {
    for (let i = 0; i < count; i++) {
      mock.timers.tick(interval);
      await settled();
    }
  };
  const start = async () => {
    window.show({ offset: 16, length: 32 });
    window.run(10);
    await settled();
  };
  return { looked, looks, answers, view, window, beats, start };
}
