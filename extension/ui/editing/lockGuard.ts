import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { hexWithDecimal } from '../../core/expressions/numbers.ts';
import type { RangeLock, RangeLocks } from '../../core/live/liveStores.ts';
import { findLockOn } from '../../core/live/rangeLocks.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { EditManner } from '../regions/privateCopies.ts';
import { readLocksWhileWriting } from '../settings.ts';

/** How often a lock that is waited for is looked at, milliseconds. */
const lookEvery = 200;

/** Locks of our own for one write; whoever edits in more places is locked out of all between them. */
const mostOwnLocks = 1000;

/** What a guard has to know of the document whose writes it watches. */
export interface Guarded {
  readonly uri: vscode.Uri;
  /** To be shown. */
  readonly path: string;
}

interface WantedWrite {
  readonly locks: RangeLocks;
  readonly ranges: readonly ByteRange[];
  readonly manner: EditManner;
}

/** Keeps the writes of one document away from ranges that others have locked, unless the user wants them there. */
export class LockGuard {
  readonly #document: Guarded;
  /** A lock that the user writes into, as long as it is held. */
  #allowed: RangeLock | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** Writes that were asked for, and up to which of them the user said no: typing goes on while a question is open. */
  #turns = 0;
  #refusedTurns = 0;
  readonly #closing = new vscode.CancellationTokenSource();

  constructor(document: Guarded) {
    this.#document = document;
  }

  /**
   * Runs a write into `ranges`, which are in order and none over another. Where somebody holds a lock there, asks first;
   * without a modal, since VS Code may be saving by itself. Writes begin in the order they were asked for. Rejects with
   * SourceError('lockHeld') where the user says no, and SourceError('closed') where it is closed meanwhile.
   */
  async run<T>(
    locks: RangeLocks | undefined,
    ranges: readonly ByteRange[],
    write: () => Promise<T>,
    manner: EditManner = { asks: true, force: false },
  ): Promise<T> {
    if (locks === undefined || ranges.length === 0) return await write();
    const turn = ++this.#turns;
    const ready = this.#queue.then(() => this.#prepare(turn, { locks, ranges, manner }));
    const written = ready.then(async (own) => {
      try {
        return await write();
      } finally {
        for (const range of own) await locks.unlock(range).catch(() => {});
      }
    });
    // Not before the write is over: two locks of ours on one byte are one, and would be given up with the first.
    this.#queue = written.catch(() => {});
    return await written;
  }

  /** Whoever waits for a lock, or for the user to answer, does so no more, and writes nothing. */
  close(): void {
    this.#closing.cancel();
  }

  /** Answers what is locked by us then. */
  async #prepare(turn: number, wanted: WantedWrite): Promise<readonly ByteRange[]> {
    if (turn <= this.#refusedTurns) throw new SourceError('lockHeld');
    if (readLocksWhileWriting(this.#document.uri)) return await this.#lock(wanted);
    await this.#pass(wanted);
    return [];
  }

  /** Until there is no lock of others in the way, or the user goes on in spite of it. Answers whether there is one. */
  async #pass({ locks, ranges, manner }: WantedWrite): Promise<boolean> {
    // Where locks cannot be asked for there are none.
    const held = await findLockOn(locks, ranges).catch(() => undefined);
    if (held === undefined) {
      this.#allowed = undefined;
      return false;
    }
    if (manner.force || (this.#allowed !== undefined && isSame(this.#allowed, held))) return true;
    if (!manner.asks) throw new SourceError('lockHeld');
    const wait = vscode.l10n.t('Wait');
    const writeAnyway = vscode.l10n.t('Write Anyway');
    const words = lockWords(this.#document.path, held);
    const cancel = vscode.l10n.t('Cancel');
    const asked = vscode.window.showWarningMessage(words, wait, writeAnyway, cancel);
    const answer = await Promise.race([asked, this.#closed()]);
    const isWaitedFor = answer === wait && (await this.#waitFor(words, locks, ranges));
    if (this.#closing.token.isCancellationRequested) throw new SourceError('closed');
    if (answer === writeAnyway) this.#allowed = held;
    else if (!isWaitedFor) {
      this.#refusedTurns = this.#turns;
      throw new SourceError('lockHeld');
    }
    return answer === writeAnyway || (await this.#pass({ locks, ranges, manner }));
  }

  async #closed(): Promise<undefined> {
    await new Promise<void>((done) => this.#closing.token.onCancellationRequested(() => done()));
  }

  /** False where the user has had enough of it. */
  async #waitFor(title: string, locks: RangeLocks, ranges: readonly ByteRange[]): Promise<boolean> {
    const location = vscode.ProgressLocation.Notification;
    return await vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      while (!token.isCancellationRequested && !this.#closing.token.isCancellationRequested) {
        if ((await findLockOn(locks, ranges).catch(() => undefined)) === undefined) return true;
        await new Promise<void>((done) => void setTimeout(done, lookEvery));
      }
      return false;
    });
  }

  async #lock(wanted: WantedWrite): Promise<readonly ByteRange[]> {
    const { locks, ranges } = wanted;
    const own: ByteRange[] = [];
    for (;;) {
      const isHeld = await this.#pass(wanted);
      // What others have and the user writes into in spite of it cannot be ours.
      if (isHeld) return [];
      for (const range of toBeLocked(ranges)) {
        if (!(await locks.lock(range).catch(() => true))) break;
        own.push(range);
      }
      if (own.length === toBeLocked(ranges).length) return own;
      // Somebody came first.
      for (const range of own.splice(0)) await locks.unlock(range).catch(() => {});
    }
  }
}

function toBeLocked(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (ranges.length <= mostOwnLocks || first === undefined || last === undefined) return ranges;
  return [{ offset: first.offset, length: last.offset + last.length - first.offset }];
}

function isSame(one: RangeLock, other: RangeLock): boolean {
  return one.offset === other.offset && one.length === other.length && one.holder?.pid === other.holder?.pid;
}

/** Whose lock it is, and on what. */
function lockWords(path: string, { offset, length, holder }: RangeLock): string {
  const start = hexWithDecimal(offset);
  const range =
    length === undefined
      ? vscode.l10n.t('from {0} to the end', start)
      : vscode.l10n.t('{0} to {1}', start, hexWithDecimal(offset + length - 1));
  if (holder === undefined) return vscode.l10n.t('A program has locked {0} of {1} against writing.', range, path);
  const name = `${printableName(holder.name)} (${holder.pid})`;
  return vscode.l10n.t('{0} has locked {1} of {2} against writing.', name, range, path);
}
