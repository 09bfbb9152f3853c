// Edits, undo, redo, saves, reverts, restarts and appends of others in any order, over a real file and through real saves: the
// view, the file and what VS Code takes for saved are what a plain array says.
import assert from 'node:assert/strict';
import { appendFileSync, closeSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EditStep } from '../../extension/core/editing/documentEdits.ts';
import { SourceError } from '../../extension/core/sourceError.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { addon, diskFolder, pathOf } from './addon.ts';

const options = {
  overwrites: false,
  task: { report: () => {}, isCancelled: () => false },
  approve: async () => true,
};

interface Act {
  readonly kind: 'edit' | 'undo' | 'redo' | 'save' | 'revert' | 'restart' | 'append';
  /** Shares of what there is, 0 … 1. */
  readonly at: number;
  readonly share: number;
  readonly bytes: Uint8Array;
  readonly isTyping: boolean;
}

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('edit' as const) },
    { weight: 8, arbitrary: fc.constantFrom('undo' as const, 'redo' as const) },
    { weight: 4, arbitrary: fc.constantFrom('save' as const, 'save' as const, 'revert' as const) },
    { weight: 2, arbitrary: fc.constantFrom('restart' as const, 'append' as const) },
  ),
  at: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  share: fc.oneof(fc.constantFrom(0, 0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  bytes: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 12 })),
  isTyping: fc.boolean(),
});

/** What VS Code keeps of a document: its steps, how many it takes for done and for saved, and whether anything else is unsaved. */
class Kept {
  #steps: EditStep[] = [];
  #done = 0;
  #saved = 0;
  #isChanged = false;
  #hasLost = false;

  /** What a model of the contents was before and after each step. */
  readonly #views: ({ before: readonly number[]; after: readonly number[] } | undefined)[] = [];

  get isDirty(): boolean {
    return this.#isChanged || this.#done !== this.#saved;
  }

  get hasSteps(): boolean {
    return this.#steps.length > 0;
  }

  push(step: EditStep, before: readonly number[], after: readonly number[]): void {
    if (!step.isStep) {
      const last = this.#views[this.#done - 1];
      if (last !== undefined) last.after = after;
      return;
    }
    this.#steps.splice(this.#done, Infinity, step);
    this.#views.splice(this.#done, Infinity, { before, after });
    this.#done += 1;
    this.#isChanged ||= step.mayLookSaved;
  }

