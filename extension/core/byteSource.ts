import type { ByteRange } from './byteRange.ts';
import type { StagedSave } from './editing/stagedSave.ts';
import type { LiveStores } from './live/liveStores.ts';
import type { MemoryRegion, Sharing } from './memoryMap/memoryRegion.ts';
import type { SourceRef } from './sourceRef.ts';

/** Why a range of bytes could not be read. A hole is never shown as zeros and never thrown. */
export type HoleReason =
  | 'pastEnd'
  | 'ioError'
  | 'noPermission'
  | 'unmapped'
  | 'gone'
  /** No right to read (PROT_NONE), and a kernel that does not let us past it: see ForceRule. */
  | 'protected'
  | 'protectedUnlessTraced'
  | 'protectedAlways'
  /** A guard page: an access raises SIGSEGV in the process. */
  | 'guard'
  /** Memory of a device. */
  | 'device'
  /** The kernel's own pages: [vvar], [vsyscall]. */
  | 'kernel'
  /** memfd_secret(2): only its own processes may read it. */
  | 'secret'
  /** Not there yet: userfaultfd(2) supplies it when the process asks for it. */
  | 'absent';

/** A range that could not be read. Offsets are absolute. */
export interface Hole {
  readonly offset: number;
  readonly length: number;
  readonly reason: HoleReason;
  /** The errno's name, where the kernel gave one. */
  readonly errno?: string | undefined;
}

export interface ReadResult {
  /**
   * How many bytes from the offset on are answered, as bytes or as holes. Less than was asked only where the source
   * ends. Bytes of the buffer that lie in a hole or past this length mean nothing.
   */
  readonly length: number;
  readonly holes: readonly Hole[];
  /**
   * Ranges inside the answer that nobody ever wrote to, in order, where the source can tell: shared memory that has no
   * page yet. Their bytes are zeros all the same. Absolute offsets.
   */
  readonly unwritten?: readonly ByteRange[] | undefined;
}

/** Bytes with the generation of the source they were read under. */
export interface VersionedBytes {
  readonly generation: number;
  /** Owns its buffer. Shorter than asked where the source ends. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly holes: readonly Hole[];
  /** As in ReadResult. */
  readonly unwritten?: readonly ByteRange[] | undefined;
  /** What of them stands in no source yet: staged edits. Ascending, absolute, without overlaps. */
  readonly edits?: readonly ByteRange[] | undefined;
}

/** What a source can do. Callers ask this, never the kind of the source. */
export interface SourceAbilities {
  readonly write: boolean;
  readonly resize: boolean;
  readonly flush: boolean;
  /** Whether `probe` can tell that the source changed. False for sources whose every read differs. */
  readonly watch: boolean;
  /** Whether other processes store into it without a trace: only comparing its bytes tells, so a view does that from the start. */
  readonly watchBytes: boolean;
}

/** How a source's size is to be understood. */
export type SizeKind =
  /** Counted by the kernel. */
  | 'exact'
  /** There is no end (a device such as /dev/zero); `size` is the last offset that can be addressed. */
  | 'endless'
  /** The source is larger than 2^53 - 1 bytes; what lies beyond cannot be addressed. */
  | 'clamped'
  /** Found by reading to the end (/proc and /sys files, whose stated size is 0 or wrong). */
  | 'read';

/** What has become of a source since it was opened. */
export type SourceFate =
  | { readonly kind: 'same' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'moved'; readonly to: SourceRef }
  | { readonly kind: 'unmounted' }
  /** The process that it was found through has let go of it, or ended. What is open here keeps it and reads on. */
  | { readonly kind: 'released' }
  /**
   * Nothing can be read any more, for good: the process whose memory it is ended or unmapped it, or a removed segment
   * went with its last attachment. What was read before is all that is left: a view keeps it. `exec`: the process lives
   * on, and runs another program with a memory of its own.
   */
  | { readonly kind: 'gone'; readonly why: 'exited' | 'exec' | 'unmapped' | 'removed' }
  | { readonly kind: 'unknown'; readonly errno: string };

/** What looking does to the source and cannot be avoided: pages that were never touched get memory by being read. */
export type SourceNote = 'lookingMayAllocate';

