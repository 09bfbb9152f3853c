// What the tests of editing share: a sample to type into, what VS Code says of it, and what Memglass has written down.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSummary } from '../../extension/core/editing/editBackup.ts';
import { type Scene, until, useScene, type View, waitForStatus } from './scene.ts';

/** What a sample has in it: two rows of sixteen characters. */
export const content = '0123456789abcdef0123456789ABCDEF';

/** What is in a file, a character for each byte. */
export const text = (path: string): string => readFileSync(path, 'latin1');

/** Characters as a view shows their bytes. */
export const hex = (characters: string): string => Buffer.from(characters, 'latin1').toString('hex').toUpperCase();

/** Where Memglass writes edits down. */
export const keptFolder = ({ server }: Scene): string =>
  join(server.controlFolder, '../data/User/globalStorage/memglass.memglass/edits');

export function useEditScene() {
  const scene = useScene();
  const { press, type, run } = scene;
  let count = 0;

  /** Waits for an entry of the status bar. */
  const status = (entry: string) => waitForStatus(scene.workbench, (found) => found.split('\n').includes(entry), entry);

  /** Of a document that two groups show both tabs are. */
  const isDirty = async () => (await scene.workbench.page.locator('.tab.active.dirty').count()) > 0;

  /** Resolves when VS Code knows, and what keys are for with it, what the host had to tell it until now. */
  async function heard(workbench = scene.workbench): Promise<void> {
    // One may come between a store, which others see, and the host's word of it.
    for (let i = 0; i < 3; i++) await workbench.executeCommand('setContext', 'memglass.test.isHeard', true);
  }

  /**
   * Types a byte as its character, in a view whose cursor is in the hex column: one edit, and one step of undo. Of two digits
   * the first is an edit that is seen, written down and applied, and a step of its own where the second comes late.
   */
  async function typeByte(character: string): Promise<void> {
    await press('Tab');
    await type(character);
    await press('Shift+Tab');
  }

  /** How many documents' edits Memglass has written down, and the bytes that all these put in. */
  function kept(): { readonly documents: number; readonly bytes: number } {
    const folder = keptFolder(scene);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.edits')) : [];
    const bytes = names.map((name) => readSummary(readFileSync(join(folder, name)))?.bytes ?? 0);
    return { documents: names.length, bytes: bytes.reduce((sum, each) => sum + each, 0) };
  }

  return {
    scene,
    press,
    type,
    run,
    status,
    isDirty,
    heard,
    typeByte,

    /** Makes a file, and gives its path. */
    sample(characters = content): string {
      const path = join(scene.scratch.folder(), `sample${++count}.txt`);
      writeFileSync(path, characters);
      return path;
    },

    /** Opens a file, and gives its grid the keyboard. */
    async openToType(path: string): Promise<View> {
      const view = await scene.open(path);
      await view.focus();
      await status('OVR');
      return view;
    },

    noneStaged: () => waitForStatus(scene.workbench, (found) => !found.includes('staged'), 'nothing staged'),

    untilDirty: (wanted: boolean) =>
      until(isDirty, (found) => found === wanted, wanted ? 'the tab is dirty' : 'the tab is clean'),

    /**
     * VS Code takes each step for something to be saved, until it hears a moment later that there is nothing. Before it
     * has heard of the step it looks the same, and an undo would be of the one before: what the host has told it is known
     * there once a command from the host was run.
     */
    async untilNoneDirty(workbench = scene.workbench): Promise<void> {
      await heard(workbench);
      await until(
        () => workbench.page.locator('.tab.dirty').count(),
        (dirty) => dirty === 0,
        'no tab is dirty',
      );
    },

    /** `bytes`: that they put in. Typed one after the other each is written down, and the first before the last is typed. */
    untilKept: (documents: number, bytes = 0) =>
      until(
        kept,
        (found) => found.documents === documents && (bytes === 0 || found.bytes === bytes),
        `edits of ${documents} documents, ${bytes} bytes of them, are written down`,
      ),

    /** Types without waiting for a key to be heard before the next. */
    async typeAtOnce(keys: string | readonly string[]): Promise<void> {
      const { page } = scene.workbench;
      const session = await page.context().newCDPSession(page);
      const events = [...keys].flatMap((key) => [
        { type: 'keyDown', key, ...(key.length === 1 ? { text: key } : {}) } as const,
        { type: 'keyUp', key } as const,
      ]);
      await Promise.all(events.map((event) => session.send('Input.dispatchKeyEvent', event)));
      await session.detach();
    },

    /** Waits until a file begins so for everybody. */
    untilBegins: (path: string, start: string) =>
      until(
        () => text(path).slice(0, start.length),
        (found) => found === start,
        `others see ${start}`,
      ),

    /** Answers the question that is up, and gives all of it. */
    answer: (question: string | RegExp, button: string) => scene.workbench.answerDialog(button, question),

    /** Ends the server and its extension hosts with SIGKILL, and opens a window that restores nothing. */
    async crash(meanwhile = () => {}): Promise<void> {
      await scene.server.kill();
      meanwhile();
      await scene.server.restart();
      await scene.freshWindow();
    },
  };
}
