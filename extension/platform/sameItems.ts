import { sameData } from '../core/sameData.ts';

/** An item costs some ten microseconds. */
const itemsOfStep = 100;

/**
 * The items of a look, and in place of each that is as it was, the very item of the look before: what did not change
 * is found by `===` then. All of them being the same, it is the same list. In steps: see inSlices.
 */
export function* sameItems<Item>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): Generator<undefined, readonly Item[]> {
  const known = new Map<string, Item>();
  for (const item of before) {
    known.set(keyOf(item), item);
    if (known.size % itemsOfStep === 0) yield;
  }
  const items: Item[] = [];
  for (const item of now) {
    const old = known.get(keyOf(item));
    items.push(old !== undefined && sameData(old, item) ? old : item);
    if (items.length % itemsOfStep === 0) yield;
  }
  const isSame = before.length === items.length && items.every((item, index) => item === before[index]);
  return isSame ? before : items;
}
