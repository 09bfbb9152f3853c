import { readFile } from 'node:fs/promises';
import type { SegmentFacts } from '../../../native/index.d.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import type { LiveStores, StoreOutcome } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { SysvShmRef } from '../../core/sourceRef.ts';
import { parseStatus } from '../../procfs/status.ts';
import { toOperationError } from '../sharedMemory/operationErrors.ts';
import type { Machine } from '../sources/machine.ts';
import { storeInPieces } from './storeInPieces.ts';

const CAP_IPC_OWNER = 1n << 15n;
const mayReadAndWrite = 0o6;

/** Stores into a System V segment, attached for writing as long as each call lasts. */
export class SegmentStores implements LiveStores {
  readonly storesNumbersAsOne = true;
  readonly #machine: Machine;
  readonly #ref: SysvShmRef;
  readonly #size: bigint;
  readonly #inspect: () => Promise<SegmentFacts>;

  /** `inspect` rejects with a SourceError: `segmentGone` where another has the id now, `gone` after dispose. */
  constructor(machine: Machine, ref: SysvShmRef, size: bigint, inspect: () => Promise<SegmentFacts>) {
    this.#machine = machine;
    this.#ref = ref;
    this.#size = size;
    this.#inspect = inspect;
  }

  async refusal(): Promise<EditRefusal | undefined> {
    try {
      return (await mayAttach(await this.#inspect())) ? undefined : 'segmentMode';
    } catch (error) {
      if (error instanceof SourceError && error.code === 'segmentGone') return 'gone';
      throw error;
    }
  }

  async store(offset: number, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<StoreOutcome> {
    await this.#inspect();
    const { shmid, creatorPid } = this.#ref;
    const segment = { size: this.#size, creatorPid };
    return await storeInPieces(
      { offset, expected, bytes, size: Number(this.#size) },
      (at, piece, still) => this.#machine.addon.storeInSegment(shmid, segment, at, piece, still),
      (failure) => {
        const error = toOperationError(failure, { id: shmid });
        const isGone = error instanceof SourceError && error.code === 'stale';
        return isGone ? new SourceError('segmentGone', error.detail) : error;
      },
    );
  }
}

/** The rule of ipcperms() in ipc/util.c: attaching for writing takes both rights. Attaching to find out would count. */
async function mayAttach({ mode, uid, gid, creatorUid, creatorGid }: SegmentFacts): Promise<boolean> {
  const own = process.geteuid?.();
  const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
  const isOwner = own === uid || own === creatorUid;
  const isInGroup = groups.includes(gid) || groups.includes(creatorGid);
  const granted = mode >> (isOwner ? 6 : isInGroup ? 3 : 0);
  return (granted & mayReadAndWrite) === mayReadAndWrite || (await ignoresModes());
}

async function ignoresModes(): Promise<boolean> {
  const { status } = parseStatus(new Uint8Array(await readFile('/proc/self/status')));
  return ((status.effectiveCapabilities ?? 0n) & CAP_IPC_OWNER) !== 0n;
}
