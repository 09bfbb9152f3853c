import type { ByteRange } from '../byteRange.ts';

/** What came of a save. */
export type Saved =
  /** On the disk. After `beside` the path leads to another file, and what is open is the old one. */
  | { readonly kind: 'saved'; readonly way: 'nothing' | 'inPlace' | 'beside' }
  /** Under these edits the file has other bytes than the user saw; nothing was written. Of the source. */
  | {
      readonly kind: 'changed';
      readonly ranges: readonly ByteRange[];
      /** Of what he deleted, and is not kept. */
      readonly deleted: readonly ByteRange[];
    };
