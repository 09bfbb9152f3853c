import type * as vscode from 'vscode';
import type { Port } from '../../protocol/port.ts';

/** The host's end of the channel to a webview. */
export function portOf(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (listener) => {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => subscription.dispose();
    },
  };
}
