// Lets a test outside VS Code run code inside its extension host: the body of a request is a function's source and its
// arguments, the answer is its result. It listens on a Unix socket in a folder that only the test's own server is told
// of, and is never part of the package.
const { mkdirSync, renameSync, symlinkSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const vscode = require('vscode');

/** JSON has no URIs and no bigints: `{"$uri": "file:///x"}` and `{"$bigint": "1"}` stand for them in both directions. */
function revive(_key, value) {
  if (typeof value?.$uri === 'string') return vscode.Uri.parse(value.$uri, true);
  if (typeof value?.$bigint === 'string') return BigInt(value.$bigint);
  return value;
}

function replace(key, value) {
  const original = this[key]; // a Uri's toJSON has already run on `value`
  if (original instanceof vscode.Uri) return { $uri: original.toString() };
  return typeof value === 'bigint' ? { $bigint: String(value) } : value;
}

async function answer(body) {
  try {
    const { source, args } = JSON.parse(body, revive);
    const value = await new Function(`return (${source})`)()(vscode, ...args);
    return JSON.stringify({ ok: true, value }, replace);
  } catch (error) {
    return JSON.stringify({
      ok: false,
      message: String(error?.message ?? error),
      stack: error?.stack,
      code: error?.code,
    });
  }
}

exports.activate = (context) => {
  // Keys that a test presses: one to find out whether the chords of a page reach their commands yet, and one that is
  // heard wherever the keyboard is, to find out whether all that were pressed before it have been.
  globalThis.keysHeard = 0;
  globalThis.endsHeard = 0;
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass-test.hearKey', () => {
      globalThis.keysHeard++;
    }),
    vscode.commands.registerCommand('memglass-test.hearEnd', () => {
      globalThis.endsHeard++;
    }),
  );
  const folder = process.env.MEMGLASS_CONTROL;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  // Each window has an extension host of its own, and another one after a reload, which may come before that one has
  // ended: ending takes its socket away, and must not take the other's.
  const socket = join(folder, `pid${process.pid}.sock`);
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end(await answer(Buffer.concat(chunks).toString()));
  });
  server.listen(socket, () => {
    // The test names the window in its address.
    const name = process.env.MEMGLASS_WINDOW;
    if (name === undefined) return;
    symlinkSync(socket, `${socket}.link`);
    renameSync(`${socket}.link`, join(folder, `${name}.sock`));
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
