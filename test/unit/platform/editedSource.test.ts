import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteSource, SourceProbe } from '../../../extension/core/byteSource.ts';
import type { EditStep } from '../../../extension/core/editing/documentEdits.ts';
import type { OthersChange } from '../../../extension/core/editing/othersChange.ts';
import type { SaveConflict, SaveOptions, SaveResult, StagedSave } from '../../../extension/core/editing/stagedSave.ts';
import type { Overlay } from '../../../extension/core/overlay/overlay.ts';
import { putBytes } from '../../../extension/core/overlay/putBytes.ts';
import type { SaveCost } from '../../../extension/core/saving/savePlan.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import type { SourceRef } from '../../../extension/core/sourceRef.ts';
import { EditedSource } from '../../../extension/platform/editing/editedSource.ts';
import { WatchedSource } from '../../../extension/platform/watchedSource.ts';

class FakeFile implements ByteSource, StagedSave {
  readonly ref: SourceRef = { kind: 'file', path: new TextEncoder().encode('/fake') };
  readonly can = { write: false, resize: false, flush: false, watch: true, watchBytes: false };
  readonly sizeKind = 'exact';
  readonly saving = this;
  text: string;
  conflict: SaveConflict | undefined;
  failure: Error | undefined;
  /** Resolves when a save may go on. */
  gate: Promise<void> = Promise.resolve();
  saves: string[] = [];
  /** What a save costs that is asked about. */
  cost: SaveCost | undefined;

  constructor(text: string) {
    this.text = text;
  }

  async size() {
    return this.text.length;
  }

  async read(offset: number, into: Uint8Array) {
    const bytes = Buffer.from(this.text).subarray(offset, offset + into.length);
    into.set(bytes);
    return { length: bytes.length, holes: [] };
  }

  async probe(): Promise<SourceProbe> {
    return { size: this.text.length, version: this.text, fate: { kind: 'same' } };
  }

  async overview(): Promise<never> {
    throw new Error('not asked for');
  }

  async refusal() {
    return undefined;
  }

  async check() {
    return this.conflict;
  }

  async complete() {
    return false;
  }

  async isCutOff() {
    return false;
  }

  async save(overlay: Overlay, { overwrites, approve }: SaveOptions): Promise<SaveResult> {
    await this.gate;
    if (this.cost !== undefined && !(await approve(this.cost))) throw new SourceError('cancelled');
    if (this.failure !== undefined) throw this.failure;
    if (this.conflict !== undefined && !overwrites) return { kind: 'conflict', conflict: this.conflict };
    let text = '';
    for (const piece of overlay.pieces(0, overlay.size)) {
      if (piece.kind === 'source') text += this.text.slice(piece.source, piece.source + piece.length);
      else if (piece.kind !== 'delete') {
        const put = new Uint8Array(piece.length);
        overlay.readPut(piece.place, put);
        text += Buffer.from(put).toString();
      }
    }
    this.text = text;
    this.saves.push(text);
    return { kind: 'saved', isNewFile: false };
  }

  dispose(): void {}
}

let now = 0;

const checked = {
  overwrites: false,
  task: { report: () => {}, isCancelled: () => false },
  approve: async () => true,
};

async function opened(text = '0123456789') {
  const file = new FakeFile(text);
  const watched = await WatchedSource.open(async () => file);
  const edited = new EditedSource(watched, () => now);
  const shown = async () => Buffer.from((await edited.read(0, 100)).bytes).toString();
  const put = (offset: number, length: number, bytes: string, isTyping = false) =>
    edited.edit({ offset, length, bytes: new TextEncoder().encode(bytes), isTyping });
  return { file, watched, edited, shown, put };
}

/** What VS Code does with steps: a stack, an index, and the index of the last save. */
class Stack {
  readonly steps: EditStep[] = [];
  index = 0;
  savedAt = 0;
  isChanged = false;

  push(step: EditStep): void {
    if (!step.isStep) return;
    step.told?.();
    this.steps.splice(this.index, Infinity, step);
    this.index = this.steps.length;
    this.isChanged ||= step.mayLookSaved;
  }

  async undo(): Promise<void> {
    this.index -= 1;
    await this.steps[this.index]?.undo();
  }

