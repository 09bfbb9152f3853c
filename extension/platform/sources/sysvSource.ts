import { readFile } from 'node:fs/promises';
import type { NativeSegment, ReadOutcome, SegmentFacts } from '../../../native/index.d.ts';
import type { ByteRange } from '../../core/byteRange.ts';
import type {
  ByteSource,
  ChangeWait,
  Hole,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceDetails,
  SourceOverview,
  SourceProbe,
} from '../../core/byteSource.ts';
import type { LiveStores } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { SysvShmRef } from '../../core/sourceRef.ts';
import { readSysvTable, sysvSegments } from '../sharedMemory/surroundings.ts';
import { failureCode, toSourceError } from '../sourceErrors.ts';
import { SegmentStores } from '../storing/segmentStores.ts';
import type { Machine } from './machine.ts';
import { overviewParts } from './overviewParts.ts';
import { sourceWait } from './sourceWait.ts';

/**
 * What mincore(2) finds absent was never touched, or swapped out. Where the machine has swap, the segment's own share of it
 * is asked for this often: that is a table of all segments.
 */
const swapIsKnownForMs = 100;

const SHM_DEST = 0o1000;

interface Attached {
  readonly segment: NativeSegment;
  /** Detaches; what is under way settles. */
  letGo(): void;
}

/**
 * A System V segment, through one read-only attachment. Every attachment counts: it is made when something is read, and
 * given back by `rest` while nobody looks. Pages that nobody touched are passed over, so that looking allocates none.
 */
export class SysvSource implements ByteSource {
  readonly ref: SysvShmRef;
  readonly can: SourceAbilities = { write: false, resize: false, flush: false, watch: true, watchBytes: true };
  readonly sizeKind: SizeKind;
  readonly details: SourceDetails;
  readonly stores: LiveStores;
  readonly #machine: Machine;
  readonly #size: number;
  #attached: Promise<Attached> | undefined;
  /** What is attached, once it is. */
  #segment: NativeSegment | undefined;
  #disposed = false;
  #swap: { readonly isUsed: boolean; readonly at: number } | undefined;
  /** Whether pages were looked at that may have been untouched. */
  #mayAllocate = false;

  /** Rejects with a SourceError: `segmentGone` where it is removed or its id is another's now. */
  static async open(machine: Machine, ref: SysvShmRef): Promise<SysvSource> {
    const source = new SysvSource(machine, ref, await inspect(machine, ref));
    // Attached at once, so that a refusal is told now.
    await source.#use(async () => {});
    return source;
  }

  private constructor(machine: Machine, ref: SysvShmRef, { key, size }: SegmentFacts) {
    this.ref = ref;
    this.details = { key };
    this.sizeKind = size > BigInt(Number.MAX_SAFE_INTEGER) ? 'clamped' : 'exact';
    this.#size = this.sizeKind === 'clamped' ? Number.MAX_SAFE_INTEGER : Number(size);
    this.#machine = machine;
    this.stores = new SegmentStores(machine, ref, size, async () => {
      this.#refuseIfDisposed();
      return await inspect(machine, ref);
    });
  }