export interface SourceProbe {
  /** Bytes, a safe integer. */
  readonly size: number;
  /** Changes whenever the source is known to have changed; equal versions prove nothing (stores through a mapping). */
  readonly version: string;
  readonly fate: SourceFate;
  /** Milliseconds since 1970, where the kernel keeps that; stores through a mapping need not move it. */
  readonly modifiedAt?: number | undefined;
  readonly note?: SourceNote | undefined;
  /** Of memory of a process; the same object as long as nothing of it changes. */
  readonly mapped?: MappedThere | undefined;
}

/** What a process has mapped in a range of its addresses. */
export interface MappedThere {
  /** In order; not all where they are many. */
  readonly regions: readonly MemoryRegion[];
  readonly count: number;
}

/** What part of a range is where, per equal bucket, 0 none … 255 all. */
export interface SourceOverview {
  readonly residency: {
    /** `pagemap`: what stands in a process's page tables; then `allocation` is what was touched, as far as that is known. */
    readonly method: 'cachestat' | 'mincore' | 'pagemap' | 'refused' | 'unsupported';
    readonly sampled: boolean;
    readonly buckets: Uint8Array<ArrayBuffer>;
  };
  /** How much of a bucket holds data rather than a hole on disk; undefined where the file system cannot tell. */
  readonly allocation: Uint8Array<ArrayBuffer> | undefined;
}

/** What is known of an open source beyond its ref, for its title. */
export interface SourceDetails {
  /** Of a System V segment: signed; 0 where it is private, or removed. */
  readonly key?: number | undefined;
  /** Whose memory it is, or through which process it was found. */
  readonly process?: SourceProcess | undefined;
  /** Of a process's region. */
  readonly sharing?: Sharing | undefined;
  /** The address of offset 0, where the bytes are of an address space. */
  readonly origin?: bigint | undefined;
}

export interface SourceProcess {
  readonly pid: number;
  /** Up to 15 bytes of anything. */
  readonly name: Uint8Array;
  /** The path of its program as the link to it has it; undefined where that may not be seen, or was not asked. */
  readonly executable?: Uint8Array | undefined;
}

/** Bytes that are looked at until they change, while the caller sleeps. */
export interface ChangeWait {
  /**
   * Resolves to true where what is there differs from the bytes that were given, which hold it from then on; to false
   * where it is time to read again: they cannot all be read any more, the time is over, or it was stopped. Rejects with
   * a SourceError, as a read does.
   */
  readonly ended: Promise<boolean>;
  /** Milliseconds since the last look, or since the beginning where there was none yet. */
  age(): number;
  /** Idempotent. */
  stop(): void;
}

/** An open thing with bytes. The caller owns every buffer. */
export interface ByteSource {
  readonly ref: SourceRef;
  readonly can: SourceAbilities;
  readonly sizeKind: SizeKind;
  readonly details?: SourceDetails | undefined;
  /** How staged edits come into it; undefined where they cannot. */
  readonly saving?: StagedSave | undefined;
  /** How bytes are stored into it at once; undefined where they cannot be. */
  readonly stores?: LiveStores | undefined;
  /** Bytes, fresh, a safe integer. Rejects with a SourceError. */
  size(): Promise<number>;
  /**
   * Reads from `offset` (a safe integer ≥ 0) into the whole of `into`. What cannot be read is a hole, not an error.
   * Rejects with a SourceError only when the source itself is gone (`gone` after dispose).
   */
  read(offset: number, into: Uint8Array): Promise<ReadResult>;
  /**
   * Where the source can do this by itself: looks `rate` times a second for something else than `bytes`, which were read
   * at `offset` without a hole, for `atMostMs` at most. Reads go on meanwhile. Undefined where it cannot now.
   */
  waitForChange?(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait | undefined;
  /** Fresh size, version and fate. */
  probe(): Promise<SourceProbe>;
  /** Residency and holes on disk of [offset, offset + length) in `buckets` equal parts (1 … 4096). */
  overview(offset: number, length: number, buckets: number): Promise<SourceOverview>;
  /** The parts that may hold anything but zeros that nobody wrote, in order; left out where that is all of it. */
  data?(): AsyncIterable<ByteRange>;
  /** Gives back what reading holds of the machine's, since nobody looks any more; the next read takes it again. */
  rest?(): void;
  /** Closes what is open. Idempotent; reads under way settle. */
  dispose(): void;
}