  async redo(): Promise<void> {
    this.index += 1;
    await this.steps[this.index - 1]?.redo();
  }

  save(): void {
    this.savedAt = this.index;
    this.isChanged = false;
  }

  get isDirty(): boolean {
    return this.isChanged || this.index !== this.savedAt;
  }
}

test('a view is the source with the edits, under a new generation after each', async () => {
  const { edited, shown, put } = await opened();
  const { generation } = edited.state;
  await put(2, 2, 'ab');
  await put(5, 0, 'XY');
  await put(0, 1, '');
  assert.equal(await shown(), '1ab4XY56789');
  assert.deepEqual(
    { ...edited.state, generation: edited.state.generation - generation },
    { size: 11, shownSize: 11, generation: 3, fate: { kind: 'same' } },
  );
  assert.deepEqual((await edited.read(0, 100)).edits, [
    { offset: 0, length: 3 },
    { offset: 4, length: 2 },
  ]);
});

test('undo and redo of steps that VS Code keeps', async () => {
  const { shown, put } = await opened();
  const stack = new Stack();
  now += 1000;
  stack.push(await put(0, 1, 'a', true));
  stack.push(await put(1, 1, 'b', true));
  assert.equal(stack.steps.length, 1);
  // Long after it began, a run of typing is told as a step of its own: a backup follows what is told.
  now += 1000;
  stack.push(await put(2, 1, 'c', true));
  assert.equal(stack.steps.length, 2);
  await stack.undo();
  assert.equal(await shown(), 'ab23456789');
  await stack.undo();
  assert.equal(await shown(), '0123456789');
  await stack.redo();
  await stack.redo();
  assert.equal(await shown(), 'abc3456789');
});

test('VS Code never takes edits for saved that are not', async () => {
  const { edited, shown, put } = await opened();
  const stack = new Stack();
  stack.push(await put(0, 1, 'a'));
  stack.push(await put(1, 1, 'b'));
  await edited.save(checked);
  stack.save();
  await stack.undo();
  // Its count is that of the save now.
  stack.push(await put(5, 1, 'x'));
  assert.equal(await shown(), 'a1234x6789');
  assert.equal(stack.index, stack.savedAt);
  assert.equal(stack.isDirty, true);
  await edited.save(checked);
  stack.save();
  assert.equal(stack.isDirty, false);
  stack.push(await put(5, 1, 'y'));
  await stack.undo();
  assert.equal(stack.isDirty, edited.hasEdits);
});

test('after an undo that could not be done, nothing looks saved that is not', async () => {
  const { edited, shown, put } = await opened(`${'x'.repeat(17 * 2 ** 20)}0123456789`);
  const stack = new Stack();
  // More than is kept beyond a save.
  stack.push(await put(0, 17 * 2 ** 20, ''));
  await edited.save(checked);
  stack.save();
  await assert.rejects(stack.undo(), { code: 'notKept' });
  stack.push(await put(5, 1, 'x'));
  assert.deepEqual([await shown(), stack.isDirty], ['01234x6789', true]);
  await edited.save(checked);
  stack.save();
  assert.deepEqual([stack.isDirty, edited.hasEdits], [false, false]);
});

test('what VS Code hears of only after a save that had it is not taken for saved once it is undone', async () => {
  const { file, edited, shown, put } = await opened();
  const stack = new Stack();
  stack.push(await put(0, 1, 'a'));
  // While the first of two saves is under way, of which the second has it.
  const first = edited.save(checked);
  const typed = put(1, 1, 'b');
  await Promise.all([first, typed, edited.save(checked)]);
  stack.save();
  stack.push(await typed);
  assert.deepEqual([file.saves, edited.hasEdits], [['a123456789', 'ab23456789'], false]);
  await stack.undo();
  assert.deepEqual([await shown(), stack.index, stack.savedAt, stack.isDirty], ['a123456789', 1, 1, true]);
  await edited.save(checked);
  stack.save();
  assert.deepEqual([file.text, stack.isDirty], ['a123456789', false]);
});

