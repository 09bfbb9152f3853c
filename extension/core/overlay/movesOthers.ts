import type { Overlay } from './overlay.ts';

/** Whether bytes that are not edited stand elsewhere than in the source. */
export function movesOthers(overlay: Overlay): boolean {
  for (const { kind } of overlay.allChanges()) if (kind !== 'overwrite') return true;
  return false;
}
