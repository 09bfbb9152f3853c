// Makes dist/ (what the package holds) and out/test/vscode/ (the tests that run inside the extension host).
// `--dev` keeps names and adds inline source maps. What is not written yet is left out with a line that says so.
import { copyFileSync, existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

process.chdir(import.meta.dirname);
const dev = process.argv.includes('--dev');

const common = {
  bundle: true,
  logLevel: 'warning',
  charset: 'utf8',
  legalComments: 'none',
  minify: !dev,
  sourcemap: dev ? 'inline' : false,
};

/**
 * VS Code's API is asked for once, not by each file that imports it: of a CommonJS module esbuild makes every importer a
 * copy, property by property, and with 600 of them in 90 files that was half of the time the extension took to load.
 */
const onceVscode = {
  name: 'once-vscode',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace("import * as vscode from 'vscode';", ''), loader: 'ts' };
    });
  },
};

/** The host: VS Code's Node. `require` of the addon stays, because it lies beside the bundle. */
const host = {
  ...common,
  // A text of ASCII alone takes V8 half the memory, and is read and compiled sooner.
  charset: 'ascii',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', '*.node'],
  // CommonJS has no import.meta; code that asks where it is must get an answer.
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
  banner: {
    js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;const vscode=require("vscode");',
  },
  plugins: [onceVscode],
};

const page = { ...common, platform: 'browser', format: 'iife', target: 'es2023' };

/** Bundles one entry, or says that it is not there yet. */
async function bundle(entry, outfile, options) {
  if (existsSync(entry)) await build({ ...options, entryPoints: [entry], outfile });
  else console.log(`esbuild: ${entry} does not exist yet; ${outfile} is left out`);
}

function copy(from, to) {
  if (!existsSync(from)) {
    console.log(`esbuild: ${from} does not exist yet; ${to} is left out`);
    return;
  }
  mkdirSync(dirname(to), { recursive: true });
  // A loaded addon must not be overwritten in place: a running VS Code would crash. A rename leaves it its old file.
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}

await bundle('extension/extension.ts', 'dist/extension.cjs', host);
await bundle('webview/main.ts', 'dist/webview.js', page);
await bundle('webview/first.ts', 'dist/first.js', page);
await bundle('webview/memoryMap.ts', 'dist/memoryMap.js', page);
await bundle('webview/memoryMap.css', 'dist/memoryMap.css', { ...page, external: ['*.ttf'] });
await bundle('webview/hexView.css', 'dist/webview.css', { ...page, external: ['*.ttf'] });
copy('native/build/Release/memglass.node', 'dist/memglass.node');
for (const file of ['codicon.css', 'codicon.ttf'])
  copy(join('node_modules/@vscode/codicons/dist', file), join('dist/codicons', file));

// Every test file is found by its name, so none can be forgotten. Old results go first, or a deleted test would live on.
rmSync('out/test/vscode', { recursive: true, force: true });
const tests = globSync('test/vscode/**/*.test.ts');
if (!existsSync('test/vscode/index.ts')) console.log('esbuild: test/vscode/index.ts does not exist yet');
else {
  await build({
    ...host,
    minify: false,
    sourcemap: 'inline',
    external: [...host.external, 'mocha'],
    entryPoints: ['test/vscode/index.ts', ...tests],
    outbase: 'test/vscode',
    outdir: 'out/test/vscode',
    outExtension: { '.js': '.cjs' },
  });
}
