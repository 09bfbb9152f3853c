/**
 * What of a text is drawn together, and so is measured together and never parted by the wrap: a letter and its marks, a
 * flag, a word in the scripts whose letters change with their neighbours.
 *
 * How wide that is, only the view's fonts know. Unicode's East_Asian_Width is no answer: a fallback font draws what it
 * likes, and a row wrapped by a guess has an end that nobody sees.
 */
import { visibleForm } from './visibleForm.ts';

/** How wide the view draws text, in columns: the width of a digit. */
export interface TextWidths {
  /** By code, for U+0020 … U+007E. */
  readonly ascii: readonly number[];
  /** Of each text, drawn alone. Asked once for all of a piece, since measuring costs a layout. */
  of(clusters: readonly string[]): readonly number[];
}

/** The characters of a piece, made visible, and where each cluster of them starts. */
export interface Clusters {
  /** A tab is itself: how wide it is depends on where the row begins. All else in it is visible. */
  readonly text: string;
  /** For each UTF-16 unit of `text` the offset of the first byte of its character. */
  readonly offsets: readonly number[];
  /** For each cluster its first unit. */
  readonly starts: readonly number[];
  /** For each cluster its columns, more than 0; a tab's mean nothing. */
  readonly widths: readonly number[];
}

// Drawn over or into the character before. (A Hangul vowel or final consonant joins its syllable, a skin tone its emoji.)
const JOINS = /[\p{M}\p{Emoji_Modifier}\u1160-\u11ff\ud7b0-\ud7fb]/u;

// The blocks of Arabic, Syriac, NKo, the Indic scripts, Myanmar, Khmer, Mongolian and their like.
const SHAPED =
  /[\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabbf\u{10a00}-\u{11fff}\u{1e900}-\u{1e95f}]/u;
const LETTER = /\p{L}/u;

/** Characters of a word that are measured as one; short, because nothing wider than a row may be one cluster. */
const longestWord = 8;
/** Marks on one letter that are measured with it. A text may hold thousands. */
const mostJoined = 16;

/** Narrower than this counts as a column: a row of what takes no room would have no end. */
const narrowest = 1 / 8;

type Kind = 'other' | 'tab' | 'mark' | 'shaped' | 'regional' | 'flag';

/** How a character is drawn, and what it joins. */
interface Form {
  readonly text: string;
  readonly kind: Kind;
}

/** Collects the characters of a piece, in order. */
export class ClusterBuilder {
  readonly #ascii: readonly number[];
  #text = '';
  readonly #offsets: number[] = [];
  readonly #starts: number[] = [];
  readonly #widths: number[] = [];
  /** The clusters whose width is not known by their code. */
  readonly #unknown: number[] = [];
  #lastOffset = -1;
  /** Of the last cluster. */
  #kind: Kind = 'other';
  #size = 0;

  constructor(ascii: readonly number[]) {
    this.#ascii = ascii;
  }

  add(codePoint: number, offset: number): void {
    // Most of every log.
    if (codePoint >= 0x20 && codePoint < 0x7f && offset !== this.#lastOffset) {
      this.#start('other', this.#ascii[codePoint] ?? 1);
      this.#put(String.fromCharCode(codePoint), offset);
    } else if (codePoint === 0x09) {
      this.#start('tab', 1);
      this.#put('\t', offset);
    } else {
      const form = formOf(codePoint);
      // One sequence of bytes may be two characters, which stay together.
      if (offset === this.#lastOffset || this.#joins(form)) this.#join(form.kind);
      else this.#start(form.kind, undefined);
      this.#put(form.text, offset);
    }
  }

  finish(widthsOf: TextWidths['of']): Clusters {
    const starts = this.#starts;
    const widths = this.#widths;
    const text = this.#text;
    const keys = this.#unknown.map((index) => text.slice(starts[index], starts[index + 1] ?? text.length));
    const found = keys.length === 0 ? [] : widthsOf(keys);
    for (const [at, index] of this.#unknown.entries()) {
      const width = found[at] ?? 1;
      widths[index] = width >= narrowest ? width : 1;
    }
    return { text, offsets: this.#offsets, starts, widths };
  }

  #joins({ kind }: Form): boolean {
    // Nothing joins a tab, whose width is not a font's.
    if (this.#size === 0 || this.#kind === 'tab') return false;
    if (kind === 'mark') return this.#size < mostJoined;
    if (kind === 'shaped') return this.#kind === 'shaped' && this.#size < longestWord;
    return kind === 'regional' && this.#kind === 'regional';
  }

  #start(kind: Kind, width: number | undefined): void {
    if (width === undefined) this.#unknown.push(this.#starts.length);
    this.#starts.push(this.#text.length);
    this.#widths.push(width ?? 0);
    this.#kind = kind;
    this.#size = 0;
  }

  #join(kind: Kind): void {
    const index = this.#starts.length - 1;
    if (this.#unknown.at(-1) !== index) this.#unknown.push(index);
    if (kind === 'regional') this.#kind = 'flag';
  }

  #put(text: string, offset: number): void {
    this.#text += text;
    for (let unit = 0; unit < text.length; unit++) this.#offsets.push(offset);
    this.#lastOffset = offset;
    this.#size++;
  }
}

const forms = new Map<number, Form>();
const mostForms = 10_000;

/** Kept for the characters in use: the patterns take longer than all the rest. */
function formOf(codePoint: number): Form {
  let form = forms.get(codePoint);
  if (form === undefined) {
    const visible = visibleForm(codePoint);
    const text = visible ?? String.fromCodePoint(codePoint);
    form = { text, kind: visible === undefined ? kindOf(codePoint, text) : 'other' };
    if (forms.size >= mostForms) forms.clear();
    forms.set(codePoint, form);
  }
  return form;
}

function kindOf(codePoint: number, text: string): Kind {
  if (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) return 'regional';
  if (JOINS.test(text)) return 'mark';
  return SHAPED.test(text) && LETTER.test(text) ? 'shaped' : 'other';
}
