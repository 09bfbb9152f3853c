import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StepCount } from '../../../../extension/core/editing/stepCount.ts';

/** What is true of steps by the contents that they lead to: each step makes one that was never there before. */
class Contents {
  #fresh = 1;
  #history = [0];
  #at = 0;
  /** What was saved last, and what the source is to become by a save that was cut off; -1 once it is settled. */
  saved = 0;
  cutOff = -1;

  get done(): number {
    return this.#at;
  }

  get last(): number {
    return this.#history.length - 1;
  }

  get now(): number {
    return this.#history[this.#at] ?? -1;
  }

  begin(): void {
    this.#history = [...this.#history.slice(0, this.#at + 1), this.#fresh++];
    this.#at += 1;
  }

  go(to: number): void {
    this.#at = to;
  }

  placeOf(contents: number): number {
    return this.#history.indexOf(contents);
  }
}

test('what was saved, and what a save that was cut off was of, is within reach as long as it is in the history', () => {
  const act = fc.oneof(
    fc.constantFrom('begin' as const, 'save' as const, 'cutOff' as const, 'settle' as const),
    fc.nat(8).map((to) => ({ to })),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const [steps, contents] = [new StepCount(), new Contents()];
      for (const each of acts) {
        if (each === 'begin') {
          steps.begin();
          contents.begin();
        } else if (each === 'save') {
          steps.noteSaved();
          [contents.saved, contents.cutOff] = [contents.now, -1];
        } else if (each === 'cutOff') {
          steps.noteCutOff(true);
          contents.cutOff = contents.now;
        } else if (each === 'settle') {
          steps.endCutOff();
          contents.cutOff = -1;
        } else if (each.to <= contents.last) {
          steps.go(each.to);
          contents.go(each.to);
        }
        assert.equal(steps.done, contents.done);
        assert.equal(steps.mayLookSaved, contents.placeOf(contents.saved) < 0);
        assert.equal(steps.isCutOff, contents.cutOff >= 0);
        const place = contents.placeOf(contents.cutOff);
        if (steps.isCutOff) assert.equal(steps.atCutOff, place < 0 ? undefined : place);
      }
    }),
  );
});

test('a save of an earlier step can be gone back to, and edits that are others have no way there', () => {
  const steps = new StepCount();
  steps.begin();
  steps.begin();
  steps.noteSaved(1);
  steps.revert();
  assert.deepEqual([steps.done, steps.mayLookSaved], [1, false]);
  steps.noteCutOff(false);
  assert.deepEqual([steps.isCutOff, steps.atCutOff], [true, undefined]);
  steps.forget();
  assert.deepEqual([steps.done, steps.mayLookSaved, steps.isCutOff, steps.atCutOff], [0, true, false, 0]);
});

test('a mark is lost with the steps that led to it, and moves on to a save that had it', () => {
  const steps = new StepCount();
  steps.begin();
  const early = steps.mark();
  steps.begin();
  const late = steps.mark();
  assert.deepEqual([early.step, late.step], [1, 2]);
  steps.go(1);
  assert.equal(late.step, 2, 'it can be redone');
  steps.begin();
  assert.deepEqual([early.step, late.step], [1, undefined]);
  steps.noteSaved();
  assert.deepEqual([early.step, late.step], [2, undefined]);
  const last = steps.mark();
  steps.release(early);
  steps.forget();
  assert.deepEqual([early.step, last.step], [2, undefined]);
});
