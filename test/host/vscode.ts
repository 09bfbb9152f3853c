// A real VS Code for tests: its server with a state folder of its own in the temp folder, on a free port.
// The page that talks to it is workbench.ts.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.ts';
import { killSession, sessionMembers } from './processes.ts';

const codeServer = join(root, '.cache/vscode-4.139.1/node_modules/code-server/out/node/entry.js');
const node = join(root, 'node_modules/.bin/node');

/** Lets a test run code in the extension host; see its extension.js. */
const controlExtension = join(root, 'test/support/control-extension');

/** Settings that keep VS Code from doing anything a test did not ask for. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'git.enabled': false,
  'files.simpleDialog.enable': true,
  // The web's own default is afterDelay; a test of auto save overrides this.
  'files.autoSave': 'off',
};

export interface StartOptions {
  /** Added to, or replacing, the quiet settings. */
  readonly settings?: Record<string, unknown>;
  /** A package to install, as a user would. */
  readonly vsix?: string;
  /** Folders of plain extensions to put beside it. */
  readonly extensions?: readonly string[];
  /** An extension folder to run from source instead of a package. VS Code takes one only. */
  readonly development?: string;
  /** A script that exports `run()`, to be run in the extension host of every window opened. */
  readonly tests?: string;
  /** The folder to open; by default an empty one, deleted at the end. */
  readonly workspace?: string;
  /** By default one that is free. */
  readonly port?: number;
  /** More environment for the server and its extension hosts. */
  readonly environment?: Record<string, string>;
  /** Off for a person's VS Code: then no test can run code in its extension host. */
  readonly control?: boolean;
  /** On for tests of folders that are not trusted; off, everything is trusted. */
  readonly workspaceTrust?: boolean;
  /** Who runs it, where that is not who tests it; only root can. Everything it writes is given to this user. */
  readonly user?: ServerUser;
  /** Off only for tests of notifications: with it toasts are not shown, without it `development` and `tests` do nothing. */
  readonly smokeTestDriver?: boolean;
}

export interface ServerUser {
  readonly uid: number;
  /** Becomes that user and runs the rest of the line. */
  readonly command: readonly string[];
}

const running = new Set<VSCode>();

function killAll(): void {
  for (const server of running) server.killNow();
}

process.once('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(130); // runs killAll
  });
}

