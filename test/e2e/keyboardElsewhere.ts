// What has the keyboard while a quick input asks one thing after the other: nothing else may, for it would be typed into.
import type { Page } from 'playwright-core';

type Noting = Window & { memglassTestElsewhere?: string[] };

/** Begins to note what has the keyboard beside the quick input. The function given answers what had it since it was asked last. */
export async function noteKeyboardElsewhere(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const noted: string[] = [];
    (window as Noting).memglassTestElsewhere = noted;
    document.addEventListener('focusin', ({ target }) => {
      if (target instanceof Element && target.closest('.quick-input-widget') === null) noted.push(target.className);
    });
    // A page inside of this one has it.
    window.addEventListener('blur', () => noted.push(document.activeElement?.tagName ?? ''));
  });
  return () => page.evaluate(() => (window as Noting).memglassTestElsewhere?.splice(0) ?? []);
}
