/** How wide a character is in a column view, and how to make one visible that draws nothing. */

// Unicode's East_Asian_Width W and F, as ranges: the property is not among those ECMAScript's patterns know. Blocks are
// taken whole; what is unassigned in them is wide by default (UAX #11).
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

// Mc (spacing marks) takes a column of its own; a Hangul vowel or final consonant joins the syllable before it.
const COMBINING = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u;

// Drawn as nothing, or acting on the characters around. Variation selectors 1 … 16 belong to emoji and are left to
// combine (see visibleForm); the 240 others can hide a message in a text and are shown. Cs: a lone surrogate, should one come here.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Columns a visible character takes: 0 where it combines with the one before, 2 where it is wide. */
export function charWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x300) return 1;
  const character = String.fromCodePoint(codePoint);
  // Regional indicators are Emoji_Presentation; two of them make one flag of two columns.
  if (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/**
 * What to draw for a character that would not be seen: C0 and DEL have pictures in Unicode, the others are spelled
 * out, `‹U+202E›`. Undefined for those that draw themselves.
 */
export function visibleForm(codePoint: number): string | undefined {
  if (codePoint < 0x20) return String.fromCharCode(0x2400 + codePoint);
  if (codePoint < 0x7f) return undefined;
  if (codePoint === 0x7f) return '\u2421';
  if (codePoint >= 0xfe00 && codePoint <= 0xfe0f) return undefined;
  if (!INVISIBLE.test(String.fromCodePoint(codePoint))) return undefined;
  return `‹U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}›`;
}
