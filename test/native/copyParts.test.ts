// Copies that were cut off midway: what they have left beside their file goes with the next copy into that folder, and nothing
// else does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { addon, binary, diskFolder, isSanitized, pathOf, root } from './addon.ts';

/** A copy that stands still once its first bytes are written. */
const script = `
import { createRequire } from 'node:module';
import { createPlatform } from ${JSON.stringify(join(root, 'extension/platform/platform.ts'))};
import { EditedSource } from ${JSON.stringify(join(root, 'extension/platform/editing/editedSource.ts'))};
const [binary, storage, from, to] = process.argv.slice(1);
const addon = createRequire(import.meta.url)(binary);
const still = { ...addon, openFile: async (path) => {
  const file = await addon.openFile(path);
  const write = file.write.bind(file);
  file.write = async (...args) => { await write(...args); console.log('written'); await new Promise(() => setInterval(() => {}, 1000)); };
  return file;
} };
const pathOf = (text) => Uint8Array.from(Buffer.from(text));
const platform = createPlatform(still, storage);
const watched = await platform.watch({ kind: 'file', path: pathOf(from) });
await platform.writeCopy(new EditedSource(watched), pathOf(to), () => false);
`;

const stranger = '.memglass-00000000-0000-4000-8000-00000000000';

test('what a killed copy has left goes with the next one, and not before its maker has ended', async (t) => {
  if (isSanitized()) return t.skip('a second Node would need the sanitizer, too');
  const folder = diskFolder(t);
  const from = join(folder, 'from');
  mkdirSync(join(folder, 'copies'));
  const copies = () => readdirSync(join(folder, 'copies')).sort();
  writeFileSync(from, 'content');
  const copy = async (name: string) => {
    const platform = createPlatform(addon, join(folder, 'storage'));
    const watched = await platform.watch({ kind: 'file', path: pathOf(from) });
    try {
      await platform.writeCopy(new EditedSource(watched), pathOf(join(folder, 'copies', name)), () => false);
    } finally {
      watched.dispose();
    }
  };
  const maker = spawn(
    process.execPath,
    ['--input-type=module', '-e', script, binary, join(folder, 'storage'), from, join(folder, 'copies', 'to')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => maker.kill('SIGKILL'));
  await once(maker.stdout, 'data');
  const [part = '', ...more] = copies();
  assert.deepEqual(more, []);
  assert.match(part, /^\.memglass-[0-9a-f-]{36}\.part$/);
  utimesSync(join(folder, 'copies', part), 1000, 1000);
  await copy('one');
  assert.deepEqual(copies(), [part, 'one']);
  maker.kill('SIGKILL');
  await once(maker, 'exit');
  await copy('two');
  assert.deepEqual(copies(), ['one', 'two']);
  assert.equal(readFileSync(join(folder, 'copies', 'two'), 'latin1'), 'content');
});

test('what only looks like it, is young, or has another name, stays', async (t) => {
  const folder = diskFolder(t);
  const path = (name: string) => join(folder, name);
  writeFileSync(path('from'), 'content');
  writeFileSync(path('other'), 'other');
  const kept = [
    `${stranger}1.part`,
    `${stranger}2.part`,
    `${stranger}3.part`,
    `${stranger}4.part`,
    `${stranger}5.partial`,
  ];
  const [young = '', linked = '', symbolic = '', nested = '', longer = ''] = kept;
  writeFileSync(path(young), 'young');
  linkSync(path('other'), path(linked));
  symlinkSync('other', path(symbolic));
  mkdirSync(path(nested));
  writeFileSync(path(longer), 'longer');
  for (const name of [linked, nested, longer]) utimesSync(path(name), 1000, 1000);
  const platform = createPlatform(addon, path('storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path('from')) });
  t.after(() => watched.dispose());
  await platform.writeCopy(new EditedSource(watched), pathOf(path('to')), () => false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'storage'),
    [...kept, 'from', 'other', 'to'].sort(),
  );
});
