// A file system that opens its one file and then never answers a read: the dead server of the tests. It speaks just
// enough of /dev/fuse (linux/fuse.h); the mount is over a plain file, so there are no folders and no names to look up.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { childOptions, failureOf, root } from './addon.ts';

const daemon = `
  const fs = require('node:fs');
  const INIT = 26, GETATTR = 3, OPEN = 14, READ = 15, STATFS = 17, RELEASE = 18, FORGET = 2, INTERRUPT = 36, BATCH_FORGET = 42;
  const request = Buffer.alloc(1 << 18);
  function reply(unique, error, body) {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(16 + body.length, 0);
    head.writeInt32LE(error, 4);
    head.writeBigUInt64LE(unique, 8);
    fs.writeSync(3, Buffer.concat([head, body]));
  }
  for (;;) {
    fs.readSync(3, request);
    const opcode = request.readUInt32LE(4);
    const unique = request.readBigUInt64LE(8);
    if (opcode === INIT) {
      const body = Buffer.alloc(64);
      body.writeUInt32LE(7, 0);
      body.writeUInt32LE(31, 4);
      body.writeUInt32LE(65536, 8);
      body.writeUInt32LE(1, 12); // FUSE_ASYNC_READ: a reader that is killed need not wait for us.
      body.writeUInt32LE(65536, 20);
      reply(unique, 0, body);
    } else if (opcode === GETATTR) {
      const body = Buffer.alloc(104);
      body.writeBigUInt64LE(1n, 16);
      body.writeBigUInt64LE(1n << 20n, 24);
      body.writeUInt32LE(0o100644, 76);
      body.writeUInt32LE(1, 80);
      reply(unique, 0, body);
    } else if (opcode === STATFS) {
      reply(unique, 0, Buffer.alloc(80));
    } else if (opcode === OPEN) {
      reply(unique, 0, Buffer.alloc(16));
    } else if (opcode === RELEASE) {
      reply(unique, 0, Buffer.alloc(0));
    } else if (opcode === READ) {
      fs.writeFileSync(process.argv[1], '');
    } else if (![FORGET, INTERRUPT, BATCH_FORGET].includes(opcode)) {
      reply(unique, -38, Buffer.alloc(0));
    }
  }
`;

/** For a child: has it wait until a read of the hung file that `path`, an expression, names is on its way. */
export const untilHung = (path: string) =>
  `while (!require('node:fs').existsSync(${path} + '.asked')) await new Promise((resolve) => setTimeout(resolve, 2));`;

/** The path of a file of 1 MiB whose reads hang until the test is over; undefined with the test skipped. */
export function mountHungFile(t: TestContext): string | undefined {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'memglass-hung-'));
  const path = join(folder, 'hung');
  writeFileSync(path, '');
  let fuse: number;
  try {
    fuse = openSync('/dev/fuse', 'r+');
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    t.skip(`/dev/fuse: ${(error as Error).message}`);
    return undefined;
  }
  const options = 'fd=3,rootmode=100644,user_id=0,group_id=0';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'memglass-test', path], {
    ...childOptions(),
    stdio: ['ignore', 'pipe', 'pipe', fuse],
  });
  if (mounted.status !== 0) {
    closeSync(fuse);
    rmSync(folder, { recursive: true, force: true });
    t.skip(`mount -t fuse: ${mounted.stderr.trim()}`);
    return undefined;
  }
  const server = spawn(process.execPath, ['-e', daemon, `${path}.asked`], {
    stdio: ['ignore', 'inherit', 'inherit', fuse],
  });
  closeSync(fuse);
  // The last descriptor of the connection goes with the daemon; the kernel then fails all that waits (ECONNABORTED).
  t.after(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    failureOf('umount', '-l', path);
    rmSync(folder, { recursive: true, force: true });
  });
  return path;
}
