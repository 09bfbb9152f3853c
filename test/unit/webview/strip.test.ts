import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceOverview } from '../../../extension/core/byteSource.ts';
import { bucketAt } from '../../../webview/model/strip.ts';

function overview(
  method: SourceOverview['residency']['method'],
  resident: number[],
  allocation?: number[],
): SourceOverview {
  return {
    residency: { method, sampled: false, buckets: Uint8Array.from(resident) },
    allocation: allocation === undefined ? undefined : Uint8Array.from(allocation),
  };
}

test('a place on the strip finds its bucket, the ends included', () => {
  const known = overview('cachestat', [0, 51, 255], [255, 0, 51]);
  assert.deepEqual(bucketAt(known, 0), { resident: 0, allocated: 1 });
  assert.deepEqual(bucketAt(known, 0.34), { resident: 0.2, allocated: 0 });
  assert.deepEqual(bucketAt(known, 0.9999), { resident: 1, allocated: 0.2 });
  assert.deepEqual(bucketAt(known, 1), { resident: 1, allocated: 0.2 });
});

test('what the kernel does not tell is not known, and not zero', () => {
  for (const method of ['refused', 'unsupported'] as const) {
    assert.deepEqual(bucketAt(overview(method, [0]), 0.5), { resident: undefined, allocated: undefined });
  }
  assert.equal(bucketAt(overview('mincore', [255]), 0).resident, 1);
});
