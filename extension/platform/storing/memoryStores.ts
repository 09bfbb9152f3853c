import type { MappedColumns, NativeFailure } from '../../../native/index.d.ts';
import type { SourceFate } from '../../core/byteSource.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import type { LiveStores, StoreOutcome } from '../../core/live/liveStores.ts';
import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import { SourceError, type SourceErrorCode, type SourceErrorDetail } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { readForceRule } from '../processes/memoryRules.ts';
import { findProcess } from '../processes/process.ts';
import { regionsIn } from '../processes/processAnswer.ts';
import { toProcessError } from '../processes/processErrors.ts';
import type { ProcessMemory } from '../processes/processMemory.ts';
import { failureCode } from '../sourceErrors.ts';
import type { Machine } from '../sources/machine.ts';
import { storeInPieces } from './storeInPieces.ts';

const codeOfRule = {
  // Not for want of a right: there is nothing to be written to.
  always: 'notWritable',
  ptrace: 'forceOnlyTraced',
  never: 'forceNever',
  restricted: 'forceForbidden',
} as const;

/** What the kernel says where it stores nothing, whatever the reason. */
const refusals = new Set(['EIO', 'EFAULT', 'EINVAL']);

/** What is stored into. */
export interface StoredMemory {
  /** The memory, the same one each time as long as it lives. Rejects with a SourceError; also after dispose. */
  open(): Promise<ProcessMemory>;
  /** Of the mapping, since a pid and its start time stay through exec(2). Rejects after dispose. */
  fate(): Promise<SourceFate>;
  /** The regions that may be stored into, as they were looked at. */
  mapped(): MappedColumns;
}

/**
 * Stores into the memory of a process, by /proc/<pid>/mem: where nothing else leads to it, nothing is atomic. It goes where
 * the process itself may not write: such private pages get a copy that is the process's own (FOLL_FORCE).
 *
 * The memory is open before anything is looked at, and stays with its address space: what exec(2) brings in between gets
 * no byte. Of what is mapped anew within one address space that is so but for a moment, see NativeMemory.write.
 */
export class MemoryStores implements LiveStores {
  readonly storesNumbersAsOne = false;
  readonly #machine: Machine;
  readonly #ref: ProcessRegionRef;
  readonly #size: number;
  readonly #memory: StoredMemory;

  constructor(machine: Machine, ref: ProcessRegionRef, size: number, memory: StoredMemory) {
    this.#machine = machine;
    this.#ref = ref;
    this.#size = size;
    this.#memory = memory;
  }

  async refusal(): Promise<EditRefusal | undefined> {
    const { start, end } = this.#ref;
    try {
      if (!(await this.#memory.open()).isWritable) return 'noTrace';
      if ((await this.#memory.fate()).kind === 'gone') return 'gone';
      const regions = await regionsIn(this.#machine.addon, this.#ref, start, end);
      if (regions.length === 0) return 'gone';
      const reasons = regions.map(refusalOf);
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    } catch (error) {
      if (error instanceof SourceError && error.code === 'noTrace') return 'noTrace';
      if (error instanceof SourceError && error.code === 'processGone') return 'gone';
      throw error;
    }
  }

  async store(offset: number, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<StoreOutcome> {
    const { pid, start } = this.#ref;
    const memory = await this.#memory.open();
    const fate = await this.#memory.fate();
    if (fate.kind === 'gone') throw await this.#goneError(fate.why === 'unmapped' ? 'regionGone' : undefined);
    const mapped = this.#memory.mapped();
    try {
      return await storeInPieces(
        { offset, expected, bytes, size: this.#size },
        async (at, piece, still) => {
          const now = await memory.write(start + BigInt(at), still, piece, mapped);
          return { stored: now === undefined ? piece.length : 0, isAtomic: false, ...(now && { now }) };
        },
        (failure) => toStoreError(failure, pid),
      );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const { stored = 0 } = error.detail;
      if (error.code === 'processGone') throw await this.#goneError(undefined, error.detail);
      if (error.code !== 'notWritable') throw error;
      throw new SourceError(await this.#whyUnwritable(start + BigInt(offset + stored)), error.detail);
    }
  }

  /** What has become of memory that is gone; undefined: its process has ended, or runs another program. */
  async #goneError(code: 'regionGone' | undefined, detail: SourceErrorDetail = {}): Promise<SourceError> {
    const why = code ?? ((await findProcess(this.#ref)) === undefined ? 'processGone' : 'programGone');
    return new SourceError(why, { id: this.#ref.pid, stored: 0, ...detail });
  }

  async #whyUnwritable(address: bigint): Promise<SourceErrorCode> {
    const [region] = await regionsIn(this.#machine.addon, this.#ref, address, address + 1n).catch(() => []);
    if (region === undefined) return 'regionGone';
    if (region.rights.write) return 'notWritable';
    // FOLL_FORCE makes private copies only: a page that others share stays as it is.
    if (region.sharing === 'shared') return 'sharedReadOnly';
    return codeOfRule[await readForceRule(this.#machine.addon)];
  }
}

function toStoreError(failure: unknown, pid: number): unknown {
  const errno = failureCode(failure) ?? '';
  const { written = 0 } = failure as Partial<NativeFailure>;
  if (errno === 'ESTALE') return new SourceError(written === 0 ? 'mappedAnew' : 'mappedAnewMeanwhile', { id: pid });
  return refusals.has(errno) ? new SourceError('notWritable', { id: pid, errno }) : toProcessError(failure, pid);
}

function refusalOf({ backing, rights, sharing }: MemoryRegion): EditRefusal | undefined {
  switch (backing.kind) {
    case 'secretmem':
    case 'vvar':
    case 'vsyscall':
    case 'device':
    case 'anonInode':
      return 'kernelMemory';
  }
  return sharing === 'shared' && !rights.write ? 'sharedReadOnly' : undefined;
}
