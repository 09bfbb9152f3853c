import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Typed, Typing } from '../../../webview/model/typing.ts';

/** Some bytes that are typed into, with a hole where a cell is undefined. */
class Page {
  readonly typing = new Typing();
  bytes: (number | undefined)[];
  cursor = 0;
  selected: { offset: number; length: number } | undefined;
  inserts = false;
  takesWholeBytes = false;

  constructor(bytes: (number | undefined)[]) {
    this.bytes = bytes;
  }

  get #place() {
    const { cursor, selected, inserts, takesWholeBytes, bytes } = this;
    return {
      cursor,
      selected,
      size: bytes.length,
      inserts,
      takesWholeBytes,
      byteAt: (offset: number) => bytes[offset],
    };
  }

  #take(typed: Typed): string {
    if (typed.kind === 'refused') return typed.why;
    if (typed.kind === 'edit') this.bytes.splice(typed.offset, typed.length, ...typed.bytes);
    this.cursor = typed.cursor;
    this.selected = undefined;
    return 'done';
  }

  digits(text: string): string {
    return (
      [...text].map((digit) => this.#take(this.typing.digit(Number.parseInt(digit, 16), this.#place))).at(-1) ?? ''
    );
  }

  text(text: string): string {
    return this.#take(this.typing.character([...Buffer.from(text)], this.#place));
  }

  delete(): string {
    return this.#take(this.typing.delete(this.#place));
  }

  backspace(): string {
    return this.#take(this.typing.backspace(this.#place));
  }

  get hex(): string {
    return this.bytes.map((byte) => byte?.toString(16).padStart(2, '0') ?? '??').join(' ');
  }
}

test('digits overwrite byte by byte; after one digit the other stays', () => {
  const page = new Page([0x11, 0x22, 0x33]);
  page.digits('a');
  assert.deepEqual([page.hex, page.cursor, page.typing.half], ['a1 22 33', 0, 0]);
  page.digits('bc');
  assert.deepEqual([page.hex, page.cursor], ['ab c2 33', 1]);
  // The cursor went elsewhere: the next digit is a first one.
  page.typing.stop();
  page.cursor = 2;
  page.digits('d');
  assert.deepEqual([page.hex, page.cursor], ['ab c2 d3', 2]);
});

test('overwriting ends at the end, and goes over the last byte but once', () => {
  const page = new Page([0x11, 0x22]);
  page.cursor = 1;
  assert.equal(page.digits('abcd'), 'end');
  assert.deepEqual([page.hex, page.cursor], ['11 ab', 1]);
  page.typing.stop();
  assert.equal(page.text('x'), 'done');
  assert.equal(page.text('y'), 'end');
  assert.equal(page.hex, '11 78');
  page.typing.stop();
  page.cursor = 1;
  // A character of two bytes has no room.
  assert.equal(page.text('é'), 'end');
  assert.equal(page.hex, '11 78');
});

test('nothing is typed where nothing can be read, nor into what is empty', () => {
  const page = new Page([0x11, undefined]);
  page.cursor = 1;
  assert.equal(page.digits('a'), 'notReadable');
  page.cursor = 0;
  assert.equal(page.text('é'), 'notReadable');
  assert.equal(page.hex, '11 ??');
  assert.equal(new Page([]).digits('a'), 'end');
});

test('inserting adds bytes, at the end too', () => {
  const page = new Page([0x11]);
  page.inserts = true;
  page.digits('ab');
  assert.deepEqual([page.hex, page.cursor], ['ab 11', 1]);
  page.cursor = 2;
  page.digits('c');
  assert.deepEqual([page.hex, page.cursor], ['ab 11 c0', 2]);
  page.digits('d');
  page.text('z');
  assert.deepEqual([page.hex, page.cursor], ['ab 11 cd 7a', 4]);
});

