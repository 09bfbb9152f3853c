/** The encodings a text can be shown in: those of the Encoding Standard, which TextDecoder knows on both sides. */

export interface TextEncoding {
  /** The standard's name, which TextDecoder takes. */
  readonly label: string;
  /** For people; proper names, not translated. */
  readonly name: string;
  /** Bytes in a code unit. In UTF-16 units are aligned to even offsets of the source. */
  readonly unitWidth: 1 | 2;
  /** The bytes of a line feed. In no encoding here can they be part of another character. */
  readonly newline: readonly number[];
  /** Whether every byte is a character of its own. */
  readonly isSingleByte: boolean;
}

const single = (label: string, name: string): TextEncoding => encoding(label, name, true);
const multi = (label: string, name: string): TextEncoding => encoding(label, name, false);

function encoding(label: string, name: string, isSingleByte: boolean): TextEncoding {
  return { label, name, unitWidth: 1, newline: [0x0a], isSingleByte };
}

export const UTF_8: TextEncoding = multi('utf-8', 'UTF-8');
const UTF_16LE: TextEncoding = { ...multi('utf-16le', 'UTF-16 LE'), unitWidth: 2, newline: [0x0a, 0] };
const UTF_16BE: TextEncoding = { ...multi('utf-16be', 'UTF-16 BE'), unitWidth: 2, newline: [0, 0x0a] };

/**
 * In the order to offer them. Left out: `replacement` and `x-user-defined`, which are no encodings of text, and
 * `iso-8859-8-i`, the same bytes as `iso-8859-8`. ISO 8859-1 and US-ASCII are windows-1252 in the standard.
 */
export const TEXT_ENCODINGS: readonly TextEncoding[] = [
  UTF_8,
  UTF_16LE,
  UTF_16BE,
  single('windows-1252', 'Western (Windows 1252, ISO 8859-1)'),
  single('iso-8859-15', 'Western (ISO 8859-15)'),
  single('macintosh', 'Western (Mac Roman)'),
  single('windows-1250', 'Central European (Windows 1250)'),
  single('iso-8859-2', 'Central European (ISO 8859-2)'),
  single('iso-8859-3', 'South European (ISO 8859-3)'),
  single('iso-8859-4', 'North European (ISO 8859-4)'),
  single('windows-1257', 'Baltic (Windows 1257)'),
  single('iso-8859-13', 'Baltic (ISO 8859-13)'),
  single('iso-8859-10', 'Nordic (ISO 8859-10)'),
  single('iso-8859-14', 'Celtic (ISO 8859-14)'),
  single('iso-8859-16', 'Romanian (ISO 8859-16)'),
  single('windows-1251', 'Cyrillic (Windows 1251)'),
  single('iso-8859-5', 'Cyrillic (ISO 8859-5)'),
  single('koi8-r', 'Cyrillic (KOI8-R)'),
  single('koi8-u', 'Cyrillic (KOI8-U)'),
  single('ibm866', 'Cyrillic (CP 866)'),
  single('x-mac-cyrillic', 'Cyrillic (Mac)'),
  single('windows-1253', 'Greek (Windows 1253)'),
  single('iso-8859-7', 'Greek (ISO 8859-7)'),
  single('windows-1254', 'Turkish (Windows 1254)'),
  single('windows-1255', 'Hebrew (Windows 1255)'),
  single('iso-8859-8', 'Hebrew (ISO 8859-8)'),
  single('windows-1256', 'Arabic (Windows 1256)'),
  single('iso-8859-6', 'Arabic (ISO 8859-6)'),
  single('windows-874', 'Thai (Windows 874)'),
  single('windows-1258', 'Vietnamese (Windows 1258)'),
  multi('gb18030', 'Simplified Chinese (GB 18030)'),
  multi('gbk', 'Simplified Chinese (GBK)'),
  multi('big5', 'Traditional Chinese (Big5)'),
  multi('shift_jis', 'Japanese (Shift JIS)'),
  multi('euc-jp', 'Japanese (EUC-JP)'),
  multi('iso-2022-jp', 'Japanese (ISO 2022-JP)'),
  multi('euc-kr', 'Korean (EUC-KR)'),
];

