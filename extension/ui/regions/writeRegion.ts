/** Bytes into the memory of a process: unlocked first, held against what was shown, and undone while they are ours. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { parseHexBytes, repeatPattern } from '../../core/hexBytes.ts';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { formatCount, formatSize } from '../../core/numbers.ts';
import { parseRange } from '../../core/rangeExpression.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessOperations } from '../../platform/processes/processOperations.ts';
import { askText, runSteps, type Step } from '../askSteps.ts';
import { sentenceFor } from '../errors.ts';
import { offsetContext } from '../goToOffset.ts';
import type { HexDocument } from '../hexDocument.ts';
import { sentenceForProblem } from '../offsetProblems.ts';
import { sentenceForHex } from '../sharedMemory/inputProblems.ts';
import { checkTrust, confirm, say } from '../sharedMemory/objectCommand.ts';
import { processTitle } from '../sourceTitle.ts';
import { addressText, regionName } from './addressWords.ts';
import type { RegionServices } from './openAddress.ts';
import { activeRegion, type Options, type RegionView, readAddress, registerRegionCommand } from './regionCommand.ts';

/** The most that one command writes: so much is kept to be undone. Bytes. */
const mostAtOnce = 16 * 2 ** 20;
/** Bytes of one write of the platform. */
const pieceSize = 2 ** 20;
/** Of what stands there now so many bytes are named. */
const mostNamed = 16;

interface WriteServices extends RegionServices {
  readonly operations: ProcessOperations;
}

/** Bytes that were written, and what was there before. */
interface Done {
  readonly address: bigint;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export function registerWriteRegion(context: vscode.ExtensionContext, services: WriteServices): void {
  const { views } = services;
  const done = new WeakMap<HexDocument, Done[]>();
  const register = (name: string, run: (view: RegionView, options: Options) => Promise<unknown>) =>
    registerRegionCommand(context, `memglass.region.${name}`, async (options) => {
      const view = activeRegion(views);
      if (view === undefined) return undefined;
      return await run(view, options);
    });
  register('unlock', (view, options) => unlock(view, options));
  register('lock', async ({ session }) => session.document.setUnlocked(false));
  register('writeBytes', async (view, options) => {
    checkUnlocked(view);
    const wanted = options === undefined ? await askBytes(view) : readWrite(view, options);
    return wanted && (await new Writer(view, services, options, done).write(wanted));
  });
  register('fill', async (view, options) => {
    checkUnlocked(view);
    const wanted = options === undefined ? await askFill(view) : readFill(view, options);
    return wanted && (await new Writer(view, services, options, done).write(wanted));
  });
  register('undoWrite', async (view, options) => {
    checkUnlocked(view);
    return await new Writer(view, services, options, done).undo();
  });
}

async function unlock({ session, ref, watched }: RegionView, options: Options): Promise<boolean> {
  checkTrust();
  const { document } = session;
  if (document.isUnlocked) return true;
  const process = processTitle(ref.pid, watched.source.details ?? {});
  const question = vscode.l10n.t('Unlock this memory of {0} for writing?', process);
  const detail = vscode.l10n.t(
    'Commands can write into it then, while this tab is open. The process goes on meanwhile, and a wrong byte may end it.',
  );
  if (options === undefined && !(await confirm(question, detail, vscode.l10n.t('Unlock')))) return false;
  document.setUnlocked(true);
  return true;
}

function checkUnlocked({ session }: RegionView): void {
  checkTrust();
  if (!session.document.isUnlocked) throw new SourceError('locked');
}

interface WantedWrite {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Writes on behalf of one command. */
class Writer {
  readonly #view: RegionView;
  readonly #services: WriteServices;
  /** With them nothing is asked: what a user would be asked is refused, unless they say `force`. */
  readonly #options: Options;
  readonly #done: Done[];

