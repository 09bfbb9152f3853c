/**
 * Who may read and write by /proc/<pid>/mem what its process itself may not (FOLL_FORCE):
 *
 * - `always`: whoever may open it.
 * - `ptrace`: only the debugger that is attached to the process.
 * - `never`: nobody.
 * - `restricted`: not we. By a default of this kernel, which it tells nobody, the debugger or nobody.
 *
 * Linux asks proc_mem.force_override for it since 6.12; before it was always `always`.
 */
export type ForceRule = 'always' | 'ptrace' | 'never' | 'restricted';

/**
 * `isForced`: whether it was found to be possible, which is what counts. `commandLine`: of the kernel, undefined where it
 * cannot be read; the last mention counts, and dashes are underscores to it.
 */
export function forceRuleOf(isForced: boolean, commandLine: string | undefined): ForceRule {
  if (isForced) return 'always';
  const mentions = [...(commandLine ?? '').matchAll(/(?:^|\s)proc[-_]mem\.force[-_]override=(\S*)/g)];
  const value = mentions.at(-1)?.[1];
  return value === 'ptrace' || value === 'never' ? value : 'restricted';
}
