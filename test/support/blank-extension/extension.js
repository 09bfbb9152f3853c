// The floor for the benchmarks: a custom editor that reads nothing and paints one element, and whose host answers a
// ping. What Memglass needs beyond this is Memglass's own; the rest is VS Code's.
const { randomBytes } = require('node:crypto');
const vscode = require('vscode');

const page = (nonce) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'">
</head>
<body>
<div id="blank">blank</div>
<script nonce="${nonce}">
const host = acquireVsCodeApi();
const waiting = new Map();
let last = 0;
addEventListener('message', (event) => { waiting.get(event.data.id)?.(event.data); waiting.delete(event.data.id); });
// ping(n): the answer carries n bytes, and when it was sent.
window.ping = (bytes = 0) => new Promise((resolve) => {
  const id = ++last;
  waiting.set(id, resolve);
  host.postMessage({ type: 'ping', id, bytes });
});
</script>
</body>
</html>`;

exports.activate = (context) => {
  const provider = {
    openCustomDocument: (uri) => ({ uri, dispose() {} }),
    resolveCustomEditor(_document, panel) {
      const { webview } = panel;
      webview.options = { enableScripts: true };
      webview.onDidReceiveMessage(({ id, bytes }) => {
        const sentAt = performance.timeOrigin + performance.now();
        webview.postMessage(bytes > 0 ? { id, sentAt, bytes: new Uint8Array(bytes) } : { id, sentAt });
      });
      webview.html = page(randomBytes(16).toString('hex'));
    },
  };
  for (const viewType of ['blank.editor', 'blank.optional']) {
    context.subscriptions.push(vscode.window.registerCustomEditorProvider(viewType, provider));
  }
};
