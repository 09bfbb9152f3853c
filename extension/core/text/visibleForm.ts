/** How to make a character visible that draws nothing. */

// Drawn as nothing, or acting on the characters around. Variation selectors 1 … 16 belong to emoji and are left to
// combine (see visibleForm); the 240 others can hide a message in a text and are shown. Cs: a lone surrogate, should one come here.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

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