test('over a selection: overwriting begins at its first byte, inserting takes its place', () => {
  const page = new Page([1, 2, 3, 4]);
  page.selected = { offset: 1, length: 2 };
  page.cursor = 2;
  page.digits('aabb');
  assert.deepEqual([page.hex, page.cursor], ['01 aa bb 04', 3]);
  page.inserts = true;
  page.selected = { offset: 0, length: 3 };
  page.digits('ff');
  assert.deepEqual([page.hex, page.cursor], ['ff 04', 1]);
});

test('Delete and Backspace take bytes only while inserting', () => {
  const page = new Page([1, 2, 3, 4]);
  page.cursor = 2;
  assert.equal(page.delete(), 'keepsSize');
  assert.equal(page.backspace(), 'done');
  assert.deepEqual([page.hex, page.cursor], ['01 02 03 04', 1]);
  page.inserts = true;
  page.delete();
  assert.deepEqual([page.hex, page.cursor], ['01 03 04', 1]);
  page.backspace();
  assert.deepEqual([page.hex, page.cursor], ['03 04', 0]);
  page.backspace();
  assert.equal(page.hex, '03 04');
  page.cursor = 2;
  assert.equal(page.delete(), 'end');
  page.selected = { offset: 0, length: 2 };
  page.backspace();
  assert.deepEqual([page.hex, page.cursor], ['', 0]);
});

test('whatever is typed, overwriting never changes the size, and the cursor stays at a place', () => {
  const key = fc.oneof(
    fc.nat(15).map((digit) => digit.toString(16)),
    fc.constantFrom('x', 'é', 'delete', 'backspace', 'insert'),
    fc.nat(8),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.uint8Array({ maxLength: 6 }), (keys, bytes) => {
      const page = new Page([...bytes]);
      for (const one of keys) {
        const before = page.bytes.length;
        if (typeof one === 'number') {
          page.typing.stop();
          page.cursor = Math.max(0, Math.min(one, page.bytes.length - (page.inserts ? 0 : 1)));
        } else if (one === 'delete') page.delete();
        else if (one === 'backspace') page.backspace();
        else if (one === 'insert') {
          page.typing.stop();
          page.inserts = !page.inserts;
          if (!page.inserts) page.cursor = Math.max(0, Math.min(page.cursor, page.bytes.length - 1));
        } else if (one.length === 1 && /[0-9a-f]/.test(one)) page.digits(one);
        else page.text(one);
        if (!page.inserts) assert.equal(page.bytes.length, before);
        assert.ok(page.cursor >= 0 && page.cursor <= Math.max(0, page.bytes.length - (page.inserts ? 0 : 1)));
      }
    }),
  );
});

test('where only whole bytes are edited, a digit waits for the second, and is dropped with the cursor', () => {
  const page = new Page([0x11, 0x22]);
  page.takesWholeBytes = true;
  page.digits('a');
  assert.deepEqual([page.hex, page.cursor, page.typing.waiting], ['11 22', 0, { offset: 0, digit: 0xa }]);
  page.digits('b');
  assert.deepEqual([page.hex, page.cursor, page.typing.waiting], ['ab 22', 1, undefined]);
  page.digits('c');
  page.typing.stop();
  assert.deepEqual([page.hex, page.typing.waiting], ['ab 22', undefined]);
  page.digits('c');
  assert.equal(page.backspace(), 'done');
  assert.deepEqual([page.hex, page.cursor, page.typing.waiting], ['ab 22', 1, undefined]);
  assert.equal(page.delete(), 'keepsSize');
  assert.equal(page.digits('cdef'), 'end');
  assert.equal(page.hex, 'ab cd');
});

test('a byte is edited against what was shown as its first digit was typed', () => {
  const typing = new Typing();
  let byte = 0x11;
  const place = { cursor: 0, selected: undefined, size: 1, inserts: false, takesWholeBytes: true, byteAt: () => byte };
  typing.digit(0xa, place);
  byte = 0x99;
  assert.deepEqual(typing.digit(0xb, place), {
    kind: 'edit',
    offset: 0,
    length: 1,
    bytes: [0xab],
    digit: 'second',
    shown: [0x11],
    cursor: 0,
  });
});