/** The offered encoding of that label (any case), or undefined. */
export function findEncoding(label: string): TextEncoding | undefined {
  const wanted = label.toLowerCase();
  return TEXT_ENCODINGS.find((candidate) => candidate.label === wanted);
}

export interface DetectedEncoding {
  readonly encoding: TextEncoding;
  /** How it was found, for the status bar. */
  readonly by: 'bom' | 'heuristic' | 'default';
  /** Bytes of the byte order mark, 0 where there is none. */
  readonly bomLength: 0 | 2 | 3;
}

/** The heuristic looks at no more than this; a caller need not read more. */
export const DETECT_BYTES = 4096;
/** Fewer units prove nothing. */
const DETECT_MIN_UNITS = 8;

/** What a source's first bytes say of its encoding. UTF-8 unless there is good reason. */
export function detectEncoding(firstBytes: Uint8Array): DetectedEncoding {
  const [a, b, c] = firstBytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: UTF_8, by: 'bom', bomLength: 3 };
  // FF FE 00 00 would be UTF-32 LE, which the standard leaves out; as UTF-16 it shows at least its Latin letters.
  if (a === 0xff && b === 0xfe) return { encoding: UTF_16LE, by: 'bom', bomLength: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: UTF_16BE, by: 'bom', bomLength: 2 };
  const guess = guessUtf16(firstBytes.subarray(0, DETECT_BYTES));
  return guess ? { encoding: guess, by: 'heuristic', bomLength: 0 } : { encoding: UTF_8, by: 'default', bomLength: 0 };
}

/**
 * Cautious: nine units of ten must be printable ASCII (or tab, CR, LF) beside a zero byte, and none may be zero. Tables
 * of small integers, which look alike, hold zeros and control characters.
 */
function guessUtf16(bytes: Uint8Array): TextEncoding | undefined {
  const units = Math.floor(bytes.length / 2);
  if (units < DETECT_MIN_UNITS) return undefined;
  let little = 0;
  let big = 0;
  for (let at = 0; at < units * 2; at += 2) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if (first === 0 && second === 0) return undefined;
    if (second === 0 && isAsciiText(first)) little++;
    else if (first === 0 && isAsciiText(second)) big++;
  }
  return little >= units * 0.9 ? UTF_16LE : big >= units * 0.9 ? UTF_16BE : undefined;
}

function isAsciiText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** What to draw for each byte in a column of fixed width. */
export interface SingleByteTable {
  /** 256 characters, each one column wide. */
  readonly characters: readonly string[];
  /** Whether the byte is drawn as itself, and not as the substitute. */
  readonly isPrintable: readonly boolean[];
}

/** Stands for what cannot be drawn in one column: U+00B7. */
export const SUBSTITUTE = '·';

/**
 * A byte is drawn as itself where its character is printable, one column wide, left-to-right and does not combine. All
 * others (controls, spaces but U+0020, Hebrew and Arabic letters, which would turn the row around, combining marks, the
 * soft hyphen, private use) become the substitute. For encodings in which a byte alone means nothing: ASCII.
 */
export function singleByteTable(encoding: TextEncoding): SingleByteTable {
  const decoded = Array.from({ length: 256 }, (_, byte) => decodeByte(encoding, byte));
  const isPrintable = decoded.map(drawsInOneColumn);
  return { characters: decoded.map((character, byte) => (isPrintable[byte] ? character : SUBSTITUTE)), isPrintable };
}

/** The character of a byte in a single-byte encoding; ASCII in the others. '' where there is none. */
export function decodeByte(encoding: TextEncoding, byte: number): string {
  if (!encoding.isSingleByte) return byte < 0x80 ? String.fromCharCode(byte) : '';
  return new TextDecoder(encoding.label).decode(Uint8Array.of(byte));
}

/** Hebrew, Arabic, Syriac, Thaana, NKo … and the presentation forms: Unicode's right-to-left blocks of the BMP. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const NOT_DRAWABLE = /[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function drawsInOneColumn(character: string): boolean {
  // The first view's first paint waits for this: the classes below take a millisecond to build, and ASCII needs none.
  if (character < '\x7f') return character >= ' ';
  if (character.length !== 1 || character === '\ufffd' || /\s/.test(character)) return false;
  return !NOT_DRAWABLE.test(character) && !RIGHT_TO_LEFT.test(character);
}
