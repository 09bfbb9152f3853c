// Makes a fresh machine ready to build, test and start Memglass: the project's packages, the system packages, and a
// real VS Code. Plain JavaScript for any Node >= 18, because Node 24 itself comes with the project's packages.
// Everything is checked first, so a second run takes well under a second.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const codeServerVersion = '4.139.1';
/** The version in the name makes an update a new folder, never a half-updated one. */
export const codeServerFolder = join(root, '.cache/vscode-4.139.1');

class SetupError extends Error {}

const say = (text) => console.log(`setup: ${text}`);

/** First match of `names` on PATH, or undefined. */
function onPath(...names) {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(':')) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path) && statSync(path).isFile()) return path;
    }
  }
  return undefined;
}

/** The browser that the tests drive. chromium-headless-shell is the quickest to open a first editor. */
export function findBrowser() {
  const chosen = process.env['MEMGLASS_BROWSER'];
  if (chosen !== undefined && chosen !== '') {
    if (!existsSync(chosen)) throw new SetupError(`MEMGLASS_BROWSER names ${chosen}, which does not exist.`);
    return chosen;
  }
  return onPath('chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

/** The environment for an npm inside an npm script: the user's settings stay, the outer project's own do not. */
export function cleanEnvironment() {
  const outer =
    /^npm_(package_|lifecycle_|config_(local_prefix|prefix|global_prefix|ignore_scripts|noproxy)$|command$|execpath$)|^INIT_CWD$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
  return { ...env, PATH: `${join(root, 'node_modules/.bin')}:${env['PATH'] ?? ''}` };
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  if (done.error === undefined && done.status === 0) return;
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n').slice(-40).join('\n');
  throw new SetupError(
    `"${command} ${args.join(' ')}" failed (${done.error?.message ?? `exit ${done.status ?? done.signal}`}).\n${output}`,
  );
}

/** npm's own record of what it installed, compared with what the lock file asks for. No stamp of ours can go stale. */
function packagesAreCurrent() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
    for (const [path, entry] of Object.entries(wanted)) {
      if (path === '' || entry.link) continue;
      const installed = present[path];
      if (installed === undefined ? !entry.optional && !entry.peer : installed.version !== entry.version) return false;
    }
    return Object.keys(present).every((path) => path in wanted) && existsSync(join(root, 'node_modules/.bin/node'));
  } catch {
    return false;
  }
}

function installPackages() {
  if (packagesAreCurrent()) return;
  say('installing the npm packages of package-lock.json (once; about half a minute)');
  // --include=dev: NODE_ENV=production or omit=dev in a user's settings would leave out the tools.
  run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-fund', '--no-audit']);
}

function missingSystemPackages() {
  const missing = [];
  if (findBrowser() === undefined) missing.push('chromium-headless-shell');
  // Without a monospace font the hex columns do not line up in screenshots.
  if (!existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf')) missing.push('fonts-dejavu-core');
  if (onPath('python3') === undefined) missing.push('python3');
  if (onPath('make') === undefined) missing.push('make');
  if (onPath('g++') === undefined) missing.push('g++');
  // The sweeper's search engine, linked statically.
  if (!existsSync('/usr/include/hs/hs.h')) missing.push('libvectorscan-dev');
  return missing;
}

function installSystemPackages() {
  const missing = missingSystemPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const aptGet = onPath('apt-get');
  if (process.getuid?.() !== 0 || aptGet === undefined) {
    const browser = missing.includes('chromium-headless-shell')
      ? ' For another browser, set MEMGLASS_BROWSER to its path.'
      : '';
    throw new SetupError(
      `These system packages are missing: ${missing.join(', ')}. Install them (Debian: sudo ${command}) and run this again.${browser}`,
    );
  }
  say(`installing system packages: ${missing.join(' ')}`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  // A package list of yesterday may name files that are gone from the mirror, so it is always refreshed first.
  run(aptGet, ['update', '-q'], options);
  run(aptGet, ['install', '-y', '-q', '--no-install-recommends', ...missing], options);
}

/** Parts of the server's 870 MB that no test needs. Relative to lib/vscode. */
const pruned = [
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
];

function installVSCode() {
  if (existsSync(codeServerFolder)) return;
  say(`installing VS Code's server, code-server ${codeServerVersion} (once; about 320 MB in .cache)`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (const name of readdirSync(join(root, '.cache'))) {
    // What an interrupted run left, unless that run is still at it.
    const owner = /^vscode-.*\.partial-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(root, '.cache', name), { recursive: true, force: true });
  }
  const partial = `${codeServerFolder}.partial-${process.pid}`;
  mkdirSync(partial);
  writeFileSync(
    join(partial, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'code-server': codeServerVersion } }),
  );
  // The server's own npm-shrinkwrap.json decides the versions of what it needs.
  const npm = ['install', '--ignore-scripts', '--omit=dev', '--no-fund', '--no-audit'];
  run('npm', npm, { cwd: partial });
  const server = join(partial, 'node_modules/code-server/lib/vscode');
  run('npm', npm, { cwd: server });
  for (const part of pruned) rmSync(join(server, part), { recursive: true, force: true });
  try {
    renameSync(partial, codeServerFolder);
  } catch (error) {
    if (!existsSync(codeServerFolder)) throw error;
    rmSync(partial, { recursive: true, force: true }); // another run was quicker
  }
}

/** Everything, in the order of need. Throws a SetupError whose message is for the user. */
export function setup() {
  installPackages();
  installSystemPackages();
  installVSCode();
}

/** Runs `setup` for a script: a failure in words, not as a stack. Gives false when it failed. */
export function setupForScript() {
  const start = Date.now();
  try {
    setup();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    return false;
  }
  say(`ready (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !setupForScript()) process.exitCode = 1;
