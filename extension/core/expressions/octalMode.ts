/** Permission bits as people type and read them. */

export type ModeResult =
  | { readonly ok: true; readonly mode: number }
  | {
      readonly ok: false;
      /** `notOctal`: other than three or four octal digits. `special`: setuid, setgid or sticky, which no memory needs. */
      readonly fault: 'empty' | 'notOctal' | 'special';
    };

/** `600`, `0640`, `0o644`. Never throws. */
export function parseMode(text: string): ModeResult {
  const bare = text.trim();
  if (bare === '') return { ok: false, fault: 'empty' };
  const digits = /^(?:0o?)?([0-7]{3,4})$/.exec(bare)?.[1];
  if (digits === undefined) return { ok: false, fault: 'notOctal' };
  const mode = Number.parseInt(digits, 8);
  return mode > 0o777 ? { ok: false, fault: 'special' } : { ok: true, mode };
}

/** `0640`, as chmod takes it. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** `rw-r-----`, as ls shows it. */
export function modeLetters(mode: number): string {
  return Array.from({ length: 9 }, (_, bit) => ((mode >> (8 - bit)) & 1 ? 'rwx'.charAt(bit % 3) : '-')).join('');
}
