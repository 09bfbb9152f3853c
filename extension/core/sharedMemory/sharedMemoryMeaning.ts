/** What the names of mappings and descriptors mean to the join, found out once for each and not for each row. */
import { type Backing, backingOf, type NameContext, sameDevice } from '../memoryMap/memoryRegion.ts';
import { type Family, familyOf, inodeKey } from './sharedMemoryFamily.ts';

export interface Meaning {
  readonly backing: Backing;
  /** Undefined for what is no shared memory, whatever else is known of it. */
  readonly family: Family | undefined;
  /** Of its object, if there is one; empty for System V, whose ids mean nothing without the process's namespace. */
  readonly key: string;
}

interface Known extends Meaning {
  readonly context: NameContext;
}

/** A machine has thousands of mappings of a few objects, whose rows share their names: the last meaning of each is kept. */
export class Meanings {
  readonly #last = new Map<Uint8Array, Known>();

  of(name: Uint8Array, context: NameContext): Meaning {
    const last = this.#last.get(name);
    if (last !== undefined && sameContext(last.context, context)) return last;
    const backing = backingOf(name, context);
    const family = familyOf(backing, context.sharing);
    const hasKey = family !== undefined && family !== 'sysv';
    const known = { backing, family, key: hasKey ? inodeKey(family, context.device, context.inode) : '', context };
    this.#last.set(name, known);
    return known;
  }
}

function sameContext(a: NameContext, b: NameContext): boolean {
  return (
    a.inode === b.inode &&
    sameDevice(a.device, b.device) &&
    a.sharing === b.sharing &&
    a.escapesNewline === b.escapesNewline
  );
}
