import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asHex, asHexDump } from '../../../../extension/core/expressions/copyFormats.ts';

test('hex', () => {
  const bytes = Uint8Array.of(0x7f, 0x45, 0x0c);
  assert.equal(asHex(bytes), '7F 45 0C');
  assert.equal(asHex(bytes, { upperCase: false, separator: '' }), '7f450c');
  assert.equal(asHex(new Uint8Array(0)), '');
});

test('a dump is laid out as xxd does it', () => {
  const bytes = Buffer.from('\x7fELF\x02\x01\x01\x00 Memglass \xe9\xff', 'latin1');
  assert.equal(
    asHexDump(bytes, { offset: 0 }),
    '00000000: 7f45 4c46 0201 0100 204d 656d 676c 6173  .ELF.... Memglas\n' +
      '00000010: 7320 e9ff                                s ..\n',
  );
  assert.equal(
    asHexDump(bytes.subarray(0, 5), { offset: 16, bytesPerRow: 4, bytesPerGroup: 4, upperCase: true }),
    '00000010: 7F454C46  .ELF\n00000014: 02        .\n',
  );
  assert.equal(asHexDump(new Uint8Array(0), { offset: 0 }), '');
});

test('single bytes keep the same gap', () => {
  assert.equal(
    asHexDump(Buffer.from('abc'), { offset: 0, bytesPerRow: 2, bytesPerGroup: 1 }),
    '00000000: 61 62  ab\n00000002: 63     c\n',
  );
});

test('addresses past 2^32 are right and keep one width', () => {
  const rows = asHexDump(new Uint8Array(32), { offset: 2 ** 32 - 16 }).split('\n');
  assert.deepEqual(
    rows.map((row) => row.split(':')[0]),
    ['0fffffff0', '100000000', ''],
  );
  assert.match(asHexDump(Uint8Array.of(1), { offset: Number.MAX_SAFE_INTEGER }), /^1fffffffffffff: 01 /);
});

test('every byte can be read back from a dump, and nothing in it harms a terminal', () => {
  const groups = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.nat(2 ** 45),
      fc.constantFrom(8, 16, 24, 32),
      groups,
      (bytes, offset, perRow, group) => {
        const dump = asHexDump(bytes, { offset, bytesPerRow: perRow, bytesPerGroup: group });
        assert.match(dump, /^[\x20-\x7e\n]*$/);
        const rows = dump.split('\n').slice(0, -1);
        const back = rows.flatMap((row, index) => {
          const [address = '', rest = ''] = row.split(/: (.*)/s);
          assert.equal(Number.parseInt(address, 16), offset + index * perRow);
          const hex = rest.slice(0, perRow * 2 + perRow / group).replaceAll(' ', '');
          return Array.from(Buffer.from(hex, 'hex'));
        });
        assert.deepEqual(back, Array.from(bytes));
        // The text column begins at the same place in every row.
        const widths = rows.map((row, i) => row.length - Math.min(perRow, bytes.length - i * perRow));
        assert.ok(new Set(widths).size <= 1);
      },
    ),
  );
});
