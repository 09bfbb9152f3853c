// A small server on the loopback that gives a browser the view's document as VS Code would: the same markup, the same
// policy, and in place of VS Code a script of its own (hostInPage.ts).
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../host/paths.ts';

export interface PageServer<Initial, Settings> {
  readonly origin: string;
  /** The address of a document with these contents. The same id again replaces it. */
  serve(id: string, initial: Initial, settings: Settings): string;
  close(): Promise<void>;
}

/** What a document is made of: files of dist/, and a script of this folder that stands in for VS Code. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly host: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.ttf': 'font/ttf',
  '.html': 'text/html; charset=utf-8',
};

/** The policy of extension/ui/views/viewHtml.ts; a test compares the two. */
export function policyOf(nonce: string, cspSource: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${cspSource}`,
    `font-src ${cspSource}`,
  ].join('; ');
}

export async function startServer<Initial, Settings>(parts: PageParts): Promise<PageServer<Initial, Settings>> {
  const [script, style, hostScript] = await Promise.all([
    readFile(join(root, 'dist', parts.script), 'utf8'),
    readFile(join(root, 'dist', parts.style), 'utf8'),
    bundleHost(parts.host),
  ]);
  const documents = new Map<string, () => string>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const send = (status: number, type: string, body: string | Buffer) => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    };
    const html = documents.get(path.slice(1));
    if (html !== undefined) return send(200, types['.html'] ?? '', html());
    if (!/^\/(webview\.js|codicons\/codicon\.(css|ttf))$/.test(path)) return send(404, 'text/plain', 'no');
    void readFile(join(root, 'dist', path)).then((body) => send(200, types[extname(path)] ?? '', body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    serve(id, initial, settings) {
      documents.set(id, () => {
        const nonce = crypto.randomUUID();
        return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(nonce, origin)}">
<title>Memglass</title>
<script nonce="${nonce}" data-settings="${escapeAttribute(JSON.stringify(settings))}">${hostScript}</script>
<style nonce="${nonce}">${style}</style>
</head>
<body data-initial="${escapeAttribute(JSON.stringify(initial))}" data-program="${origin}/webview.js" data-icons="${origin}/codicons/codicon.css">
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
      });
      return `${origin}/${id}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bundleHost(name: string): Promise<string> {
  const built = await build({
    entryPoints: [join(import.meta.dirname, name)],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
  });
  return built.outputFiles[0]?.text ?? '';
}

function escapeAttribute(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
