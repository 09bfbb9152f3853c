// A window whose connection to its server is slow, as over a long line: what travels comes late, and in order. How late is
// for the test to say: keys that are pressed meanwhile are all pressed before the first of them is heard of.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
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
  const line = await Line.open();
  // The browser goes around a proxy to its own machine, if it is not told otherwise.
  const proxy = { server: line.url, bypass: '<-loopback>' };
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, proxy });
  const workbench = await Workbench.open(server, browser, { context });
  return {
    workbench,
    hold: () => line.hold(),
    letGo: () => line.letGo(),
    close: async () => {
      await workbench.close();
      await context.close();
      line.close();
    },
  };
}

/** A proxy: what a page is made of comes through it, and its WebSockets are tunnels that can be held. */
class Line {
  readonly #proxy = createServer(pass);
  readonly #ends = new Set<Socket>();
  #isHeld = false;

  static async open(): Promise<Line> {
    const line = new Line();
    line.#proxy.listen(0, '127.0.0.1');
    await once(line.#proxy, 'listening');
    return line;
  }

  private constructor() {
    this.#proxy.on('connect', (asked: IncomingMessage, near: Socket, head: Buffer) => this.#join(asked, near, head));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.#isHeld = true;
    for (const end of this.#ends) end.pause();
  }

  letGo(): void {
    this.#isHeld = false;
    for (const end of this.#ends) end.resume();
  }

  close(): void {
    for (const end of this.#ends) end.destroy();
    this.#proxy.close();
  }

  #join({ url }: IncomingMessage, near: Socket, head: Buffer): void {
    const { hostname, port } = new URL(`http://${url}`);
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      far.write(head);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => to.write(bytes));
      // It tells of its end when it closes.
      from.on('error', () => {});
      from.on('close', () => {
        this.#ends.delete(from);
        to.destroy();
      });
      if (this.#isHeld) from.pause();
    }
  }
}

function pass(asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '' } = asked;
  const onward = openRequest(url, { method, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}
