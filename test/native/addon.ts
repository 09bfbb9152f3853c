// What the tests of the native addon share: the addon itself, files to try it on, and second processes.
import { type SpawnSyncOptionsWithStringEncoding, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NativeAddon, NativeFile, ReadOutcome } from '../../native/index.d.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The binary under test: MEMGLASS_ADDON (the sanitised one), or the release build. */
export const binary = process.env['MEMGLASS_ADDON'] ?? join(root, 'native/build/Release/memglass.node');

export const addon = createRequire(import.meta.url)(binary) as NativeAddon;

/** A path as the addon takes it. A fresh ArrayBuffer: a pooled one would hide an overflow from AddressSanitizer. */
export function pathOf(path: string | Uint8Array): Uint8Array {
  return Uint8Array.from(typeof path === 'string' ? new TextEncoder().encode(path) : path);
}

/** Opens for the length of one test. */
export async function open(t: TestContext, path: string | Uint8Array): Promise<NativeFile> {
  const file = await addon.openFile(pathOf(path));
  t.after(() => file.close());
  return file;
}

/** Reads into a fresh array, which comes filled with 0x5a so that what is not written shows. */
export async function read(
  file: NativeFile,
  offset: number,
  length: number,
): Promise<ReadOutcome & { bytes: Uint8Array }> {
  const bytes = new Uint8Array(length).fill(0x5a);
  return { ...(await file.read(offset, bytes)), bytes };
}

/** A folder on the disk the repository is on, removed after the test. */
export function diskFolder(t: TestContext): string {
  mkdirSync(join(root, '.cache'), { recursive: true });
  return temporary(t, join(root, '.cache'));
}

/** A folder on the tmpfs that POSIX shared memory is on, removed after the test. */
export function shmFolder(t: TestContext): string {
  return temporary(t, '/dev/shm');
}

function temporary(t: TestContext, parent: string): string {
  const folder = mkdtempSync(join(parent, 'memglass-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command; what it said where it failed, undefined where it did not. */
export function failureOf(command: string, ...args: string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status === 0) return undefined;
  return `${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr.trim()}`;
}

/** Mounts a tmpfs, unmounted after the test; where that is not permitted, skips the test and answers undefined. */
export function mountTmpfs(t: TestContext, options: string): string | undefined {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'memglass-mount-'));
  const failure = failureOf('mount', '-t', 'tmpfs', '-o', options, 'memglass-test', folder);
  t.after(() => {
    failureOf('umount', '-l', folder);
    rmSync(folder, { recursive: true, force: true });
  });
  if (failure === undefined) return folder;
  t.skip(failure);
  return undefined;
}

/**
 * A command that has a system call fail by a seccomp filter, as containers have it, and then runs what follows it; or
 * why that cannot be done here. strace could inject the failure too, but it knows fewer calls by number or name, and does
 * not go together with AddressSanitizer.
 */
export function withoutCall(call: 'cachestat' | 'process_vm_readv', error: 'ENOSYS' | 'EPERM'): string[] | string {
  const numbers: Record<string, Record<string, number>> = {
    x64: { cachestat: 451, process_vm_readv: 310 },
    arm64: { cachestat: 451, process_vm_readv: 270 },
  };
  const number = numbers[process.arch]?.[call];
  if (number === undefined) return `the number of ${call} on ${process.arch} is not known to the test`;
  const script = `
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
# Load the call's number; if it is the one, fail; else allow.
code = b"".join(struct.pack("HBBI", *line) for line in [
    (0x20, 0, 0, 0), (0x15, 0, 1, ${number}), (0x06, 0, 0, 0x00050000 | ${error === 'EPERM' ? 1 : 38}), (0x06, 0, 0, 0x7fff0000)])
buffer = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer))
no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
for call in [(no_new_privileges, 1, 0, 0, 0), (set_seccomp, filter_mode, program, 0, 0)]:
    if libc.prctl(*call) != 0: sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
os.execv(sys.argv[1], sys.argv[1:])
`;
  const command = ['python3', '-c', script];
  const done = spawnSync('python3', ['-c', script, '/bin/true'], { encoding: 'utf8' });
  return done.status === 0 ? command : `seccomp: ${done.error?.message ?? done.stderr.trim()}`;
}

/**
 * JavaScript for a process of its own, which has `addon`, `pathOf(text)` and `args`. Not for the truth of its types:
 * it is a text. It must end by itself; `status` is null and `signal` set where it did not.
 */
export function runChild(
  body: string,
  args: string[] = [],
  options: Partial<SpawnSyncOptionsWithStringEncoding> & { through?: string[] } = {},
): SpawnSyncReturns<string> {
  const { through = [], ...rest } = options;
  const [command = '', ...words] = [...through, process.execPath, '-e', childScript(body), ...args];
  return spawnSync(command, words, childOptions(rest));
}

export function childScript(body: string): string {
  return `
    const addon = require(${JSON.stringify(binary)});
    const pathOf = (text) => Uint8Array.from(Buffer.from(text));
    const args = process.argv.slice(1);
    (async () => { ${body} })().catch((error) => { console.error(error); process.exit(70); });
  `;
}

/** Two minutes are no measure of speed: a process that has not ended by then hangs. */
export function childOptions(
  options: Partial<SpawnSyncOptionsWithStringEncoding> = {},
): SpawnSyncOptionsWithStringEncoding {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return { encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL', env, ...options };
}

/** Why another user's process cannot run the addon here, or undefined. */
export function nobodyCannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return 'setuid needs root';
  const done = runChild('', [], { uid: 65534, gid: 65534, cwd: '/' });
  return done.status === 0 ? undefined : `node as uid 65534: ${done.error?.message ?? done.stderr.trim()}`;
}

/** Waits until the addon holds nothing any more: files are closed on their threads. */
export async function nothingHeld(): Promise<void> {
  for (;;) {
    const { openFiles, threads, windows, attachments } = addon.counts();
    if (openFiles + threads + windows + attachments === 0) return;
    await sleep(2);
  }
}

/** A number of kB from /proc/self/status, in bytes. */
export function statusBytes(key: string): number {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${key}:`));
  return Number(line?.replace(/\D+/g, '')) * 1024;
}

export function isSanitized(): boolean {
  return addon.plantedOverflow !== undefined;
}
