import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MappedPages, pointerValue } from '../../../../extension/core/memoryMap/pointers.ts';
import { Pointers } from '../../../../webview/model/pointers.ts';

function mapped(runs: readonly (readonly [number, number])[], change: Partial<MappedPages> = {}): MappedPages {
  const first = Float64Array.from(runs, ([start]) => start);
  const end = Float64Array.from(runs, ([, stop]) => stop);
  return { width: 8, isLittleEndian: true, first, end, ...change };
}

const bytesOf = (value: bigint, width: number, isLittleEndian: boolean) => {
  const bytes = Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
  return isLittleEndian ? bytes : bytes.toReversed();
};

test('a value is a pointer exactly where its page is mapped', () => {
  const page = fc.bigInt({ min: 0n, max: (1n << 52n) - 1n });
  fc.assert(
    fc.property(
      page,
      fc.bigInt({ min: 0n, max: 4095n }),
      fc.boolean(),
      fc.constantFrom(-1, 0, 1, 2),
      (base, low, isLittleEndian, by) => {
        const start = Number(base) || 1;
        const pointers = new Pointers();
        pointers.update(mapped([[start, start + 2]], { isLittleEndian }));
        const value = (BigInt(start + by) << 12n) | low;
        if (value < 0n || value >= 1n << 64n) return;
        const cells = bytesOf(value, 8, isLittleEndian);
        assert.equal(pointers.isAt(cells, 0), by === 0 || by === 1);
        assert.equal(BigInt(`0x${pointers.addressAt(cells, 0)}`), value);
        assert.equal(pointerValue(Uint8Array.from(cells), isLittleEndian), value);
      },
    ),
  );
});

test('pointers stand at multiples of their width, whole, and made of bytes', () => {
  const pointers = new Pointers();
  assert.deepEqual([...pointers.in([1, 2, 3, 4], 0)], []);
  assert.equal(pointers.update(mapped([[0x10, 0x20]], { width: 4 })), true);
  assert.equal(pointers.update(mapped([[0x10, 0x20]], { width: 4 })), false);
  const pointer = [0x34, 0x12, 0x01, 0];
  assert.deepEqual([...pointers.in([...pointer, ...pointer, 1, 2, 3, 4], 0)], [0, 4]);
  assert.deepEqual([...pointers.in([9, 9, ...pointer, 0x34, 0x12], 2)], [2]);
  // A hole is no byte.
  assert.deepEqual([...pointers.in([0x34, 0x12, 0x01, -3], 0)], []);
  assert.equal(pointers.version, 1);
});
