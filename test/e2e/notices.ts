// Notifications as a user sees them: in the list alone, since toasts do not show while tests run.
import type { Locator } from 'playwright-core';
import { type Scene, until } from './scene.ts';

export class Notices {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Those that the list shows. */
  get all(): Locator {
    return this.#scene.workbench.page.locator('.notification-list-item');
  }

  /** Waits for one that says these words. */
  async waitFor(words: string): Promise<void> {
    await until(
      async () => {
        await this.#scene.run('notifications.showList');
        return (await this.all.allInnerTexts()).join();
      },
      (found) => found.includes(words),
      words,
    );
  }

  async answer(label: string): Promise<void> {
    await this.#scene.run('notifications.showList');
    await this.all.getByRole('button', { name: label, exact: true }).click();
  }

  async clear(): Promise<void> {
    await this.#scene.workbench.clearNotifications();
  }
}