  constructor(view: RegionView, services: WriteServices, options: Options, done: WeakMap<HexDocument, Done[]>) {
    this.#view = view;
    this.#services = services;
    this.#options = options;
    const { document } = view.session;
    this.#done = done.get(document) ?? [];
    done.set(document, this.#done);
  }

  /** Resolves to `{ address, length }`, or undefined where the user has changed their mind. */
  async write({ address, bytes }: WantedWrite): Promise<{ address: string; length: number } | undefined> {
    const expected = await this.#shown(address, bytes.length);
    if (!(await this.#mayCopy(address, bytes.length))) return undefined;
    const isWritten = await this.#store(address, expected, bytes, (now, at) => this.#askAbout(now, at, bytes.length));
    if (!isWritten) return undefined;
    say(vscode.l10n.t('Wrote {0} bytes at {1}', formatCount(bytes.length), addressText(address)));
    return { address: addressText(address), length: bytes.length };
  }

  /** Puts back what stood there before the last write, if what was written still stands there. */
  async undo(): Promise<{ address: string; length: number } | undefined> {
    const last = this.#done.at(-1);
    if (last === undefined) {
      if (this.#options !== undefined) throw new SourceError('nothingToUndo');
      say(vscode.l10n.t('There is no write to undo in this tab.'));
      return undefined;
    }
    const { address, before, after } = last;
    const isWritten = await this.#store(address, after, before, async (now) => {
      const sentence = vscode.l10n.t(
        'Not undone: {0} has changed since, by the process or somebody else. It is {1} now.',
        addressText(address),
        named(now),
      );
      if (this.#options !== undefined) throw new Error(sentence);
      void vscode.window.showWarningMessage(sentence);
      return false;
    });
    if (!isWritten) return undefined;
    // The undoing is no write to be undone.
    this.#done.splice(-2, 2);
    say(vscode.l10n.t('Undid {0} bytes at {1}', formatCount(before.length), addressText(address)));
    return { address: addressText(address), length: before.length };
  }

  /** What the user was shown there; where the view has not all of it, what stands there now. */
  async #shown(address: bigint, length: number): Promise<Uint8Array> {
    const { session, ref, watched } = this.#view;
    const offset = Number(address - ref.start);
    const shown = await session.view.request('shown', offset, length).catch(() => undefined);
    if (shown?.length === length) return shown;
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const part = await watched.read(offset + done, length - done);
      if (part.bytes.length === 0) throw new SourceError('pastEnd');
      bytes.set(part.bytes, done);
      done += part.bytes.length;
    }
    return bytes;
  }

  /** Asks before pages that the process may not write to become copies of its own. */
  async #mayCopy(address: bigint, length: number): Promise<boolean> {
    const space = await this.#services.lookout.regions(this.#view.ref);
    const found = findAddress(space, address);
    if (!found.isMapped) throw new SourceError('regionGone', { id: this.#view.ref.pid });
    const region = space.region(found.row);
    if (region.rights.write) return true;
    if (region.sharing === 'shared') throw new SourceError('sharedReadOnly', { id: this.#view.ref.pid, errno: 'EIO' });
    if (this.#options?.['force'] === true) return true;
    if (this.#options !== undefined) throw new SourceError('wouldCopy');
    const pageSize = 4096n;
    const pages = (address + BigInt(length) - 1n) / pageSize - address / pageSize + 1n;
    const what = region.rights.execute
      ? vscode.l10n.t('This is code that the process may be running.')
      : vscode.l10n.t('The process may only read this.');
    const detail = vscode.l10n.t(
      '{0} Writing makes a private copy of {1} pages for this process: its file, and other processes that map it, stay as they are. The copy stays, also when the write is undone.',
      what,
      formatCount(pages),
    );
    const question = vscode.l10n.t('Write {0} bytes into {1}?', formatCount(length), regionName(space, found.row));
    return await confirm(question, detail, vscode.l10n.t('Make a Copy and Write'));
  }

  /** `differs` says what is to be done where other bytes stand there than expected: true writes over them. */
  async #store(
    address: bigint,
    expected: Uint8Array,
    bytes: Uint8Array,
    differs: (now: Uint8Array, address: bigint) => Promise<boolean>,
  ): Promise<boolean> {
    const { ref, watched } = this.#view;
    let written = 0;
    const before = Uint8Array.from(expected);
    const note = () => {
      if (written === 0) return;
      const { session } = this.#view;
      session.view.notify('wrote', Number(address - ref.start), Uint8Array.from(bytes.subarray(0, written)));
      this.#done.push({ address, before: before.slice(0, written), after: bytes.slice(0, written) });
      watched.touched();
    };
    try {
      while (written < bytes.length) {
        const [at, end] = [written, Math.min(bytes.length, written + pieceSize)];
        const place = address + BigInt(at);
        const piece = bytes.subarray(at, end);
        const outcome = await this.#services.operations.write(ref, place, before.subarray(at, end), piece);
        if (outcome.kind === 'differs') {
          if (!(await differs(outcome.now, place))) return false;
          before.set(outcome.now, at);
        } else if (outcome.kind === 'failed') {
          written += outcome.written;
          throw outcome.error;
        } else written = end;
      }
      return true;
    } finally {
      note();
    }
  }

  async #askAbout(now: Uint8Array, address: bigint, length: number): Promise<boolean> {
    if (this.#options?.['force'] === true) return true;
    if (this.#options !== undefined) throw new SourceError('changedSince');
    const question = vscode.l10n.t(
      'The bytes at {0} are not what you were shown. Write over them?',
      addressText(address),
    );
    const detail = vscode.l10n.t('They are {0} now. {1} bytes are to be written.', named(now), formatCount(length));
    return await confirm(question, detail, vscode.l10n.t('Write Over Them'));
  }
}

function named(bytes: Uint8Array): string {
  const first = Array.from(bytes.subarray(0, mostNamed), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return bytes.length > mostNamed ? `${first.join(' ')} …` : first.join(' ');
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

function readHex(text: string): { ok: true; value: Uint8Array } | { ok: false; why: string } {
  const result = parseHexBytes(text);
  return result.ok ? { ok: true, value: result.bytes } : { ok: false, why: sentenceForHex(result) };
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

async function askFill(view: RegionView): Promise<WantedWrite | undefined> {
  const { session } = view;
  const { selection } = session;
  let range: ByteRange = selection ?? { offset: 0, length: 0 };
  let typedRange =
    selection === undefined ? '' : `0x${session.place(selection.offset).toString(16)} +${selection.length}`;
  let pattern = new Uint8Array(0);
  const steps: readonly Step[] = [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Range to fill'),
        placeholder: 'start+0x100 +16',
        value: typedRange,
        read: (text) => {
          const result = parseRange(text, offsetContext(session));
          if (!result.ok) return { ok: false, why: sentenceForProblem(result.problem) };
          const { offset, length } = result.range;
          if (length > mostAtOnce) {
            return { ok: false, why: sentenceFor(new SourceError('tooMuchAtOnce', { path: formatSize(mostAtOnce) })) };
          }
          const words = vscode.l10n.t(
            '{0} to {1}, {2} bytes',
            session.placeText(offset),
            session.placeText(offset + length - 1),
            formatCount(length),
          );
          return { ok: true, value: result.range, words };
        },
        answer: (value, text) => {
          range = value;
          typedRange = text;
        },
      }),
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Bytes in hex, repeated to the end of the range'),
        placeholder: '00',
        read: readHex,
        answer: (value) => {
          pattern = Uint8Array.from(value);
        },
      }),
  ];
  return (await runSteps(vscode.l10n.t('Fill Memory'), () => steps)) ? filled(view, range, pattern) : undefined;
}
