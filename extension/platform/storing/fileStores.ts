import type { NativeFile } from '../../../native/index.d.ts';
import type { ByteRange } from '../../core/byteRange.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import type { LiveStores, RangeLock, RangeLocks, StoreOutcome } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';
import { processOf } from '../processes/process.ts';
import { seal } from '../sharedMemory/openObject.ts';
import { operation, toOperationError } from '../sharedMemory/operationErrors.ts';
import { storeInPieces } from './storeInPieces.ts';

/** Why nothing may be stored into a file. */
export interface FileRefusals {
  /** By what it is: for as long as it is open. */
  readonly ofKind: EditRefusal | undefined;
  /** Found out anew. */
  now(): Promise<EditRefusal | undefined>;
}

/** Stores into an open file, through a shared mapping of its own for as long as the call lasts. */
export class FileStores implements LiveStores {
  readonly storesNumbersAsOne = true;
  readonly locks: RangeLocks;
  readonly #file: NativeFile;
  readonly #refusals: FileRefusals;

  constructor(file: NativeFile, refusals: FileRefusals) {
    this.#file = file;
    this.#refusals = refusals;
    this.locks = new FileLocks(file);
  }

  async refusal(): Promise<EditRefusal | undefined> {
    return this.#refusals.ofKind ?? (await operation(() => this.#refusals.now()));
  }

  async store(offset: number, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<StoreOutcome> {
    if (this.#refusals.ofKind !== undefined) throw new SourceError('notForThis', { stored: 0 });
    const { size } = await operation(() => this.#file.probe());
    try {
      return await storeInPieces(
        { offset, expected, bytes, size: Number(size) },
        (at, piece, still) => this.#file.store(at, piece, still),
        toOperationError,
      );
    } catch (error) {
      throw await this.#unlessSealed(error);
    }
  }

  async #unlessSealed(error: unknown): Promise<unknown> {
    if (!(error instanceof SourceError) || error.detail.errno !== 'EPERM') return error;
    const seals = (await this.#file.seals().catch(() => 0)) ?? 0;
    return (seals & (seal.write | seal.futureWrite)) === 0 ? error : new SourceError('sealed', error.detail);
  }
}

class FileLocks implements RangeLocks {
  readonly #file: NativeFile;

  constructor(file: NativeFile) {
    this.#file = file;
  }

  async heldLock({ offset, length }: ByteRange): Promise<RangeLock | undefined> {
    if (length === 0) return undefined;
    const found = await operation(() => this.#file.findLock(offset, length));
    if (found === undefined) return undefined;
    const process = found.pid === undefined ? undefined : await processOf(found.pid);
    return {
      isExclusive: found.isExclusive,
      offset: Number(found.offset),
      length: found.length === 0n ? undefined : Number(found.length),
      holder: found.pid === undefined ? undefined : { pid: found.pid, name: process?.name ?? new Uint8Array(0) },
    };
  }

  async lock({ offset, length }: ByteRange): Promise<boolean> {
    return length === 0 || (await operation(() => this.#file.lock(offset, length)));
  }

  async unlock({ offset, length }: ByteRange): Promise<void> {
    if (length > 0) await operation(() => this.#file.unlock(offset, length));
  }
}
