import type { Edit, Replacement } from './replacement.ts';

type Manner = 'overwrite' | 'insert' | 'delete';

/** A run of typing: where the last edit left the cursor, and the change it made. */
export class Typing {
  #run: { readonly manner: Manner; readonly begin: number; readonly end: number } | undefined;
  #last: { readonly id: number; readonly rank: number } | undefined;

  get manner(): Manner | undefined {
    return this.#run?.manner;
  }

  /** The change that was made last. */
  get last(): { readonly id: number; readonly rank: number } | undefined {
    return this.#last;
  }

  made({ first, count, rank }: Replacement): void {
    this.#last = count === 0 ? undefined : { id: first + count - 1, rank: rank + count - 1 };
  }

  /** Whether an edit is what typing on would be: after the last one, over its last bytes again, or Backspace. */
  goesOn(edit: Edit): boolean {
    if (this.#run === undefined) return false;
    const { manner, begin, end } = this.#run;
    if (this.retypes(edit)) return true;
    if (mannerOf(edit) !== manner) return false;
    return edit.offset === end || (manner === 'delete' && edit.offset + edit.length === begin);
  }

  /** Whether it puts others in the place of the last bytes typed: the second digit of a byte does. */
  retypes(edit: Edit): boolean {
    if (this.#run === undefined || this.#run.manner === 'delete' || mannerOf(edit) !== 'overwrite') return false;
    return edit.offset + edit.length === this.#run.end && edit.offset >= this.#run.begin;
  }

  /** Notes an edit of the run, or its first. */
  note(edit: Edit): void {
    const manner = mannerOf(edit);
    if (manner === undefined) {
      this.stop();
      return;
    }
    const goesOn = this.goesOn(edit);
    const begin = goesOn ? Math.min(this.#run?.begin ?? edit.offset, edit.offset) : edit.offset;
    const kept = goesOn ? (this.#run?.manner ?? manner) : manner;
    this.#run = { manner: kept, begin, end: edit.offset + edit.bytes.length };
  }

  stop(): void {
    this.#run = undefined;
  }
}

function mannerOf({ length, bytes }: Edit): Manner | undefined {
  if (length === bytes.length) return 'overwrite';
  if (length === 0) return 'insert';
  return bytes.length === 0 ? 'delete' : undefined;
}
