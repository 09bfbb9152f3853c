// Runs in the page, before the program of a view: what VS Code gives a webview, and the channel to it.
import type { Port } from '../../../extension/protocol/port.ts';

/** What every page is told. */
export interface PageSettings {
  /** Those of the theme. */
  readonly variables: Readonly<Record<string, string>>;
  readonly bodyClass: string;
  /** Nothing that the view says arrives. Default false. */
  readonly isDeaf?: boolean;
}

declare global {
  interface Window {
    acquireVsCodeApi(): unknown;
    /** Of the document's policy; grows. Only in a page that is a webview. */
    violations?: string[];
    /** Resolves once all that the host and then the view have said by now is heard. Only in a page that is a webview. */
    delivered?(): Promise<void>;
  }
}

export interface PageInVSCode<Settings> {
  readonly settings: Settings;
  /** The host's end of the channel. */
  readonly port: Port;
}

/** Makes the page a webview: its theme, its policy's violations counted, and the API that a view acquires. */
export function enterVSCode<Settings extends PageSettings>(): PageInVSCode<Settings> {
  const settings = JSON.parse(document.currentScript?.dataset['settings'] ?? '') as Settings;
  const root = document.documentElement;
  for (const [name, value] of Object.entries(settings.variables)) root.style.setProperty(name, value);
  // The body is not there yet.
  new MutationObserver((_, observer) => {
    if (document.body === null) return;
    document.body.classList.add(settings.bodyClass);
    observer.disconnect();
  }).observe(root, { childList: true });

  const violations: string[] = [];
  window.violations = violations;
  document.addEventListener('securitypolicyviolation', (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });

  const fromView = new Set<(message: unknown) => void>();
  const toHost = new Line((message) => {
    for (const listener of fromView) listener(message);
  });
  const toView = new Line((data) => void window.dispatchEvent(new MessageEvent('message', { data })));
  window.delivered = async () => {
    await toView.delivered();
    await toHost.delivered();
  };
  window.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      if (settings.isDeaf !== true) toHost.send(message);
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  const port: Port = {
    post: (message) => toView.send(message),
    listen: (listener) => {
      fromView.add(listener);
      return () => fromView.delete(listener);
    },
  };
  return { settings, port };
}

/** Copies of messages, each heard in a task of its own, in order. Timers keep none: those begun by timers wait longer. */
class Line {
  readonly #ends = new MessageChannel();
  readonly #arriving: (() => void)[] = [];

  constructor(hear: (message: unknown) => void) {
    this.#ends.port2.onmessage = ({ data }: MessageEvent<{ readonly message: unknown } | undefined>) => {
      if (data === undefined) this.#arriving.shift()?.();
      else hear(data.message);
    };
  }

  send(message: unknown): void {
    this.#ends.port1.postMessage({ message });
  }

  /** Resolves once all that was sent before is heard. */
  delivered(): Promise<void> {
    return new Promise((resolve) => {
      this.#arriving.push(resolve);
      this.#ends.port1.postMessage(undefined);
    });
  }
}
