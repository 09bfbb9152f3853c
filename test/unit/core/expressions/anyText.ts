import fc from 'fast-check';

/** What somebody may type where an expression is asked for: anything, and these pieces of one in any order. */
export function anyText(...pieces: readonly string[]): fc.Arbitrary<string> {
  const nearly = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''));
  return fc.oneof(fc.string({ unit: 'binary' }), nearly);
}
