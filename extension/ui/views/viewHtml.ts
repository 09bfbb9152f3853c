import * as vscode from 'vscode';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import type { InitialMap } from '../../protocol/mapTypes.ts';
import type { InitialView } from '../../protocol/viewTypes.ts';

/** What draws the first rows, as text. */
export interface ViewBundle {
  readonly script: string;
  readonly style: string;
}

/** Where the bundles are, in the extension and so in the package. */
export function viewResources(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/** `names`: of the files in the package. */
export async function loadViewBundle(
  extensionUri: vscode.Uri,
  names: { readonly script: string; readonly style: string } = { script: 'first.js', style: 'webview.css' },
): Promise<ViewBundle> {
  const read = async (name: string) => {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(viewResources(extensionUri), name));
    return decodeUtf8Strict(bytes) ?? '';
  };
  const [script, style] = await Promise.all([read(names.script), read(names.style)]);
  return { script, style };
}

/**
 * The view's document. Everything that comes from outside is in one attribute, escaped, and read as JSON by the script;
 * nothing of it is ever markup. No script runs but ours, and nothing is loaded from anywhere but the package.
 *
 * The style and the script that draws the first bytes stand in the document itself, because VS Code shows a webview only
 * once all that its document asks for is there, and each resource is a way to the host and back. They are small: the
 * document travels as one message. The program and the icons' font come afterwards (webview/first.ts).
 */
export function viewHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  bundle: ViewBundle,
  initial: InitialView | InitialMap,
): string {
  const resource = (...path: string[]) =>
    webview.asWebviewUri(vscode.Uri.joinPath(viewResources(extensionUri), ...path)).toString();
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Memglass</title>
<style nonce="${nonce}">${bundle.style}</style>
</head>
<body data-initial="${escapeAttribute(JSON.stringify(initial))}" data-program="${resource('webview.js')}" data-icons="${resource('codicons', 'codicon.css')}">
<script nonce="${nonce}">${bundle.script}</script>
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