test('what is edited while the user is asked whether to save does not wait for his answer', async () => {
  const { file, edited, shown, put } = await opened();
  await put(0, 1, 'a');
  let answer = (_: boolean) => {};
  const asked = Promise.withResolvers<SaveCost>();
  const approve = (cost: SaveCost) => {
    asked.resolve(cost);
    return new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  };
  file.cost = { written: 4e9, space: 4e9, free: undefined, seconds: 27, isLong: true };
  const refused = assert.rejects(edited.save({ ...checked, approve }), { code: 'cancelled' });
  assert.deepEqual(await asked.promise, file.cost);
  await put(1, 1, 'b');
  assert.equal(await shown(), 'ab23456789');
  answer(false);
  await refused;
  assert.deepEqual([file.saves, edited.hasEdits], [[], true]);
  const saved = edited.save({ ...checked, approve }, await edited.mark());
  await put(2, 1, 'c');
  answer(true);
  await saved;
  assert.deepEqual([file.saves, await shown()], [['ab23456789'], 'abc3456789']);
  await edited.save(checked);
  assert.deepEqual(file.saves.at(-1), 'abc3456789');
});

test('what is typed while a save is under way is not taken for saved', async () => {
  const { file, edited, shown, put } = await opened();
  await put(0, 1, 'a');
  let go = () => {};
  file.gate = new Promise((resolve) => {
    go = resolve;
  });
  const saving = edited.save(checked);
  const typed = put(1, 1, 'b');
  go();
  await Promise.all([saving, typed]);
  assert.deepEqual(file.saves, ['a123456789']);
  assert.equal(await shown(), 'ab23456789');
  assert.equal(edited.hasEdits, true);
  await edited.save(checked);
  assert.equal(file.text, 'ab23456789');
});

test('of edits that were looked at just those are saved: what was typed since stays over them, and can be undone', async () => {
  const { file, edited, shown, put } = await opened();
  const stack = new Stack();
  stack.push(await put(0, 1, 'a', true));
  const mark = await edited.mark();
  assert.deepEqual([mark.ranges, mark.count], [[{ offset: 0, length: 1 }], 1]);
  stack.push(await put(1, 1, 'b', true));
  stack.push(await put(0, 1, 'c'));
  assert.equal(await edited.save(checked, mark), true);
  stack.savedAt = 1;
  assert.deepEqual(file.saves, ['a123456789']);
  assert.equal(await shown(), 'cb23456789');
  assert.deepEqual([edited.hasEdits, stack.isDirty], [true, true]);
  await stack.undo();
  await stack.undo();
  assert.deepEqual([await shown(), edited.hasEdits, stack.isDirty], ['a123456789', false, false]);
  await stack.redo();
  assert.equal(await shown(), 'ab23456789');
  assert.equal(await edited.save(checked, mark), true, 'they are saved already');
  assert.deepEqual(file.saves, ['a123456789']);
  edited.release(mark);
  await edited.save(checked);
  assert.deepEqual(file.saves, ['a123456789', 'ab23456789']);
});

test('where some of what was looked at is taken back, nothing is saved before it is looked at again', async () => {
  const { file, edited, shown, put } = await opened();
  await put(0, 1, 'a');
  const step = await put(1, 1, 'b');
  const mark = await edited.mark();
  await step.undo();
  assert.equal(await edited.save(checked, mark), false);
  await put(2, 1, 'c');
  assert.equal(await edited.save(checked, mark), false);
  await edited.revert();
  await put(3, 1, 'd');
  await put(4, 1, 'e');
  assert.equal(await edited.save(checked, mark), false);
  assert.deepEqual([file.saves, await shown()], [[], '012de56789']);
  assert.equal(await edited.save(checked, await edited.mark()), true);
  assert.deepEqual(file.saves, ['012de56789']);
});

test('where edits that were looked at cannot be saved, they stay with what was typed since', async () => {
  const { file, edited, shown, put } = await opened();
  await put(0, 2, 'ab');
  const mark = await edited.mark();
  await put(1, 2, 'cd');
  file.conflict = { kind: 'changed', ranges: [{ offset: 0, length: 1 }], isCut: false };
  await assert.rejects(edited.save(checked, mark), { code: 'changedMeanwhile' });
  assert.deepEqual([await shown(), edited.conflict], ['acd3456789', file.conflict]);
  assert.equal(await edited.save({ ...checked, overwrites: true }, mark), true);
  assert.deepEqual([file.text, await shown(), edited.hasEdits], ['ab23456789', 'acd3456789', true]);
});

