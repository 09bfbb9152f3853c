// Looks into a webview right after a frame was drawn: what is found then was on the screen.
import type { Frame } from 'playwright-core';

declare global {
  interface Window {
    /** What is called after each frame of the page's own. */
    memglassLooks: Set<() => void>;
    /** What `look` finds, once it finds something: now, or after a frame. */
    memglassUntilDrawn<T>(look: () => T | undefined): Promise<T>;
  }
}

/** Runs in the webview. */
function install(): void {
  // Messages posted in a frame come after it was drawn. Looks are taken when a frame of the page's own was: a loop of
  // frames just to look would keep the page busy that is measured.
  const channel = new MessageChannel();
  const looks = new Set<() => void>();
  let isLookComing = false;
  channel.port1.onmessage = () => {
    isLookComing = false;
    for (const look of looks) look();
  };
  const requestFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    requestFrame((time) => {
      callback(time);
      if (looks.size === 0 || isLookComing) return;
      isLookComing = true;
      channel.port2.postMessage(0);
    });
  window.memglassLooks = looks;
  window.memglassUntilDrawn = (look) =>
    new Promise((done) => {
      const lookAgain = () => {
        const found = look();
        if (found === undefined) return;
        looks.delete(lookAgain);
        done(found);
      };
      looks.add(lookAgain);
      lookAgain();
    });
}

/** Before all other probes of a view. */
export async function lookAfterFrames(frame: Frame): Promise<void> {
  await frame.evaluate(install);
}
