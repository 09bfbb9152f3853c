// Runs code in the extension host of one window, through the control extension.

import { readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type VSCodeApi = typeof import('vscode');

/** A URI as an argument or a result of code in the extension host. Code there receives a real `vscode.Uri`. */
export interface UriArgument {
  readonly $uri: string;
}

export const uri = (text: string): UriArgument => ({ $uri: text });

/** Milliseconds until an extension host counts as one that does not come: no measure of speed. */
const patience = 180_000;

function encode(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: String(value) } : value;
}

function decode(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$bigint' in value) return BigInt(String(value.$bigint));
  return value;
}

function post(socketPath: string, body: string): Promise<string> {
  return new Promise((done, fail) => {
    const sent = request({ socketPath, method: 'POST', path: '/' }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      done(text);
    });
    sent.on('error', fail).end(body);
  });
}

export class Control {
  readonly #folder: string;
  readonly #window: string | undefined;

  constructor(folder: string, window: string | undefined) {
    this.#folder = folder;
    this.#window = window;
  }

  #socket(): string | undefined {
    if (this.#window !== undefined) return join(this.#folder, `${this.#window}.sock`);
    // Without the smoke test driver a window cannot be named: then it is the newest one.
    const all = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    const since = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return all.sort((a, b) => since(a) - since(b)).at(-1);
  }

  /** Waits until the window's extension host answers, another process than `before`. */
  async ready(before?: number): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      let problem: unknown;
      try {
        if ((await this.evaluate(() => process.pid)) !== before) return;
      } catch (error) {
        problem = error;
      }
      if (Date.now() > deadline) throw new Error('The extension host did not answer.', { cause: problem });
      await sleep(50);
    }
  }

  /** Runs `code` there. It sees nothing of the test's own scope; arguments and result travel as JSON, with URIs and bigints. */
  async evaluate<T, A extends readonly unknown[]>(
    code: (vscode: VSCodeApi, ...args: A) => T | PromiseLike<T>,
    ...args: A
  ): Promise<T> {
    const socket = this.#socket();
    if (socket === undefined) throw new Error('The extension host is not there yet.');
    const answer = JSON.parse(await post(socket, JSON.stringify({ source: String(code), args }, encode)), decode);
    if (answer.ok) return answer.value;
    throw Object.assign(new Error(`In the extension host: ${answer.message}\n${answer.stack ?? ''}`), {
      code: answer.code,
    });
  }
}