test('a save that meets something else keeps the edits, and overwrites when told to', async () => {
  const { file, edited, put } = await opened();
  await put(0, 1, 'a');
  file.conflict = { kind: 'changed', ranges: [{ offset: 0, length: 1 }], isCut: false };
  await assert.rejects(
    edited.save(checked),
    (error) => error instanceof SourceError && error.code === 'changedMeanwhile',
  );
  assert.equal(edited.conflict, file.conflict);
  assert.equal(edited.hasEdits, true);
  await edited.save({ ...checked, overwrites: true });
  assert.deepEqual([edited.conflict, edited.hasEdits, file.text], [undefined, false, 'a123456789']);
});

test('what others have changed since the user was told is not gone over with what he was told of', async () => {
  const { file, edited, put } = await opened();
  await put(0, 2, 'ab');
  await put(5, 1, 'c');
  const changed = (...offsets: number[]): SaveConflict => ({
    kind: 'changed',
    ranges: offsets.map((offset) => ({ offset, length: 1 })),
    isCut: false,
  });
  file.conflict = changed(0);
  await assert.rejects(edited.save(checked), { code: 'changedMeanwhile' });
  file.conflict = changed(0, 5);
  await assert.rejects(edited.save({ ...checked, overwrites: true }), { code: 'changedMeanwhile' });
  assert.deepEqual([file.saves, edited.conflict], [[], changed(0, 5)]);
  // More of what he was told of is the same to him.
  file.conflict = changed(0, 1, 5);
  await edited.save({ ...checked, overwrites: true });
  assert.deepEqual([file.saves, edited.conflict], [['ab234c6789'], undefined]);
});

test('a save that fails keeps the edits, and nothing is done where there are none', async () => {
  const { file, edited, shown, put } = await opened();
  await edited.save(checked);
  assert.deepEqual(file.saves, []);
  await put(0, 1, 'a');
  file.failure = new SourceError('noSpace');
  await assert.rejects(edited.save(checked), file.failure);
  assert.deepEqual([await shown(), edited.hasEdits], ['a123456789', true]);
});

test('revert leaves the source, and an old step does nothing then but to say so', async () => {
  const { edited, shown, put } = await opened();
  const stack = new Stack();
  stack.push(await put(0, 1, 'a'));
  await edited.save(checked);
  stack.push(await put(1, 1, 'b'));
  await edited.revert();
  assert.equal(await shown(), 'a123456789');
  await assert.rejects(stack.undo(), { code: 'notStagedAnyMore' });
  assert.equal(await shown(), 'a123456789');
});

test('so do the steps of edits that were saved as another file, or given up where the source was cut', async () => {
  const ends: readonly [(edited: EditedSource) => Promise<void>, number][] = [
    [(edited) => edited.moveAway(async () => {}), 0],
    [(edited) => edited.keepInside(), 1],
  ];
  for (const [end, left] of ends) {
    const { file, edited, put } = await opened();
    const step = await put(0, 1, 'a');
    file.text = '01234';
    await end(edited);
    await assert.rejects(step.undo(), { code: 'notStagedAnyMore' });
    await assert.rejects(step.redo(), { code: 'notStagedAnyMore' });
    assert.equal(edited.overlay.count, left);
  }
});

test('a backup comes back over the source, and is checked', async () => {
  const first = await opened();
  await first.put(2, 2, 'ab');
  await first.put(5, 0, 'XY');
  const backup = await first.edited.backup();
  const second = await opened();
  assert.equal(await second.edited.restore(backup), true);
  assert.equal(await second.shown(), '01ab4XY56789');
  assert.equal(second.edited.conflict, undefined);
  // With nothing left of VS Code's steps, the next one must not look like what was saved.
  const step = await second.put(0, 1, '!');
  assert.equal(step.mayLookSaved, true);
  const third = await opened();
  third.file.conflict = { kind: 'changed', ranges: [{ offset: 2, length: 2 }], isCut: false };
  await third.edited.restore(backup);
  assert.equal(third.edited.conflict, third.file.conflict);
  assert.equal(await third.edited.restore(new Uint8Array(10)), false);
});

