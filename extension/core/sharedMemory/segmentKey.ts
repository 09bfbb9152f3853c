/** Keys of System V segments: 32 bits, signed in C and in /proc/sysvipc/shm, in hex for people (ipcs, ipcmk). */

export type SegmentKeyResult =
  /** Signed, as the kernel lists it. */
  | { readonly ok: true; readonly key: number }
  /** `private`: 0 is IPC_PRIVATE, under which every segment is another one. */
  | { readonly ok: false; readonly fault: 'empty' | 'notANumber' | 'tooLarge' | 'private' };

/** `0x4D670001`, `1298595841`, `-1`. Never throws. */
export function parseSegmentKey(text: string): SegmentKeyResult {
  const bare = text.trim();
  if (bare === '') return { ok: false, fault: 'empty' };
  if (!/^(?:0x[\da-f]+|-?\d+)$/i.test(bare)) return { ok: false, fault: 'notANumber' };
  const value = BigInt(bare);
  if (value < -(2n ** 31n) || value >= 2n ** 32n) return { ok: false, fault: 'tooLarge' };
  const key = Number(BigInt.asIntN(32, value));
  return key === 0 ? { ok: false, fault: 'private' } : { ok: true, key };
}

/** `0x4D670001`, always of eight digits. */
export function formatSegmentKey(key: number): string {
  return `0x${(key >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}
