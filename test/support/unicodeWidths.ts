import type { TextWidths } from '../../extension/core/text/clusters.ts';

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff01-\uff60\p{Emoji_Presentation}]/u;
const combining = /\p{M}/u;

/** A font as terminals wish for: one column, two for East Asian letters and emoji, none for marks. */
export const unicodeWidths: TextWidths = {
  ascii: new Array<number>(0x7f).fill(1),
  of: (clusters) =>
    clusters.map((cluster) =>
      Array.from(cluster, (character) => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1)).reduce<number>(
        (sum, width) => sum + width,
        0,
      ),
    ),
};
