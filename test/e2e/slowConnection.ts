// A window whose connection to its server is slow, as over a long line: what travels comes late, and in order. How late is
// for the test to say: keys that are pressed meanwhile are all pressed before the first of them is heard of.
import { Workbench } from '../host/workbench.ts';
import type { Scene } from './scene.ts';

export interface SlowWindow {
  readonly workbench: Workbench;
  /** From now on nothing arrives, in either direction. */
  hold(): void;
  /** All of it arrives now. */
  letGo(): void;
  close(): Promise<void>;
}

/** Opens one at full speed. */
export async function openSlowWindow({ server, browser }: Scene): Promise<SlowWindow> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const line = new Line();
  await context.routeWebSocket(/.*/, (page) => {
    const server = page.connectToServer();
    page.onMessage(line.through((message) => server.send(message)));
    server.onMessage(line.through((message) => page.send(message)));
  });
  const workbench = await Workbench.open(server, browser, { context });
  return {
    workbench,
    hold: () => line.hold(),
    letGo: () => line.letGo(),
    close: async () => {
      await workbench.close();
      await context.close();
    },
  };
}

class Line {
  #free: Promise<void> = Promise.resolve();
  #letGo = () => {};

  hold(): void {
    this.letGo();
    this.#free = new Promise((done) => {
      this.#letGo = done;
    });
  }

  letGo(): void {
    this.#letGo();
  }

  /** `send`, in order, once the line is free. */
  through<T>(send: (message: T) => void): (message: T) => void {
    let sent: Promise<void> = Promise.resolve();
    return (message) => {
      const free = this.#free;
      sent = sent.then(async () => {
        await free;
        send(message);
      });
    };
  }
}
