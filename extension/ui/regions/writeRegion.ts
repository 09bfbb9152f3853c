/** Bytes into the memory of a process: unlocked first, held against what was shown, and undone while they are ours. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { parseHexBytes, repeatPattern } from '../../core/expressions/hexBytes.ts';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { parseRange } from '../../core/expressions/rangeExpression.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { LiveDifference, LiveStore } from '../../platform/editing/liveEdits.ts';
import { askFill, readHex } from '../asking/askFill.ts';
import { askText, runSteps, type Step } from '../asking/askSteps.ts';
import { namedBytes } from '../editing/confirmDifference.ts';
import { shownIn } from '../editing/shownIn.ts';
import { turnInOrder } from '../editing/undoCommands.ts';
import { sentenceFor } from '../errors.ts';
import { offsetContext } from '../going/goToOffset.ts';
import { checkTrust, say } from '../sharedMemory/objectCommand.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import { addressText } from './addressWords.ts';
import type { RegionServices } from './openAddress.ts';
import { activeRegion, type Options, type RegionView, readAddress, registerRegionCommand } from './regionCommand.ts';

/** The most that one command writes: so much is kept to be undone. Bytes. */
const mostAtOnce = 16 * 2 ** 20;

export function registerWriteRegion(context: vscode.ExtensionContext, services: RegionServices): void {
  const { views } = services;
  const register = (name: string, run: (view: RegionView, options: Options) => Promise<unknown>) =>
    registerRegionCommand(context, `memglass.region.${name}`, async (options) => {
      const view = activeRegion(views);
      if (view === undefined) return undefined;
      return await run(view, options);
    });
  register('writeBytes', async (view, options) => {
    checkUnlocked(view);
    const wanted = options === undefined ? await askBytes(view) : readWrite(view, options);
    return wanted && (await new Writer(view, options).write(wanted));
  });
  register('fill', async (view, options) => {
    checkUnlocked(view);
    const wanted = options === undefined ? await askFillOf(view) : readFill(view, options);
    return wanted && (await new Writer(view, options).write(wanted));
  });
  register('undoWrite', async (view, options) => {
    checkUnlocked(view);
    return await new Writer(view, options).undo(views);
  });
}

function checkUnlocked({ session }: RegionView): void {
  checkTrust();
  if (!session.document.access.isUnlocked) throw new SourceError('locked');
}

interface WantedWrite {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Writes on behalf of one command. */
class Writer {
  readonly #view: RegionView;
  /** With them nothing is asked: what a user would be asked is refused, unless they say `force`. */
  readonly #options: Options;

  constructor(view: RegionView, options: Options) {
    this.#view = view;
    this.#options = options;
  }

