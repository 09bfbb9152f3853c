import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { attachCode, cString } from '../../../../extension/core/sharedMemory/attachCode.ts';
import type { SharedMemoryScan } from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import { descriptor, entry, facts, joinSharedMemory, KERNEL, process, segment } from './sharedMemoryScans.ts';

/** The lines for the first object that is found. */
function codeOf(found: Partial<SharedMemoryScan>): string | undefined {
  const [object] = joinSharedMemory(found).objects;
  assert.ok(object !== undefined);
  return attachCode(object);
}

describe('the lines of C that attach', () => {
  test('POSIX, with the name escaped', () => {
    const code = codeOf({ folder: [entry('a "ring"\n', 5n, { facts: facts({ size: 65536n }) })] });
    assert.match(code ?? '', /shm_open\("\/a \\"ring\\"\\n", O_RDWR, 0\)/);
    assert.match(code ?? '', /65536 bytes/);
  });

  test('a semaphore without its prefix', () => {
    assert.match(codeOf({ folder: [entry('sem.ready', 5n)] }) ?? '', /sem_open\("\/ready", 0\)/);
  });

  test('System V by its key, or by its id where no key leads to it', () => {
    assert.match(codeOf({ segments: [segment(7, { key: -1 })] }) ?? '', /shmget\(\(key_t\)0xFFFFFFFF, 0, 0\)/);
    assert.match(codeOf({ segments: [segment(7, { key: 0 })] }) ?? '', /int id = 7; {2}\/\* IPC_PRIVATE/);
    const removed = segment(7, { key: 0, isRemoved: true, attachments: 1 });
    assert.match(codeOf({ segments: [removed] }) ?? '', /int id = 7; {2}\/\* removed/);
  });

  test('none for what no call reaches', () => {
    assert.equal(codeOf({ folder: [entry('folder/ring', 5n)] }), undefined);
    const descriptors = [descriptor(10, 3, '/memfd:buffer (deleted)', KERNEL, 7n, { links: 0 })];
    assert.equal(codeOf({ processes: [process(10)], descriptors }), undefined);
  });
});

test('a string literal is, to a compiler, the bytes it was made of', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'memglass-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((bytes) => !bytes.includes(0));
  const hard = ['??/', '\\x41', 'a\x01\x32', '"', '\xff0', '%s', '*/'].map((text) => Buffer.from(text, 'latin1'));
  const samples = [...hard, ...fc.sample(anyBytes, 50)];
  const rows = samples.map((bytes) => `  { ${cString(bytes)}, sizeof ${cString(bytes)} - 1 },`);
  const source = `#include <stdio.h>
static const struct { const char *text; size_t length; } all[] = {
${rows.join('\n')}
};
int main(void) {
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    for (size_t j = 0; j < all[i].length; ++j) printf("%02x", (unsigned char)all[i].text[j]);
    putchar('\\n');
  }
}
`;
  writeFileSync(join(folder, 'strings.c'), source);
  const program = join(folder, 'strings');
  execFileSync('cc', ['-std=c11', '-trigraphs', '-Wall', '-Werror', '-o', program, join(folder, 'strings.c')]);
  const said = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual(
    said,
    samples.map((bytes) => Buffer.from(bytes).toString('hex')),
  );
});
