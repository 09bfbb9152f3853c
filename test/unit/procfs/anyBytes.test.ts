import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseBootTime } from '../../../extension/procfs/bootTime.ts';
import type { BadLine } from '../../../extension/procfs/lines.ts';
import { parseLocks } from '../../../extension/procfs/locks.ts';
import { parseMaps } from '../../../extension/procfs/maps.ts';
import { parseMountinfo } from '../../../extension/procfs/mountinfo.ts';
import { SmapsParser } from '../../../extension/procfs/smaps.ts';
import { parseStat } from '../../../extension/procfs/stat.ts';
import { parseStatus } from '../../../extension/procfs/status.ts';
import { parseSysvShm } from '../../../extension/procfs/sysvipcShm.ts';
import { bytesOf, fixture } from './fixtures.ts';

interface Parser {
  readonly parse: (bytes: Uint8Array) => unknown;
  readonly captured: Uint8Array;
}

const parseSmaps = (bytes: Uint8Array): unknown => {
  const parser = new SmapsParser();
  return [parser.push(bytes), parser.end()];
};

const parsers: Readonly<Record<string, Parser>> = {
  maps: { parse: parseMaps, captured: fixture('20950/maps') },
  smaps: { parse: parseSmaps, captured: fixture('20950/smaps').subarray(0, 6000) },
  status: { parse: parseStatus, captured: fixture('20950/status') },
  stat: { parse: parseStat, captured: fixture('20950/stat') },
  'sysvipc/shm': { parse: parseSysvShm, captured: fixture('sysvipc/shm') },
  locks: { parse: parseLocks, captured: fixture('locks') },
  mountinfo: { parse: parseMountinfo, captured: fixture('mountinfo') },
  bootTime: { parse: parseBootTime, captured: bytesOf('cpu 1 2\nbtime 17\n') },
};

/** Bytes put in, taken out and changed, a few times. */
const edits = fc.array(fc.record({ at: fc.nat(), remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 8,
});

function mutate(bytes: Uint8Array, changes: typeof edits extends fc.Arbitrary<infer T> ? T : never): Uint8Array {
  let list = Array.from(bytes);
  for (const { at, remove, insert } of changes) {
    list = list.toSpliced(at % (list.length + 1), remove, ...insert);
  }
  return Uint8Array.from(list);
}

describe('no parser throws', () => {
  for (const [name, { parse, captured }] of Object.entries(parsers)) {
    test(`${name}: any bytes`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parse(bytes)),
        { numRuns: 300 },
      );
    });

    test(`${name}: a captured file with changes`, () => {
      fc.assert(
        fc.property(edits, (changes) => void parse(mutate(captured, changes))),
        { numRuns: 300 },
      );
    });

    test(`${name}: a captured file cut off anywhere`, () => {
      for (let length = 0; length < Math.min(captured.length, 2000); length++) parse(captured.subarray(0, length));
    });
  }
});

describe('one bad line is one bad record', () => {
  const listings: readonly [string, (bytes: Uint8Array) => { readonly bad: readonly BadLine[] }, Uint8Array, string][] =
    [
      ['maps', parseMaps, fixture('20950/maps'), 'regions'],
      ['sysvipc/shm', parseSysvShm, fixture('sysvipc/shm'), 'segments'],
      ['locks', parseLocks, fixture('locks'), 'locks'],
      ['mountinfo', parseMountinfo, fixture('mountinfo'), 'mounts'],
    ];
  for (const [name, parse, captured, records] of listings) {
    test(name, () => {
      const recordsOf = (bytes: Uint8Array): unknown[] =>
        (parse(bytes) as unknown as Record<string, unknown[]>)[records] ?? [];
      const starts = [0, ...Array.from(captured.keys()).filter((at) => captured[at] === 0x0a)].map(
        (at) => at && at + 1,
      );
      const whole = recordsOf(captured);
      fc.assert(
        // The head of the System V table is not one line among others.
        fc.property(fc.integer({ min: 1, max: starts.length - 1 }), fc.uint8Array({ maxLength: 40 }), (line, noise) => {
          const junk = [0x21, ...noise.filter((byte) => byte !== 0x0a), 0x0a];
          const at = starts[line] ?? 0;
          const bytes = Uint8Array.from([...captured.subarray(0, at), ...junk, ...captured.subarray(at)]);
          assert.deepEqual(recordsOf(bytes), whole);
          assert.deepEqual(
            parse(bytes).bad.map((bad) => [bad.line, [...bad.bytes, 0x0a]]),
            [[line + 1, junk]],
          );
        }),
        { numRuns: 50 },
      );
    });
  }
});
