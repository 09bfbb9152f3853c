import type { StepCount } from '../../core/editing/stepCount.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';

/**
 * Has `act` meet the edits as they were after so many steps; what was edited or undone since comes over them again after
 * it. Answers whether all of that did: beyond a save some may take bytes that were not kept.
 */
export async function atStep(overlay: Overlay, steps: StepCount, step: number, act: () => Promise<void>) {
  const since = steps.done - step;
  steps.go(steps.done + go(overlay, -since));
  let gone = 0;
  try {
    await act();
  } finally {
    gone = go(overlay, since);
    steps.go(steps.done + gone);
    if (gone !== since) steps.miscount();
  }
  return gone === since;
}

/** So many steps on, or back where it is less than 0, as far as it goes. Answers how many those were. */
function go(overlay: Overlay, count: number): number {
  const turn = () => (count > 0 ? overlay.redo() : overlay.undo());
  let gone = 0;
  while (gone < Math.abs(count) && turn() !== undefined) gone++;
  return count > 0 ? gone : -gone;
}