  async size(): Promise<number> {
    this.#refuseIfDisposed();
    return this.#size;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadResult> {
    const { length, faults } = await this.#use((segment) => segment.read(offset, into, true));
    const absent = faults.filter(({ code }) => code === 'ENODATA');
    const holes = faults.filter(({ code }) => code !== 'ENODATA').map(toHole);
    if (absent.length === 0) return { length, holes, unwritten: [] };
    if (!(await this.#hasSwap())) return { length, holes, unwritten: absent.map(toRange) };
    // What is swapped out must be shown, and there is no telling it from what was never touched.
    this.#mayAllocate = true;
    for (const { offset: at, length: bytes } of absent) {
      const part = into.subarray(at - offset, at - offset + bytes);
      const outcome: ReadOutcome = await this.#use((segment) => segment.read(at, part, false));
      holes.push(...outcome.faults.map(toHole));
    }
    return { length, holes: holes.sort((a, b) => a.offset - b.offset) };
  }

  /** Undefined where it rests: waiting does not attach it again. */
  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait | undefined {
    const wait = this.#segment?.waitForChange(offset, bytes, rate, atMostMs);
    return wait && sourceWait(wait);
  }

  async probe(): Promise<SourceProbe> {
    this.#refuseIfDisposed();
    const note = this.#mayAllocate ? ({ note: 'lookingMayAllocate' } as const) : {};
    try {
      const { mode, changedAt } = await inspect(this.#machine, this.ref);
      const fate = (mode & SHM_DEST) === 0 ? ({ kind: 'same' } as const) : ({ kind: 'deleted' } as const);
      return { size: this.#size, version: String(changedAt), fate, ...note };
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'segmentGone') throw error;
      // Only while it is not attached here can it go.
      return { size: this.#size, version: 'gone', fate: { kind: 'gone', why: 'removed' }, ...note };
    }
  }

  async overview(offset: number, length: number, buckets: number): Promise<SourceOverview> {
    const present = new Uint8Array(buckets);
    let answer: Omit<SourceOverview['residency'], 'buckets'> = { method: 'unsupported', sampled: false };
    for (const part of overviewParts(offset, length, buckets)) {
      const into = present.subarray(part.first, part.last);
      const { method, sampled } = await this.#use((segment) => segment.presence(part.offset, part.length, into));
      answer = { method, sampled: answer.sampled || sampled };
    }
    // What is not in memory was never touched, unless it is swapped out.
    const isKnown = answer.method === 'mincore' && !answer.sampled && !(await this.#hasSwap());
    return { residency: { ...answer, buckets: present }, allocation: isKnown ? present.slice() : undefined };
  }

  rest(): void {
    const attached = this.#attached;
    this.#attached = undefined;
    this.#segment = undefined;
    attached?.then(
      ({ letGo }) => letGo(),
      // It was never attached.
      () => {},
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.rest();
  }

  /** Runs a call on the attachment, which is made if there is none. */
  async #use<Answer>(call: (segment: NativeSegment) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      this.#refuseIfDisposed();
      this.#attached ??= this.#attach();
      const attached = this.#attached;
      try {
        const { segment } = await attached;
        if (this.#attached === attached) this.#segment = segment;
        return await call(segment);
      } catch (failure) {
        const wasLetGo = failureCode(failure) === 'EBADF' && this.#attached !== attached;
        if (wasLetGo && !this.#disposed) continue;
        if (this.#attached === attached && !(await isFulfilled(attached))) this.#attached = undefined;
        throw toSourceError(failure);
      }
    }
  }

  async #attach(): Promise<Attached> {
    const { addon, holds } = this.#machine;
    const { shmid } = this.ref;
    let segment: NativeSegment;
    try {
      segment = await addon.attachSegment(shmid);
    } catch (failure) {
      throw await this.#refusal(failure);
    }
    // The id may have been given to another one between the look at it and now.
    if (segment.facts.creatorPid !== this.ref.creatorPid || Number(segment.facts.size) !== this.#size) {
      segment.close();
      throw new SourceError('segmentGone', { id: shmid });
    }
    const release = holds.add({
      device: { major: 0, minor: 0 },
      inode: BigInt(shmid),
      class: 'sysv',
      mappings: 1,
      descriptors: 0,
    });
    return {
      segment,
      letGo: () => {
        segment.close();
        release();
      },
    };
  }

  async #refusal(failure: unknown): Promise<unknown> {
    if (failureCode(failure) !== 'EACCES') return asGone(failure, this.ref);
    const { uid, mode } = await inspect(this.#machine, this.ref);
    return new SourceError('noPermission', {
      errno: 'EACCES',
      syscall: 'shmat',
      path: `System V ${this.ref.shmid}`,
      owner: { uid, mode: mode & 0o777 },
    });
  }

  async #hasSwap(): Promise<boolean> {
    if (!(await isSwapOn())) return false;
    if (this.#swap === undefined || performance.now() - this.#swap.at > swapIsKnownForMs) {
      const segment = sysvSegments(await readSysvTable()).find(({ shmid }) => shmid === this.ref.shmid);
      // Where it is not listed, nothing is known, and so nothing is passed over.
      this.#swap = { isUsed: segment?.swapped !== 0n, at: performance.now() };
    }
    return this.#swap.isUsed;
  }

  #refuseIfDisposed(): void {
    if (this.#disposed) throw new SourceError('gone');
  }
}

/** Whether the machine has any swap: a heading and a line for each. Without an answer it may have. */
async function isSwapOn(): Promise<boolean> {
  const text = await readFile('/proc/swaps', 'latin1').catch(() => undefined);
  return text === undefined || text.trim().includes('\n');
}

/** Also of a segment that may not be read. Rejects with SourceError('segmentGone') where another has the id now. */
async function inspect({ addon }: Machine, ref: SysvShmRef): Promise<SegmentFacts> {
  let facts: SegmentFacts;
  try {
    facts = await addon.inspectSegment(ref.shmid);
  } catch (failure) {
    throw asGone(failure, ref);
  }
  if (facts.creatorPid !== ref.creatorPid) throw new SourceError('segmentGone', { id: ref.shmid });
  return facts;
}

function asGone(failure: unknown, { shmid }: SysvShmRef): unknown {
  const errno = failureCode(failure);
  return errno === 'EINVAL' || errno === 'EIDRM'
    ? new SourceError('segmentGone', { id: shmid, errno })
    : toSourceError(failure);
}

function toRange({ offset, length }: ByteRange): ByteRange {
  return { offset, length };
}

function toHole({ offset, length, code }: ReadOutcome['faults'][number]): Hole {
  return { offset, length, reason: 'ioError', errno: code };
}

async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
