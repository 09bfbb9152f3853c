import type { FileFacts, NativeAddon, NativeFile, PathFate, Residency } from '../../../native/index.d.ts';
import { intersect } from '../../core/byteRange.ts';
import type {
  ByteSource,
  ChangeWait,
  Hole,
  HoleReason,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceDetails,
  SourceFate,
  SourceOverview,
  SourceProbe,
} from '../../core/byteSource.ts';
import type { EditRefusal, StagedSave } from '../../core/editing/stagedSave.ts';
import type { LiveStores } from '../../core/live/liveStores.ts';
import { deviceOf } from '../../core/memoryMap/memoryRegion.ts';
import type { SharedMemoryClass } from '../../core/sharedMemory/sharedMemory.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refOfPath, type SourceRef } from '../../core/sourceRef.ts';
import { refusalOf } from '../editing/editRefusal.ts';
import { FileSave } from '../editing/fileSave.ts';
import { toSourceError } from '../sourceErrors.ts';
import { FileStores } from '../storing/fileStores.ts';
import type { Machine } from './machine.ts';
import { overviewParts } from './overviewParts.ts';
import { sourceWait } from './sourceWait.ts';
import { unwrittenIn } from './unwritten.ts';

/** File systems whose files are made by the kernel as they are read: their stated size is 0 or a fiction. */
const kernelFileSystems = new Set([
  'proc',
  'sysfs',
  'debugfs',
  'tracefs',
  'securityfs',
  'configfs',
  'cgroup',
  'cgroup2',
  'bpf',
  'pstore',
  'efivarfs',
]);

/** How far a file without a stated size is read to find its end. Past this it counts as endless. */
const longestUnstatedFile = 64 * 2 ** 20;

/** Block of the search for an end: what one seq_file read costs hardly grows with it. */
const endSearchBlock = 2 ** 18;

const reasonOfErrno: Readonly<Record<string, HoleReason>> = {
  EACCES: 'noPermission',
  EPERM: 'noPermission',
  ESRCH: 'gone',
  ESTALE: 'gone',
};

/** What a source that is read through a file may know better than the file. */
export interface FileSourceOptions {
  /** Who it is, where that is not the file at the path. */
  readonly details?: SourceDetails | undefined;
  /** What the join calls it: only for what is no file with a path, such as a memfd. */
  readonly class?: SharedMemoryClass | undefined;
  /** What the fate of the path means for the source. */
  readonly fateOf?: ((fate: PathFate) => SourceFate | Promise<SourceFate>) | undefined;
}

/** A file, block device or memory device by its path, read through the addon's guarded windows. */
export class FileSource implements ByteSource {
  readonly ref: SourceRef;
  readonly can: SourceAbilities;
  readonly sizeKind: SizeKind;
  readonly details: SourceDetails | undefined;
  readonly saving: StagedSave | undefined;
  readonly stores: LiveStores;
  readonly #file: NativeFile;
  readonly #pageSize: number;
  /** The size where the kernel does not tell it. */
  readonly #foundSize: number | undefined;
  readonly #fateOf: (fate: PathFate) => SourceFate | Promise<SourceFate>;
  readonly #release: () => void;

  /** `path` is where `ref` leads. */
  static async open(
    machine: Machine,
    ref: SourceRef,
    path: Uint8Array,
    options: FileSourceOptions = {},
  ): Promise<FileSource> {
    const { addon } = machine;
    let file: NativeFile;
    try {
      file = await addon.openFile(path);
    } catch (failure) {
      throw toSourceError(failure, await ownerOf(addon, path, failure));
    }
    try {
      return new FileSource(machine, ref, path, file, await measure(file), options);
    } catch (failure) {
      file.close();
      throw toSourceError(failure);
    }
  }

