import type { Port } from '../extension/protocol/port.ts';

/** The page's end of the channel to the extension host. */
export function portTo(vscode: { postMessage(message: unknown): void }): Port {
  return {
    post: (message) => vscode.postMessage(message),
    listen: (listener) => {
      const onMessage = (event: MessageEvent) => listener(event.data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
}
