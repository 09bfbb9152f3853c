// What the tests of live editing share: views of what a second process has, and how it is unlocked and looked at.
import { refToUri, type SourceRef } from '../../extension/core/sourceRef.ts';
import { type Program, start } from '../support/programs.ts';
import { useEditScene } from './editScene.ts';
import { Notices } from './notices.ts';
import { until, type View } from './scene.ts';

export const page = 4096;

export function useLiveScene() {
  const edits = useEditScene();
  const { scene, run } = edits;
  const badge = (view: View) => view.header.locator('.mode-badge');
  const peek = async (program: Program, offset: number) => Number(await program.ask(`peek ${offset}`));
  let count = 0;

  /** Waits until the badge of a view says so, and no more. */
  const says = (view: View, words: string) =>
    badge(view)
      .filter({ hasText: new RegExp(`^${words}$`) })
      .waitFor();

  async function open(ref: SourceRef): Promise<View> {
    const { scheme, path } = refToUri(ref);
    await scene.workbench.openWith({ $uri: `${scheme}:${encodeURI(path)}` }, 'memglass.memory');
    const view = scene.view();
    await view.grid.waitFor();
    await view.focus();
    return view;
  }

  return {
    ...edits,
    owner: scene.owner,
    notices: new Notices(scene),
    badge,
    says,
    open,
    peek,

    /** An object that a second process has mapped, with `p` in its first byte, and a view of it. */
    async shared(size = 3 * page): Promise<{ program: Program; view: View; name: string; ref: SourceRef }> {
      const name = `memglass-test-${process.pid}-live${++count}`;
      const program = await start(scene.owner, 'create', name, size);
      const ref = { kind: 'posixShm', path: new TextEncoder().encode(name) } as const;
      const view = await open(ref);
      await view.shows(0, `70${'00'.repeat(15)}`);
      return { program, view, name, ref };
    },

    async unlock(view: View): Promise<void> {
      await run('memglass.edit.unlock', {});
      await says(view, 'Live');
      await view.focus();
    },

    seen: (program: Program, offset: number, byte: number) =>
      until(
        () => peek(program, offset),
        (found) => found === byte,
        `the second process sees ${byte} at ${offset}`,
      ),
  };
}
