// A VS Code, a file whose every byte is known, and what a user does in its view again and again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleBytes } from '../support/scratch.ts';
import { useScene, type View, waitForQuickInput } from './scene.ts';

export const size = 1_000_003;
export const bytes = sampleBytes(size);

export function useSampleScene() {
  const scene = useScene();
  const { press } = scene;
  const quickInput = () => scene.workbench.page.locator('.quick-input-widget:visible input').first();
  return {
    scene,
    press,
    quickInput,
    /** Makes the file; its path. */
    sample(): string {
      const path = join(scene.scratch.folder(), 'sample.bin');
      writeFileSync(path, bytes);
      return path;
    },
    async goTo(view: View, expression: string): Promise<void> {
      await view.focus();
      await press('Control+G');
      await waitForQuickInput(scene.workbench, 'Go to Offset');
      await scene.workbench.answerInput(expression);
      await quickInput().waitFor({ state: 'hidden' });
      // VS Code gives the keyboard back a moment later.
      await view.focus();
    },
  };
}

/** The bytes of a row. */
export const row = (offset: number) => bytes.subarray(offset, offset + 16);
