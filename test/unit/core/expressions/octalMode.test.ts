import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatMode, modeLetters, parseMode } from '../../../../extension/core/expressions/octalMode.ts';

describe('a mode as it is typed', () => {
  test('three or four octal digits', () => {
    for (const text of ['640', '0640', '0o640', ' 640 ']) assert.deepEqual(parseMode(text), { ok: true, mode: 0o640 });
    assert.deepEqual(parseMode('000'), { ok: true, mode: 0 });
  });

  test('anything else says why not', () => {
    const faultOf = (text: string) => {
      const result = parseMode(text);
      return result.ok ? undefined : result.fault;
    };
    assert.equal(faultOf(''), 'empty');
    for (const text of ['6', '64', '888', 'rw-', '0x1a', '064000']) assert.equal(faultOf(text), 'notOctal', text);
    for (const text of ['4755', '1777', '06400']) assert.equal(faultOf(text), 'special', text);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0o777 }), (mode) => {
        assert.deepEqual(parseMode(formatMode(mode)), { ok: true, mode });
      }),
    );
  });

  test('letters, as ls has them', () => {
    assert.equal(modeLetters(0o640), 'rw-r-----');
    assert.equal(modeLetters(0o751), 'rwxr-x--x');
    assert.equal(modeLetters(0), '---------');
  });
});