  async undo(): Promise<readonly number[] | undefined> {
    if (this.#done === 0) return undefined;
    this.#done -= 1;
    const isRefused = await this.#isRefused(this.#steps[this.#done]?.undo());
    // No undo leads to what was before it.
    if (isRefused) this.#views.fill(undefined, 0, this.#done + 1);
    return this.#views[this.#done]?.before;
  }

  async redo(): Promise<readonly number[] | undefined> {
    if (this.#done === this.#steps.length) return undefined;
    this.#done += 1;
    const isRefused = await this.#isRefused(this.#steps[this.#done - 1]?.redo());
    if (isRefused) this.#views.fill(undefined, this.#done - 1);
    return this.#views[this.#done - 1]?.after;
  }

  /** A deletion that is too long to be kept is not undone beyond a save. */
  async #isRefused(step: Promise<void> | undefined): Promise<boolean> {
    try {
      await step;
      return false;
    } catch (error) {
      assert.ok(this.#hasLost && error instanceof SourceError && error.code === 'notKept', String(error));
      return true;
    }
  }

  /** A deletion was saved whose bytes are not kept. */
  lose(): void {
    this.#hasLost = true;
  }

  save(): void {
    this.#saved = this.#done;
    this.#isChanged = false;
  }

  revert(): void {
    this.#done = this.#saved;
    this.#steps.splice(this.#done);
    this.#views.splice(this.#done);
    // No step led back to what was saved: none leads on from there.
    if (this.#isChanged) this.#views.fill(undefined);
    this.#isChanged = false;
  }

  /** Others have put bytes behind what all of them were about. */
  append(bytes: readonly number[]): void {
    for (const view of this.#views) {
      if (view === undefined) continue;
      view.before = [...view.before, ...bytes];
      view.after = [...view.after, ...bytes];
    }
  }

  restart(isDirty: boolean): void {
    this.#steps = [];
    this.#views.length = 0;
    this.#done = 0;
    this.#saved = 0;
    this.#isChanged = isDirty;
  }
}

/** A file whose last bytes are edited; what comes before them is a hole of `start` bytes. */
class Subject {
  readonly #path: string;
  readonly #storage: string;
  readonly #start: number;
  readonly #largestKept: number;
  #edited!: EditedSource;
  #close = () => {};
  #kept = new Kept();
  #view: readonly number[];
  #file: readonly number[];
  /** Whether an insertion may come back by a redo behind which others have appended since: a save asks about it. */
  #mayBeAsked = false;

  constructor(folder: string, start: number, tail: Uint8Array, largestKept: number) {
    this.#path = join(folder, 'file');
    this.#storage = join(folder, 'storage');
    this.#start = start;
    this.#largestKept = largestKept;
    this.#view = [...tail];
    this.#file = this.#view;
    const file = openSync(this.#path, 'w');
    ftruncateSync(file, start);
    writeSync(file, tail, 0, tail.length, start);
    closeSync(file);
  }

  async open(): Promise<void> {
    const platform = createPlatform(addon, this.#storage);
    const watched = await platform.watch({ kind: 'file', path: pathOf(this.#path) });
    this.#close = () => watched.dispose();
    this.#edited = new EditedSource(watched, undefined, false, this.#largestKept);
  }

  close(): void {
    this.#close();
  }

  async take({ kind, at, share, bytes, isTyping }: Act): Promise<void> {
    const edited = this.#edited;
    switch (kind) {
      case 'edit': {
        const offset = Math.floor(at * this.#view.length);
        const length = Math.floor(share * Math.min(12, this.#view.length - offset));
        if (length + bytes.length === 0) return;
        const before = this.#view;
        this.#view = [...before.slice(0, offset), ...bytes, ...before.slice(offset + length)];
        const step = await edited.edit({ offset: this.#start + offset, length, bytes, isTyping });
        this.#kept.push(step, before, this.#view);
        return;
      }
      case 'undo':
        this.#view = (await this.#kept.undo()) ?? this.#view;
        return;
      case 'redo':
        this.#view = (await this.#kept.redo()) ?? this.#view;
        return;
      case 'save':
        if (edited.overlay.unkeptDeletions().length > 0) this.#kept.lose();
        await this.#save();
        this.#file = this.#view;
        this.#kept.save();
        return;
      case 'revert':
        await edited.revert();
        this.#view = this.#file;
        this.#kept.revert();
        return;
      case 'restart': {
        const backup = edited.hasEdits ? await edited.backup() : undefined;
        this.close();
        await this.open();
        if (backup !== undefined) assert.ok(await this.#edited.restore(backup));
        assert.ok(this.#edited.conflict === undefined || this.#mayBeAsked);
        this.#kept.restart(backup !== undefined);
        return;
      }
      case 'append':
        // Behind an insertion it would be asked about.
        if (edited.hasEdits) return;
        this.#mayBeAsked ||= this.#kept.hasSteps;
        appendFileSync(this.#path, bytes);
        await edited.watched.look();
        await edited.settled();
        this.#view = [...this.#view, ...bytes];
        this.#file = this.#view;
        this.#kept.append([...bytes]);
    }
  }

  async #save(): Promise<void> {
    try {
      await this.#edited.save(options);
    } catch (error) {
      assert.ok(this.#mayBeAsked && error instanceof SourceError && error.code === 'changedMeanwhile', String(error));
      await this.#edited.save({ ...options, overwrites: true });
    }
  }

  async check(): Promise<void> {
    const size = this.#start + this.#view.length;
    assert.equal(this.#edited.state.size, size);
    const { bytes } = await this.#edited.read(this.#start, this.#view.length);
    assert.deepEqual([...bytes], this.#view);
    assert.equal(statSync(this.#path).size, this.#start + this.#file.length);
    const inFile = Buffer.alloc(this.#file.length);
    const file = openSync(this.#path, 'r');
    readSync(file, inFile, 0, inFile.length, this.#start);
    closeSync(file);
    assert.deepEqual([...inFile], this.#file);
    if (this.#edited.hasEdits) assert.ok(this.#kept.isDirty, 'edits that are not saved look saved');
    else assert.deepEqual(this.#view, this.#file);
  }
}

for (const [name, start, runs, largestKept] of [
  ['from the first byte on', 0, 60, 2 ** 20],
  ['of which deletions of more than two bytes are not kept', 0, 60, 2],
  ['across 2 GiB', 2 ** 31 - 10, 10, 2 ** 20],
  ['across 4 GiB', 2 ** 32 - 10, 10, 2],
] as const) {
  test(`any acts on a file, ${name}: what is seen, what is saved and what looks saved is so`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.array(act, { maxLength: 40 }), async (tail, acts) => {
        const subject = new Subject(diskFolder(t), start, tail, largestKept);
        await subject.open();
        try {
          for (const each of acts) {
            await subject.take(each);
            await subject.check();
          }
        } finally {
          subject.close();
        }
      }),
      { numRuns: runs },
    );
  });
}
