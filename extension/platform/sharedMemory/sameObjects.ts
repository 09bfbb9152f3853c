import { sameData } from '../../core/sameData.ts';
import { objectKey, type SharedMemoryObject } from '../../core/sharedMemory.ts';

/** An object costs some ten microseconds. */
const objectsOfStep = 100;

/**
 * The objects of a look, and in place of each that is as it was, the very object of the look before: what did not
 * change is found by `===` then. All of them being the same, it is the same list. In steps: see inSlices.
 */
export function* sameObjects(
  before: readonly SharedMemoryObject[],
  now: readonly SharedMemoryObject[],
): Generator<undefined, readonly SharedMemoryObject[]> {
  const known = new Map<string, SharedMemoryObject>();
  for (const object of before) {
    known.set(objectKey(object.identity), object);
    if (known.size % objectsOfStep === 0) yield;
  }
  const objects: SharedMemoryObject[] = [];
  for (const object of now) {
    const old = known.get(objectKey(object.identity));
    objects.push(old !== undefined && sameData(old, object) ? old : object);
    if (objects.length % objectsOfStep === 0) yield;
  }
  const isSame = before.length === objects.length && objects.every((object, index) => object === before[index]);
  return isSame ? before : objects;
}
