import * as vscode from 'vscode';
import type { InitialView } from '../protocol/viewTypes.ts';

/** Where the bundles are, in the extension and so in the package. */
export function viewResources(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/**
 * The view's document. Everything that comes from outside is in one attribute, escaped, and read as JSON by the script;
 * nothing of it is ever markup. No script runs but ours, and nothing is loaded from anywhere but the package.
 */
export function viewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, initial: InitialView): string {
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(viewResources(extensionUri), name));
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${resource('webview.css').toString()}">
<title>Memglass</title>
</head>
<body data-initial="${escapeAttribute(JSON.stringify(initial))}">
<script nonce="${nonce}" src="${resource('webview.js').toString()}"></script>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${resource('codicons/codicon.css').toString()}">
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