  /** Resolves to `{ address, length }`, or undefined where the user has changed their mind. */
  async write({ address, bytes }: WantedWrite): Promise<{ address: string; length: number } | undefined> {
    const { session, ref } = this.#view;
    const range = { offset: Number(address - ref.start), length: bytes.length };
    const manner = { asks: this.#options === undefined, force: this.#options?.['force'] === true };
    const shown = manner.force ? undefined : await shownIn(session, range);
    try {
      const isDone = await session.document.edit({ ...range, bytes, shown }, vscode.l10n.t('Write'), manner);
      if (!isDone) return undefined;
      await session.document.settled;
    } catch (error) {
      // The view asks.
      if (manner.asks && error instanceof SourceError && error.code === 'changedSince') return undefined;
      throw error;
    }
    say(vscode.l10n.t('Wrote {0} bytes at {1}', formatCount(bytes.length), addressText(address)));
    return { address: addressText(address), length: bytes.length };
  }

  /** Puts back what stood there before the last write, as VS Code's own undo does. */
  async undo(views: ActiveViews): Promise<{ address: string; length: number } | undefined> {
    const { session, ref } = this.#view;
    const { document } = session;
    const { live } = document;
    if (live?.canUndo !== true) {
      if (this.#options !== undefined) throw new SourceError('nothingToUndo');
      say(vscode.l10n.t('There is no write to undo in this tab.'));
      return undefined;
    }
    session.panel.reveal();
    let met: LiveDifference | undefined;
    let undone: LiveStore | undefined;
    const stop = live.onDidStore((store) => {
      undone = store;
    });
    const undo = () => turnInOrder(views, document, 'undo');
    const refuse = (difference: LiveDifference) => {
      met = difference;
      return false;
    };
    try {
      await (this.#options === undefined ? undo() : document.withAnswer(refuse, undo));
    } finally {
      stop();
    }
    // It stays the last one, for VS Code as well: that was sent back over it.
    if (met !== undefined) {
      throw new Error(notUndone(ref.start + BigInt((met as LiveDifference).offset), (met as LiveDifference).now));
    }
    if (undone === undefined) return undefined;
    const { offset, bytes } = undone as LiveStore;
    const address = addressText(ref.start + BigInt(offset));
    say(vscode.l10n.t('Undid {0} bytes at {1}', formatCount(bytes.length), address));
    return { address, length: bytes.length };
  }
}

function notUndone(address: bigint, now: Uint8Array): string {
  return vscode.l10n.t(
    'Not undone: {0} has changed since, by the process or somebody else. It is {1} now.',
    addressText(address),
    namedBytes(now),
  );
}

/** `{ bytes: 'DE AD', address?: '0x7f…' | offset expression's place of the cursor, force?: boolean }` */
function readWrite({ cursor, ref }: RegionView, options: NonNullable<Options>): WantedWrite {
  const address = options['address'] === undefined ? cursor : readAddress(options['address']);
  const result = parseHexBytes(String(options['bytes'] ?? ''));
  if (!result.ok) throw new SourceError('badArgument', { path: 'bytes' });
  return checked(ref, { address, bytes: result.bytes });
}

/** `{ fill: '00', range?: '0x7f… +16', force?: boolean }`, the selection where no range is given. */
function readFill(view: RegionView, options: NonNullable<Options>): WantedWrite {
  const result = parseHexBytes(String(options['fill'] ?? ''));
  if (!result.ok) throw new SourceError('badArgument', { path: 'fill' });
  const { range } = options;
  if (range === undefined) return filled(view, view.session.selection ?? { offset: 0, length: 0 }, result.bytes);
  const found = parseRange(String(range), offsetContext(view.session));
  if (!found.ok) throw new SourceError('badArgument', { path: 'range' });
  return filled(view, found.range, result.bytes);
}

function filled({ ref }: RegionView, { offset, length }: ByteRange, pattern: Uint8Array): WantedWrite {
  const address = ref.start + BigInt(offset);
  if (length > mostAtOnce) return checked(ref, { address, bytes: new Uint8Array(mostAtOnce + 1) });
  const bytes = new Uint8Array(length);
  repeatPattern(pattern, 0, bytes);
  return checked(ref, { address, bytes });
}

function checked(ref: RegionView['ref'], wanted: WantedWrite): WantedWrite {
  const { address, bytes } = wanted;
  if (bytes.length > mostAtOnce) throw new SourceError('tooMuchAtOnce', { path: formatSize(mostAtOnce) });
  if (bytes.length === 0 || address < ref.start || address + BigInt(bytes.length) > ref.end) {
    throw new SourceError('pastEnd');
  }
  return wanted;
}

async function askBytes({ session, ref, cursor }: RegionView): Promise<WantedWrite | undefined> {
  const { selection } = session;
  const address = ref.start + BigInt(selection?.offset ?? Number(cursor - ref.start));
  let bytes = new Uint8Array(0);
  const room = Number(ref.end - address);
  const step: Step = (place) =>
    askText(place, {
      prompt: vscode.l10n.t('Bytes in hex'),
      placeholder: 'DE AD BE EF',
      read: (text) => {
        const result = readHex(text);
        if (!result.ok) return result;
        const { length } = result.value;
        if (length > room)
          return { ok: false, why: vscode.l10n.t('The region ends before: it has room for {0}.', room) };
        const words = vscode.l10n.t(
          '{0} bytes, {1} to {2}',
          length,
          addressText(address),
          addressText(address + BigInt(length) - 1n),
        );
        return { ...result, words };
      },
      answer: (value) => {
        bytes = Uint8Array.from(value);
      },
    });
  const title = vscode.l10n.t('Write Bytes at {0}', addressText(address));
  return (await runSteps(title, () => [step])) ? checked(ref, { address, bytes }) : undefined;
}

async function askFillOf(view: RegionView): Promise<WantedWrite | undefined> {
  const { session } = view;
  const { selection } = session;
  const wanted = await askFill({
    title: vscode.l10n.t('Fill Memory'),
    range: selection === undefined ? '' : `0x${session.place(selection.offset).toString(16)} +${selection.length}`,
    placeholder: 'start+0x100 +16',
    context: () => offsetContext(session),
    placeText: (offset) => session.placeText(offset),
    whyNot: ({ length }) =>
      length > mostAtOnce ? sentenceFor(new SourceError('tooMuchAtOnce', { path: formatSize(mostAtOnce) })) : undefined,
  });
  return wanted && filled(view, wanted.range, wanted.pattern);
}