test('what is beyond the end, or not known, is not edited', async () => {
  const { edited, shown, put } = await opened();
  await assert.rejects(put(9, 2, 'ab'), (error) => error instanceof SourceError && error.code === 'pastEnd');
  await assert.rejects(put(11, 0, 'a'), (error) => error instanceof SourceError && error.code === 'pastEnd');
  assert.deepEqual([await shown(), edited.hasEdits], ['0123456789', false]);
});

test('a source that grows grows the view; one that shrinks under edits keeps them', async () => {
  const { file, watched, edited, put } = await opened();
  await put(8, 1, 'x');
  file.text += 'more';
  await watched.reopen();
  // In its turn, after the edit.
  await edited.backup();
  assert.equal(edited.state.size, 14);
  file.text = '0123';
  await watched.reopen();
  await edited.backup();
  assert.deepEqual([edited.hasEdits, edited.state.size], [true, 14]);
  const answer = await edited.read(0, 100);
  assert.deepEqual(
    answer.holes.map(({ reason }) => reason),
    ['pastEnd', 'pastEnd'],
  );
  await edited.revert();
  assert.equal(edited.state.size, 4);
});

test('the originals under typed bytes are what the user saw', async () => {
  const { file, edited } = await opened();
  const shown = new TextEncoder().encode('S');
  await edited.edit({ offset: 0, length: 1, bytes: new TextEncoder().encode('x'), shown });
  const [change] = edited.overlay.allChanges();
  const original = new Uint8Array(1);
  edited.overlay.readOriginals(change?.id ?? -1, 0, original);
  assert.deepEqual(original, shown);
  assert.deepEqual(change && putBytes(edited.overlay, change), new TextEncoder().encode('x'));
  assert.equal(file.text, '0123456789');
});

test('an edit is where its turn says that it is by then, and of the bytes that are there', async () => {
  const { edited, shown, put } = await opened();
  const told: (OthersChange | undefined)[] = [];
  edited.onDidEdit(({ change }) => told.push(change));
  const before = put(0, 0, 'XY');
  const asked: number[] = [];
  const bytes = Uint8Array.of(0x50);
  const settle = () => {
    asked.push(edited.overlay.size);
    return { offset: 5, isStale: true };
  };
  // What is shown is of another place, and of another time.
  const edit = { offset: 3, length: 1, bytes, shown: Uint8Array.of(0x3f), keepsSecondDigit: true, settle };
  await Promise.all([before, edited.edit(edit)]);
  assert.deepEqual(asked, [12]);
  assert.equal(await shown(), 'XY012S456789');
  const [change] = edited.overlay.changes(5, 1);
  const originals = new Uint8Array(1);
  edited.overlay.readOriginals(change?.id ?? -1, 0, originals);
  assert.equal(String.fromCharCode(...originals), '3');
  assert.deepEqual(told[0]?.moves, [{ offset: 0, removed: 0, inserted: 2 }]);
  assert.deepEqual(told[1]?.moves, []);
  const refused = edited.edit({
    ...edit,
    settle: () => {
      throw new SourceError('movedSince');
    },
  });
  await assert.rejects(refused, { code: 'movedSince' });
  assert.equal(await shown(), 'XY012S456789');
});

test('views hear what moved by an undo, and nothing of a save, which leaves the bytes where they are', async () => {
  const { edited, put } = await opened();
  const told: (OthersChange | undefined)[] = [];
  const stack = new Stack();
  stack.push(await put(4, 0, 'abc'));
  edited.onDidEdit(({ change }) => told.push(change));
  await edited.save(checked);
  assert.deepEqual(told.splice(0), [undefined]);
  await stack.undo();
  assert.deepEqual(told.splice(0)[0]?.moves, [{ offset: 4, removed: 3, inserted: 0 }]);
  await stack.redo();
  assert.deepEqual(told.splice(0)[0]?.moves, [{ offset: 4, removed: 0, inserted: 3 }]);
  await put(0, 1, '');
  told.length = 0;
  await edited.revert();
  assert.deepEqual(told, [{ touched: undefined, moves: undefined }]);
});
