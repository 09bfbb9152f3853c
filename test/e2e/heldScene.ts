// What the tests of held edits share: what they are made over, and what a view says of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { content, useEditScene } from './editScene.ts';
import type { View } from './scene.ts';

export function useHeldScene() {
  const edits = useEditScene();
  const { scene, status, heard } = edits;
  const heldIn = (view: View) => view.header.locator('.held:visible');

  async function openToHold(uri: string): Promise<View> {
    await scene.workbench.openWith({ $uri: uri }, 'memglass.memory');
    const view = scene.view();
    await view.grid.waitFor();
    await view.focus();
    await status('OVR');
    return view;
  }

  return {
    ...edits,

    /** Makes a POSIX object, and gives its path. */
    object(): string {
      const path = join(scene.scratch.shmFolder(), 'ring');
      writeFileSync(path, content);
      return path;
    },

    /** Opens a document whose edits are held, and gives its grid the keyboard. */
    openToHold,

    openStaged: (path: string) => openToHold(`memglass-shm://staged${path}`),

    /** A scratch over a file. */
    openScratch: (path: string) => openToHold(`memglass-file://scratch${path}`),

    /** How many there are gives way where the header has little room. The keys of what is held are for it then, too. */
    async untilHeld(view: View, words: string): Promise<void> {
      await heldIn(view).getByText(words).waitFor({ state: 'attached' });
      await heard();
    },

    untilNoneHeld: (view: View) => heldIn(view).waitFor({ state: 'hidden' }),
  };
}
