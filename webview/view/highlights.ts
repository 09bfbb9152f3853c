/** Changed bytes by their age (model/news.ts), freshest first. */
export const newsHighlights = [
  'memglass-changed-0',
  'memglass-changed-1',
  'memglass-changed-2',
  'memglass-changed-3',
  'memglass-changed-4',
  'memglass-changed-5',
] as const;

/** The names of the CSS highlights; bytePaint.css gives each its paint. */
export type HighlightName =
  | 'memglass-selection'
  | 'memglass-selection-text'
  | 'memglass-dim'
  | 'memglass-hole'
  | 'memglass-unwritten'
  | 'memglass-lost'
  | 'memglass-pointer'
  | 'memglass-writing'
  | 'memglass-edited'
  | (typeof newsHighlights)[number];

/** Highlights above others paint over them. */
const priority: Readonly<Record<HighlightName, number>> = {
  'memglass-dim': 0,
  'memglass-hole': 0,
  'memglass-unwritten': 0,
  'memglass-lost': 0,
  'memglass-pointer': 1,
  'memglass-edited': 1,
  'memglass-changed-0': 2,
  'memglass-changed-1': 2,
  'memglass-changed-2': 2,
  'memglass-changed-3': 2,
  'memglass-changed-4': 2,
  'memglass-changed-5': 2,
  'memglass-writing': 3,
  'memglass-selection': 4,
  'memglass-selection-text': 4,
};

/** What may look selected. */
const selections: ReadonlySet<HighlightName> = new Set(['memglass-selection', 'memglass-selection-text'] as const);

/**
 * Ranges painted with the CSS Custom Highlight API, kept per owner so that a row which is written anew takes its old
 * ranges along. Static ranges: a live one collapses when its text node is rewritten, and each one costs on every write.
 */
export class Highlights<Owner extends object> {
  readonly #highlight: Highlight;
  readonly #ranges = new Map<Owner, StaticRange[]>();

  constructor(name: HighlightName) {
    this.#highlight = new Highlight();
    this.#highlight.priority = priority[name];
    if (selections.has(name)) {
      CSS.highlights.set(name, this.#highlight);
      return;
    }
    // Where the system forces its colours, a browser paints every highlight as a selection: only selections may be there.
    const forced = matchMedia('(forced-colors: active)');
    const register = () => {
      if (forced.matches) CSS.highlights.delete(name);
      else CSS.highlights.set(name, this.#highlight);
    };
    forced.addEventListener('change', register);
    register();
  }

  /** Replaces the owner's ranges. */
  set(owner: Owner, ranges: readonly StaticRange[]): void {
    this.remove(owner);
    this.#ranges.set(owner, [...ranges]);
    for (const range of ranges) this.#highlight.add(range);
  }

  /** Whether the owner's ranges were set, be it to none, and not removed since. */
  has(owner: Owner): boolean {
    return this.#ranges.has(owner);
  }

  remove(owner: Owner): void {
    for (const range of this.#ranges.get(owner) ?? []) this.#highlight.delete(range);
    this.#ranges.delete(owner);
  }

  clear(): void {
    this.#ranges.clear();
    this.#highlight.clear();
  }
}

export function rangeOf(text: Text, start: number, end: number): StaticRange {
  return new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end });
}