function isJson(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Not one that the kernel may give to a connection until the server listens, or while it is started again. */
async function freePort(): Promise<number> {
  const own = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').split(/\s+/).map(Number);
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 40_000);
    const isOwn = port >= (own[0] ?? 0) && port <= (own[1] ?? 0);
    if (!isOwn && (await isFree(port))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const isListening = await new Promise<boolean>((done) => {
    probe.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
  });
  if (isListening) await new Promise((done) => probe.close(done));
  return isListening;
}

/** Milliseconds until a server counts as one that does not come: no measure of speed. */
const patience = 180_000;

export class VSCode {
  readonly port: number;
  readonly url: string;
  readonly workspace: string;
  /** Where the control extension of each window listens. */
  readonly controlFolder: string;
  readonly #options: StartOptions;
  readonly #state: string;
  #process: ChildProcess | undefined;
  #output = '';
  #windows = 0;

  private constructor(options: StartOptions, state: string, port: number) {
    this.#options = options;
    this.#state = state;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.workspace = options.workspace ?? join(state, 'workspace');
    this.controlFolder = join(state, 'control');
  }

  /** Starts a server and waits until it answers. Always `stop()` it in a `finally`. */
  static async start(options: StartOptions = {}): Promise<VSCode> {
    const state = mkdtempSync(join(tmpdir(), 'memglass-vscode-'));
    const server = new VSCode(options, state, options.port ?? (await freePort()));
    try {
      for (const folder of ['home', 'tmp', 'data/User', 'ext', 'control'])
        mkdirSync(join(state, folder), { recursive: true });
      mkdirSync(server.workspace, { recursive: true });
      writeFileSync(join(state, 'config.yaml'), '');
      server.#writeSettings();
      server.#install();
      await server.#spawn();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  #arguments(): string[] {
    const at = (name: string) => join(this.#state, name);
    return [codeServer, '--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('ext')];
  }

  #environment(): Record<string, string> {
    return {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: join(this.#state, 'home'),
      TMPDIR: join(this.#state, 'tmp'),
      LANG: 'C.UTF-8',
      // No marketplace: nothing is looked up outside the machine.
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      MEMGLASS_CONTROL: this.controlFolder,
      ...this.#options.environment,
    };
  }

  #install(): void {
    // Folders first: VS Code lists what it finds only as long as there is no list yet, and installing makes one.
    const control = this.#options.control === false ? [] : [controlExtension];
    for (const folder of [...control, ...(this.#options.extensions ?? [])]) {
      const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      cpSync(folder, join(this.#state, 'ext', `${publisher}.${name}-${version}`), { recursive: true });
    }
    if (this.#options.vsix === undefined) return;
    const vsix = resolve(this.#options.vsix);
    if (!existsSync(vsix)) throw new Error(`${vsix} does not exist; "npm run package" makes it.`);
    const done = spawnSync(node, [...this.#arguments(), '--install-extension', vsix], {
      env: this.#environment(),
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`Installing ${vsix} failed.\n${done.stdout}${done.stderr}`);
  }

  async #spawn(): Promise<void> {
    const flags = [
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${this.port}`,
      '--disable-telemetry',
      '--disable-update-check',
    ];
    flags.push('--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened');
    if (this.#options.workspaceTrust !== true) flags.push('--disable-workspace-trust');
    if (this.#options.smokeTestDriver !== false) flags.push('--vscode-option', 'enable-smoke-test-driver');
    // The shell is the leader of a session of its own and ends it when its input closes, so nothing is left even
    // when this process is killed with SIGKILL. When the server ends by itself, the shell ends too.
    const script = '{ "$@" </dev/null; kill -TERM $$; } & read -r _; kill -KILL -$$';
    const { uid, command = [] } = this.#options.user ?? {};
    if (uid !== undefined) execFileSync('chown', ['-R', String(uid), this.#state, this.workspace]);
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...command, node, ...this.#arguments(), ...flags], {
      env: this.#environment(),
      cwd: this.workspace,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-200_000);
      });
    }
    child.stdin?.on('error', () => {});
    await this.#ready(child);
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`VS Code's server ended at once.\n${this.#output}`);
      try {
        if ((await fetch(`${this.url}/healthz`)).ok) return;
      } catch {
        // not listening yet
      }
      await sleep(50);
    }
    throw new Error(`VS Code's server did not answer within ${patience / 1000} s.\n${this.#output}`);
  }

  /** The address of a new window and the name under which its control extension listens. */
  newWindow(folder: string = this.workspace): { address: string; name: string | undefined } {
    const { development, tests, smokeTestDriver } = this.#options;
    const address = `${this.url}/?folder=${encodeURIComponent(folder)}`;
    if (smokeTestDriver === false) return { address, name: undefined };
    const name = `window${++this.#windows}`;
    const remote = (path: string) => `vscode-remote://127.0.0.1:${this.port}${resolve(path)}`;
    const payload = [['extensionEnvironment', JSON.stringify({ MEMGLASS_WINDOW: name })]];
    if (development !== undefined) payload.push(['extensionDevelopmentPath', remote(development)]);
    if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)]);
    return { address: `${address}&payload=${encodeURIComponent(JSON.stringify(payload))}`, name };
  }

  get #settingsFile(): string {
    return join(this.#state, 'data/User/settings.json');
  }

  #writeSettings(): void {
    const settings = { ...quietSettings, ...this.#options.settings };
    writeFileSync(this.#settingsFile, `${JSON.stringify(settings, undefined, 2)}\n`);
  }

  /** What the server and its extension hosts have logged, for a failure report. */
  logs(): string {
    const folder = join(this.#state, 'data/logs');
    const parts = [`==== server output\n${this.#output}`];
    for (const path of globSync('**/*.log', { cwd: folder }).sort()) {
      const text = readFileSync(join(folder, path), 'utf8').trim();
      if (text !== '') parts.push(`==== ${path}\n${text.slice(-50_000)}`);
    }
    return `${parts.join('\n')}\n`;
  }

  /** Ends the server, kindly at first, and deletes its state. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    if (process.env['MEMGLASS_KEEP_STATE'] === undefined) {
      rmSync(this.#state, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } else {
      console.log(`state kept in ${this.#state}`);
    }
  }

  /** SIGKILL for the server and all its extension hosts at once, as a power cut would. The state stays for `restart`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts again on the same state and port, so that a window can restore what it had. */
  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    // VS Code writes its settings in place: a kill may have come between.
    if (!isJson(this.#settingsFile)) this.#writeSettings();
    await this.#spawn();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const pid = this.#process?.pid;
    this.#process = undefined;
    if (pid === undefined) return;
    if (signal === 'SIGTERM') {
      const deadline = Date.now() + 3000;
      killSession(pid, 'SIGTERM', pid); // not the shell: it would end the others with SIGKILL
      while (sessionMembers(pid).some((member) => member !== pid) && Date.now() < deadline) await sleep(25);
    }
    const deadline = Date.now() + 30_000;
    while (killSession(pid, 'SIGKILL') > 0 && Date.now() < deadline) await sleep(10);
    running.delete(this);
  }

  /** For the end of this process only: no waiting, the state is deleted. */
  killNow(): void {
    if (this.#process?.pid !== undefined) killSession(this.#process.pid, 'SIGKILL');
    rmSync(this.#state, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }
}
