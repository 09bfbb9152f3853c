import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';

/**
 * Turns the wheel over the middle of the page 60 times a second, as input of the browser's own, `events` times; gives
 * when the page has handled them all. No event waits for the one before: a page that cannot keep up gets them joined.
 */
export async function turnWheel(frame: Frame, pixels: number, events: number): Promise<void> {
  const page = frame.page();
  const element = await frame.frameElement();
  const box = await element.boundingBox();
  if (box === null) throw new Error('the view does not show');
  const session = await page.context().newCDPSession(page);
  const x = box.x + box.width / 3;
  const y = box.y + box.height / 2;
  await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  const start = performance.now();
  const handled: Promise<unknown>[] = [];
  for (let i = 0; i < events; i++) {
    await sleep(Math.max(0, start + (i * 1000) / 60 - performance.now()));
    handled.push(session.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: pixels }));
  }
  await Promise.all(handled);
  await session.detach();
}
