import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vmFlags } from '../../../extension/core/memoryMap/vmFlags.ts';
import { parseMaps } from '../../../extension/procfs/maps.ts';
import { type SmapsListing, SmapsParser, type SmapsRegion } from '../../../extension/procfs/smaps.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

/** All of it in one piece. */
function parseSmaps(whole: Uint8Array): SmapsListing {
  const parser = new SmapsParser();
  const regions = parser.push(whole);
  const { regions: rest, bad } = parser.end();
  return { regions: [...regions, ...rest], bad };
}

const bytes = fixture('20950/smaps');
const captured = parseSmaps(bytes);
const sum = (figure: (region: SmapsRegion) => number | undefined): number =>
  captured.regions.reduce((total, region) => total + (figure(region) ?? 0), 0);

test('the regions are those of maps', () => {
  assert.deepEqual(captured.bad, []);
  assert.deepEqual(
    captured.regions.map(({ region }) => region),
    parseMaps(fixture('20950/maps')).regions,
  );
});

test('the figures are bytes, and add up to the rollup', () => {
  for (const { region, figures } of captured.regions) {
    if (region.backing.kind !== 'vsyscall') assert.equal(BigInt(figures.size ?? -1), region.end - region.start);
  }
  const rollup = textOf(fixture('20950/smaps_rollup')) ?? '';
  const inRollup = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(rollup)?.[1]) * 1024;
  assert.deepEqual(
    [sum(({ figures }) => figures.rss), sum(({ figures }) => figures.privateDirty)],
    [inRollup('Rss'), inRollup('Private_Dirty')],
  );
  assert.equal(
    sum(({ figures }) => figures.anonymous),
    inRollup('Anonymous'),
  );
});

test('flags are codes that the table explains', () => {
  const all = new Set(captured.regions.flatMap(({ flags }) => flags));
  for (const flag of ['rd', 'sh', 'gu', 'lo', 'dd', 'io', 'ht']) assert.ok(all.has(flag), flag);
  for (const flag of all) assert.ok(vmFlags[flag], flag);
});

test('a parser takes any pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const parser = new SmapsParser();
      const regions = places.flatMap((place, index) => parser.push(bytes.subarray(place, places[index + 1])));
      const rest = parser.end();
      assert.deepEqual([...regions, ...rest.regions], captured.regions);
      assert.deepEqual(rest.bad, []);
    }),
    { numRuns: 30 },
  );
});

const block = (start: string, ...lines: readonly string[]): string =>
  [`${start}-f000 rw-p 00000000 00:00 0 `, ...lines, ''].join('\n');

test('keys are found by name, new ones passed over, and nothing of one region goes to the next', () => {
  const { regions, bad } = parseSmaps(
    bytesOf(
      block('1000', 'Size:    4 kB', 'Rss:   4 kB', 'NewThing:   7 pages', 'ProtectionKey:   3', 'VmFlags: rd wr ?? ') +
        block('2000', 'Rss:   8 kB', 'Size:   12 kB', 'THPeligible:  1') +
        block('3000'),
    ),
  );
  assert.deepEqual(bad, []);
  const [first, second, third] = regions;
  assert.deepEqual([first?.figures.size, first?.figures.rss], [4096, 4096]);
  assert.deepEqual(first?.flags, ['rd', 'wr', '??']);
  assert.deepEqual([second?.figures.size, second?.figures.rss, second?.flags], [12288, 8192, []]);
  assert.ok(Object.values(third?.figures ?? { no: 1 }).every((figure) => figure === undefined));
});

test('a bad figure spoils itself, a bad head its own region', () => {
  const { regions, bad } = parseSmaps(
    bytesOf(
      block('1000', 'Size:    4 kB', 'Rss:   x kB', 'Pss:  1 MB', 'Swap: 8 kB') +
        block('zzzz', 'Size:    8 kB') +
        block('3000', 'Size:   16 kB') +
        'Rss:      1',
    ),
  );
  assert.deepEqual(
    regions.map(({ region, figures }) => [region.start, figures.size, figures.rss, figures.swap]),
    [
      [0x1000n, 4096, undefined, 8192],
      [0x3000n, 16384, undefined, undefined],
    ],
  );
  assert.deepEqual(
    bad.map(({ line }) => line),
    [3, 4, 6, 10],
  );
});