  private constructor(
    machine: Machine,
    ref: SourceRef,
    path: Uint8Array,
    file: NativeFile,
    measured: { kind: SizeKind; size?: number },
    { details, class: of = 'posix', fateOf = toFate }: FileSourceOptions,
  ) {
    const { addon, holds } = machine;
    this.ref = ref;
    this.details = details;
    this.#file = file;
    this.#pageSize = addon.pageSize;
    this.sizeKind = measured.kind;
    this.#foundSize = measured.size;
    this.#fateOf = fateOf;
    this.can = {
      write: false,
      resize: false,
      flush: false,
      watch: file.facts.kind !== 'character',
      watchBytes: isSharedMemory(ref, file),
    };
    const ofKind = this.#kindRefusal();
    this.stores = new FileStores(file, { ofKind, now: () => refusalOf(file, path) });
    if (ref.kind === 'file') {
      const refusal = async () => ofKind ?? (this.can.watchBytes ? 'sharedMemory' : await refusalOf(file, path));
      this.saving = new FileSave(file, { machine, path: ref.path, refusal });
    }
    // Any file may be deleted while it is open, and is found by our descriptor then.
    this.#release = holds.add({
      device: deviceOf(file.facts.dev),
      inode: file.facts.ino,
      class: of,
      mappings: file.strategy === 'map' ? addon.window.count : 0,
      descriptors: 1,
    });
  }

  /** What it was when it was opened. */
  get facts(): FileFacts {
    return this.#file.facts;
  }

  async size(): Promise<number> {
    return this.#foundSize ?? toOffset((await this.#probe()).size);
  }

  async read(offset: number, into: Uint8Array): Promise<ReadResult> {
    try {
      const { length, faults } = await this.#file.read(offset, into);
      // A source that has no size of the kernel's making ends where it was found to end.
      const end = this.#foundSize ?? Number.MAX_SAFE_INTEGER;
      const answered = { offset, length: Math.max(0, Math.min(length, end - offset)) };
      const holes = faults.flatMap((fault): Hole[] => {
        const part = intersect(fault, answered);
        if (part === undefined) return [];
        const reason = reasonOfErrno[fault.code] ?? (this.#isProcessMemory() ? 'unmapped' : 'ioError');
        return [{ ...part, reason, errno: fault.code }];
      });
      return { length: answered.length, holes, ...(await this.#unwritten(offset, into.subarray(0, answered.length))) };
    } catch (failure) {
      throw toSourceError(failure);
    }
  }

  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait {
    return sourceWait(this.#file.waitForChange(offset, bytes, rate, atMostMs));
  }

  async probe(): Promise<SourceProbe> {
    const probe = await this.#probe();
    const size = this.#foundSize ?? toOffset(probe.size);
    const modifiedAt = Number(probe.mtimeNs / 1_000_000n);
    return { size, version: `${probe.mtimeNs}:${probe.size}`, fate: await this.#fateOf(probe.path), modifiedAt };
  }

  async overview(offset: number, length: number, buckets: number): Promise<SourceOverview> {
    const resident = new Uint8Array(buckets);
    const allocated = new Uint8Array(buckets);
    let residency: Residency = { method: 'unsupported', sampled: false };
    let tellsHoles = true;
    try {
      for (const part of overviewParts(offset, length, buckets)) {
        const { first, last } = part;
        residency = await this.#file.residency(part.offset, part.length, resident.subarray(first, last));
        tellsHoles &&= await this.#file.allocation(part.offset, part.length, allocated.subarray(first, last));
      }
    } catch (failure) {
      throw toSourceError(failure);
    }
    return { residency: { ...residency, buckets: resident }, allocation: tellsHoles ? allocated : undefined };
  }

  /** As NativeFile.allocation has it. */
  async allocation(offset: number, length: number, into: Uint8Array): Promise<boolean> {
    try {
      return await this.#file.allocation(offset, length, into);
    } catch (failure) {
      throw toSourceError(failure);
    }
  }

  dispose(): void {
    this.#file.close();
    this.#release();
  }

  /** Why nothing can ever be written to it. */
  #kindRefusal(): EditRefusal | undefined {
    const { kind, fileSystem } = this.#file.facts;
    if (kernelFileSystems.has(fileSystem)) return 'kernelFile';
    const isStored = (kind === 'regular' || kind === 'block') && this.sizeKind === 'exact';
    return isStored ? undefined : 'notSupported';
  }

  /** Only of a tmpfs: a hole on a disk is how a file is stored, and says nothing to who looks at bytes. */
  async #unwritten(offset: number, bytes: Uint8Array): Promise<Pick<ReadResult, 'unwritten'>> {
    const { kind, fileSystem } = this.#file.facts;
    if (kind !== 'regular' || fileSystem !== 'tmpfs' || bytes.length === 0) return {};
    return { unwritten: await unwrittenIn(this.#file, this.#pageSize, offset, bytes) };
  }

  async #probe() {
    try {
      return await this.#file.probe();
    } catch (failure) {
      throw toSourceError(failure);
    }
  }

  /** /proc/<pid>/mem answers EIO for what is not mapped; anywhere else EIO is a failing device. */
  #isProcessMemory(): boolean {
    return this.#file.facts.fileSystem === 'proc' && this.sizeKind === 'endless';
  }
}

async function measure(file: NativeFile): Promise<{ kind: SizeKind; size?: number }> {
  const { kind, size, fileSystem } = file.facts;
  if (kind === 'character') return isNull(file) ? { kind: 'exact', size: 0 } : endless;
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) return { kind: 'clamped' };
  const unstated = kind === 'regular' && kernelFileSystems.has(fileSystem) && (size === 0n || fileSystem === 'sysfs');
  return unstated ? await findEnd(file) : { kind: 'exact' };
}

const endless = { kind: 'endless', size: Number.MAX_SAFE_INTEGER } as const;

/** Where shm_open keeps its objects, or on huge pages: made to be mapped by several processes. */
function isSharedMemory(ref: SourceRef, file: NativeFile): boolean {
  const { kind, fileSystem } = file.facts;
  if (kind !== 'regular') return false;
  const isNamedSo = ref.kind !== 'file' || refOfPath(ref.path).kind === 'posixShm';
  return fileSystem === 'hugetlbfs' || (fileSystem === 'tmpfs' && isNamedSo);
}

function isNull(file: NativeFile): boolean {
  const [major, minor] = file.facts.rdev;
  return major === 1 && minor === 3;
}

async function findEnd(file: NativeFile): Promise<{ kind: SizeKind; size?: number }> {
  const block = new Uint8Array(endSearchBlock);
  let offset = 0;
  while (offset < longestUnstatedFile) {
    const { length, faults } = await file.read(offset, block);
    const [fault] = faults;
    if (fault !== undefined) {
      if (fault.code === 'EAGAIN') throw new SourceError('isStream', { errno: fault.code, syscall: 'pread' });
      // Process memory has no end; it starts with a page that is never mapped.
      if (offset === 0 && fault.code === 'EIO') return endless;
      if (fault.code === 'EACCES' || fault.code === 'EPERM') {
        throw new SourceError('noPermission', { errno: fault.code, syscall: 'pread' });
      }
      return { kind: 'read', size: fault.offset };
    }
    offset += length;
    if (length < block.length) return { kind: 'read', size: offset };
  }
  return endless;
}

function toOffset(size: bigint): number {
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(size);
}

/** The fate of a path, of a file that is nothing more. */
export function toFate(fate: PathFate): SourceFate {
  switch (fate.kind) {
    case 'moved':
      return { kind: 'moved', to: { kind: 'file', path: fate.to } };
    case 'unknown':
      return { kind: 'unknown', errno: fate.code };
    default:
      return fate;
  }
}

/** Whose the file is, where that explains a refusal. */
async function ownerOf(addon: NativeAddon, path: Uint8Array, failure: unknown) {
  const code = (failure as { code?: unknown }).code;
  if (code !== 'EACCES' && code !== 'EPERM') return undefined;
  try {
    const { uid, mode } = await addon.inspect(path);
    return { uid, mode };
  } catch {
    // A folder on the way may not be searched: then nobody may know.
    return undefined;
  }
}
