/** Why the kernel does not let us into a process, found from what anybody may see of it and of the machine. */

/** `look`: its regions, page tables and descriptors (PTRACE_MODE_READ). `memory`: its bytes (PTRACE_MODE_ATTACH). */
export type WantedAccess = 'look' | 'memory';

export type ProcessRefusal =
  /** It has ended, or its number is another process's. */
  | { readonly kind: 'gone' }
  /** /proc is mounted so that it hides the processes of others (`hidepid`, with its value where that can be seen). */
  | { readonly kind: 'hidden'; readonly hidepid: string | undefined }
  /** It has ended, and its parent has not asked how. */
  | { readonly kind: 'zombie' }
  /** It has no address space. */
  | { readonly kind: 'kernelThread' }
  /** It runs as this user, and we have no CAP_SYS_PTRACE. */
  | { readonly kind: 'otherUser'; readonly uid: number }
  /** It may not be dumped: it was started by a setuid, setgid or unreadable program, or has asked for it by prctl. */
  | { readonly kind: 'notDumpable' }
  /** It is in a user namespace over which we have no power. */
  | { readonly kind: 'namespace' }
  /** It has capabilities that we have not. */
  | { readonly kind: 'moreCapable' }
  /** kernel.yama.ptrace_scope. 1: descendants only; 2: CAP_SYS_PTRACE only; 3: nobody. */
  | { readonly kind: 'yama'; readonly scope: 1 | 2 | 3 };

/** Real, effective, saved. */
type Ids = readonly [real: number, effective: number, saved: number, ...others: readonly number[]];

export interface Credentials {
  readonly uid: Ids;
  readonly gid: Ids;
  /** A bit per capability. */
  readonly effective: bigint;
  readonly permitted: bigint;
  /** The text of uid_map, which tells user namespaces apart where their links may not be read. */
  readonly uidMap: string | undefined;
}

export interface RefusalFacts {
  readonly own: Credentials;
  /** Undefined where /proc does not show the process. */
  readonly target:
    | (Credentials & {
        readonly state: string;
        readonly threads: number;
        readonly kernelThread: boolean;
        /** Who owns the files in its folder of /proc: root, where it may not be dumped. The folder itself tells nothing. */
        readonly filesUid: number;
      })
    | undefined;
  /** Whether there is a process of this number all the same, by kill(2). */
  readonly isThere: boolean;
  readonly hidepid: string | undefined;
  /** Undefined on a kernel without Yama. */
  readonly yamaScope: number | undefined;
}

const CAP_SYS_PTRACE = 1n << 19n;

/** The rules of __ptrace_may_access in kernel/ptrace.c, and of Yama, in their order. Undefined where they let us in. */
export function findRefusal(wanted: WantedAccess, facts: RefusalFacts): ProcessRefusal | undefined {
  const { own, target, yamaScope = 0 } = facts;
  if (target === undefined) return facts.isThere ? { kind: 'hidden', hidepid: facts.hidepid } : { kind: 'gone' };
  if (target.kernelThread) return { kind: 'kernelThread' };
  if ((target.state === 'Z' || target.state === 'X') && target.threads < 2) return { kind: 'zombie' };
  const mayTrace = (own.effective & CAP_SYS_PTRACE) !== 0n;
  const sameNamespace = own.uidMap === target.uidMap || own.uidMap === undefined || target.uidMap === undefined;
  if (!mayTrace || !sameNamespace) {
    const [, uid] = target.uid;
    if (!isAll(target.uid, own.uid[1])) return { kind: 'otherUser', uid };
    if (!isAll(target.gid, own.gid[1]) || target.filesUid !== uid) return { kind: 'notDumpable' };
    if (!sameNamespace) return { kind: 'namespace' };
    if ((target.permitted & ~own.effective) !== 0n) return { kind: 'moreCapable' };
  }
  if (wanted === 'look') return undefined;
  if (yamaScope >= 3) return { kind: 'yama', scope: 3 };
  if (yamaScope >= 1 && !mayTrace) return { kind: 'yama', scope: yamaScope === 1 ? 1 : 2 };
  return undefined;
}

/** The first three: the id for files does not count. */
function isAll(ids: Ids, id: number): boolean {
  return ids[0] === id && ids[1] === id && ids[2] === id;
}
