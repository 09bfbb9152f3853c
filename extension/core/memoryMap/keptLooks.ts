/** Which earlier looks at a process are kept: the first, the last ones, and between them fewer the older they are. */

export interface KeptLook {
  /** By Date.now(). */
  readonly at: number;
  /** What it takes to keep it. */
  readonly bytes: number;
}

export interface KeepLimits {
  readonly looks: number;
  readonly bytes: number;
}

/**
 * The looks to go on with, from the oldest to the latest. What goes is, one by one, the look whose neighbours are nearest
 * to each other for their age; the first and the latest stay, even where they alone are too much.
 */
export function keepLooks<Look extends KeptLook>(looks: readonly Look[], limits: KeepLimits): readonly Look[] {
  const kept = [...looks];
  const latest = kept.at(-1)?.at ?? 0;
  let bytes = kept.reduce((sum, look) => sum + look.bytes, 0);
  while (kept.length > 2 && (kept.length > limits.looks || bytes > limits.bytes)) {
    let [least, which] = [Number.POSITIVE_INFINITY, 1];
    for (let at = 1; at < kept.length - 1; at++) {
      const gap = (kept[at + 1]?.at ?? 0) - (kept[at - 1]?.at ?? 0);
      const share = gap / (latest - (kept[at]?.at ?? 0) + 1);
      if (share < least) [least, which] = [share, at];
    }
    const [gone] = kept.splice(which, 1);
    bytes -= gone?.bytes ?? 0;
  }
  return kept;
}
