import { SourceError, type SourceErrorCode, type SourceErrorDetail } from '../core/sourceError.ts';
import type { Port } from './port.ts';

/**
 * Calls over a Port, typed by the interface of the other end: a method that returns a promise is a request and always
 * gets an answer, a failure included; a method that returns void is a notice and gets none.
 */

/** A method of a service as this file handles it. `never[]` lets any parameter list be assigned to it. */
type Method = (...args: never[]) => unknown;
type Service<T> = { [K in keyof T]: T[K] extends Method ? T[K] : never };

type RequestName<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof T];
type NoticeName<T> = Exclude<keyof T, RequestName<T>>;
type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Answer<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;

export interface Remote<T> {
  /** Rejects with a SourceError where the other end threw one, else with an Error; also when the connection is closed. */
  request<K extends RequestName<T> & string>(method: K, ...args: Arguments<T[K]>): Promise<Answer<T[K]>>;
  notify<K extends NoticeName<T> & string>(method: K, ...args: Arguments<T[K]>): void;
  /** Rejects what is still unanswered: what was there is gone, and something else may come to answer what is asked next. */
  abandon(): void;
  /** Stops listening and rejects what is still unanswered. */
  dispose(): void;
}

/** What travels. Byte arrays inside must own their whole buffer: a view drags all of its buffer along. */
type Message =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'notice'; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError };

interface WireError {
  readonly code?: SourceErrorCode;
  readonly detail?: SourceErrorDetail;
  readonly message: string;
}

/** Serves `local` on the port and returns the caller's side of the service at the other end. */
export function connect<Theirs, Ours>(port: Port, local: Service<Ours>): Remote<Theirs> {
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let isClosed = false;

  const stopListening = port.listen((raw) => {
    const message = raw as Message;
    switch (message.kind) {
      case 'request':
        void serve(message.method, message.args)
          .then((value) => answer({ kind: 'answer', id: message.id, value }))
          // Also where the answer itself cannot travel.
          .catch((error: unknown) => answer({ kind: 'failure', id: message.id, error: toWire(error) }));
        return;
      case 'notice':
        // A notice has nobody to answer to: let its failure surface as an unhandled rejection in the log.
        void serve(message.method, message.args);
        return;
      case 'answer':
        settle(message.id)?.resolve(message.value as never);
        return;
      case 'failure':
        settle(message.id)?.reject(fromWire(message.error));
        return;
    }
  });

  /** Once closed, the other end is gone, and posting to it may throw. */
  function answer(message: Message): void {
    if (!isClosed) port.post(message);
  }

  async function serve(method: string, args: readonly unknown[]): Promise<unknown> {
    // What every object has (constructor, toString, …) is no method of the service.
    const found: unknown = method in Object.prototype ? undefined : local[method as keyof Ours];
    if (typeof found !== 'function') throw new Error(`no method ${method}`);
    return await (found as (...args: readonly unknown[]) => unknown).apply(local, [...args]);
  }

  function abandon(): void {
    for (const { reject } of pending.values()) reject(closed());
    pending.clear();
  }

  function settle(id: number) {
    const call = pending.get(id);
    pending.delete(id);
    return call;
  }

  return {
    request(method, ...args) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        if (isClosed) throw closed();
        pending.set(id, { resolve, reject });
        port.post({ kind: 'request', id, method, args } satisfies Message);
      });
    },
    notify(method, ...args) {
      port.post({ kind: 'notice', method, args } satisfies Message);
    },
    abandon,
    dispose() {
      isClosed = true;
      stopListening();
      abandon();
    },
  };
}

function closed(): Error {
  return new Error('the connection is closed');
}

function toWire(error: unknown): WireError {
  if (error instanceof SourceError) return { code: error.code, detail: error.detail, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}

function fromWire(error: WireError): Error {
  return error.code === undefined ? new Error(error.message) : new SourceError(error.code, error.detail);
}
