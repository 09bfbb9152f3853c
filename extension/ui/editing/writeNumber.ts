/** `memglass.edit.writeNumber`: a number of a type as one edit, of which a live document's reader never sees a half. */
import * as vscode from 'vscode';
import { asHex } from '../../core/expressions/copyFormats.ts';
import {
  type ByteOrder,
  formatNumber,
  type NumberForm,
  type NumberType,
  numberSize,
  numberTypes,
  parseNumber,
  type TypedNumberResult,
} from '../../core/expressions/typedNumber.ts';
import { isStoredAsOne } from '../../core/live/liveStores.ts';
import { equalBytes } from '../../core/memoryMap/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import { askChoice, askText, type Choice, type ReadText, runSteps, type Step } from '../asking/askSteps.ts';
import { type Options, registerRegionCommand } from '../regions/regionCommand.ts';
import { checkTrust } from '../sharedMemory/objectCommand.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { shownIn } from './shownIn.ts';

/** The widest number, bytes. */
const widest = 8;

/** A number, and over what it is to be written. */
interface WantedNumber {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Only over these; undefined for whatever stands there. */
  readonly expected: Uint8Array | undefined;
}

/** What was written over what, in hex. */
interface WrittenNumber {
  readonly offset: number;
  readonly bytes: string;
}

export function registerWriteNumber(context: vscode.ExtensionContext, views: ActiveViews): void {
  // The next number is mostly of the same form as the last.
  let form: NumberForm = { type: 'u32', order: 'little' };
  registerRegionCommand(context, 'memglass.edit.writeNumber', async (options) => {
    const session = views.active;
    if (session?.state === undefined || session.edited === undefined) return undefined;
    checkEditable(session);
    if (options?.['offset'] === undefined) await session.settled();
    if (options !== undefined) return await write(session, await readNumber(session, options), false);
    const offset = session.selection?.offset ?? session.state.cursor;
    const now = await shown(session, offset);
    if (now.length === 0) throw new SourceError('pastEnd');
    const answered = await ask(session, offset, now, form);
    if (answered === undefined) return undefined;
    form = answered.form;
    return await write(session, answered.wanted, true);
  });
}

function checkEditable({ document }: ViewSession): void {
  checkTrust();
  document.access.mustBeUnlocked();
  if (!document.access.isEditable) throw document.access.error;
}

/** `asks`: whether there is somebody to ask. Resolves to undefined where nothing was written. */
async function write(
  session: ViewSession,
  { offset, bytes, expected }: WantedNumber,
  asks: boolean,
): Promise<WrittenNumber | undefined> {
  const { document } = session;
  const { length } = bytes;
  const edit = { offset, length, bytes, shown: expected, overwrites: expected === undefined };
  try {
    if (!(await document.edit(edit, vscode.l10n.t('Write Number'), { asks, force: false }))) return undefined;
  } catch (error) {
    // The view asks.
    if (asks && error instanceof SourceError && error.code === 'changedSince') return undefined;
    throw error;
  }
  session.view.notify('select', offset, length);
  session.view.notify('focusGrid');
  return { offset, bytes: asHex(bytes) };
}

/** What the user was shown from an offset on, as far as a number goes; where the view has it not, what stands there. */
async function shown(session: ViewSession, offset: number): Promise<Uint8Array> {
  const size = session.edited?.state.size ?? 0;
  const length = Math.max(0, Math.min(widest, size - offset));
  const seen = await shownIn(session, { offset, length });
  if (seen !== undefined) return seen;
  const { bytes, holes } = (await session.edited?.read(offset, length)) ?? { bytes: new Uint8Array(0), holes: [] };
  const [hole] = holes;
  if (hole !== undefined) throw new SourceError('incomplete', { hole });
  return bytes;
}

/** `{ type: 'u32', value: '0x2A' | 42, order?: 'big', offset?: 16, expected?: '7' | false }` */
async function readNumber(session: ViewSession, options: NonNullable<Options>): Promise<WantedNumber> {
  const { type, value, expected } = options;
  const order: unknown = options['order'] ?? 'little';
  if (!isNumberType(type)) throw new SourceError('badArgument', { path: 'type' });
  if (order !== 'little' && order !== 'big') throw new SourceError('badArgument', { path: 'order' });
  const form: NumberForm = { type, order };
  const offset = options['offset'] ?? session.selection?.offset ?? session.state?.cursor;
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) {
    throw new SourceError('badArgument', { path: 'offset' });
  }
  const now = await shown(session, offset);
  if (now.length < numberSize(type)) throw new SourceError('pastEnd');
  const bytes = bytesOf(value, form, 'value');
  if (expected === false) return { offset, bytes, expected: undefined };
  const seen = now.slice(0, bytes.length);
  const wanted = expected === undefined ? seen : bytesOf(expected, form, 'expected');
  // Staged, nothing else compares it with what is there.
  if (session.document.mode !== 'live' && !equalBytes(wanted, seen)) throw new SourceError('changedSince');
  return { offset, bytes, expected: wanted };
}

/** Asks for type, byte order, value and, where others may write meanwhile, over what it may go. */
async function ask(
  session: ViewSession,
  offset: number,
  now: Uint8Array,
  last: NumberForm,
): Promise<{ readonly wanted: WantedNumber; readonly form: NumberForm } | undefined> {
  let { type, order } = last;
  let bytes = new Uint8Array(0);
  let typed: string | undefined;
  let isGuarded = true;
  const there = () => now.slice(0, numberSize(type));
  const types = numberTypes.filter((each) => numberSize(each) <= now.length);
  const steps: Step[] = [
    (place) =>
      askChoice(place, {
        placeholder: vscode.l10n.t('Type of the number'),
        items: types.map(
          (each): Choice<NumberType> => ({ label: each, description: readings(now, each), value: each }),
        ),
        isActive: (each) => each === type,
        answer: (each) => {
          type = each;
        },
      }),
    (place) =>
      askChoice(place, {
        placeholder: vscode.l10n.t('Byte order'),
        items: (['little', 'big'] as const).map((each) => orderChoice(now, type, each)),
        isActive: (each) => each === order,
        answer: (each) => {
          order = each;
        },
      }),
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Value'),
        placeholder: type.startsWith('f') ? '1.5' : "42, -1, 0x2A, 0b101010, 'A'",
        value: typed ?? formatNumber(there(), { type, order }),
        read: (text) => readTyped(text, { type, order }, there()),
        answer: (value, text) => {
          bytes = Uint8Array.from(value);
          typed = text;
        },
      }),
    (place) =>
      askChoice(place, {
        placeholder: vscode.l10n.t('Others may write it meanwhile'),
        items: [
          {
            label: vscode.l10n.t('Only if it is still {0}', formatNumber(there(), { type, order })),
            description: isAsOne()
              ? vscode.l10n.t('compared and stored as one')
              : vscode.l10n.t('not as one: a reader may meet a part of it'),
            value: true,
          },
          { label: vscode.l10n.t('Whatever is there then'), value: false },
        ],
        isActive: (each) => each === isGuarded,
        answer: (each) => {
          isGuarded = each;
        },
      }),
  ];
  const isAsOne = () =>
    session.watched?.source.stores?.storesNumbersAsOne === true && isStoredAsOne(offset, numberSize(type));
  const isLive = session.document.mode === 'live';
  // A byte has no order, and what is staged is compared when it is saved.
  const asked = () => steps.filter((_, step) => (step !== 1 || numberSize(type) > 1) && (step !== 3 || isLive));
  const title = vscode.l10n.t('Write Number at {0}', session.placeText(offset));
  if (!(await runSteps(title, asked))) return undefined;
  return { wanted: { offset, bytes, expected: isGuarded ? there() : undefined }, form: { type, order } };
}

/** What stands there as a number of the type, in both orders where they differ. */
function readings(now: Uint8Array, type: NumberType): string {
  const [little, big] = (['little', 'big'] as const).map((order) => formatNumber(now, { type, order }));
  if (little === big) return little ?? '';
  return vscode.l10n.t('{0}, big-endian {1}', little ?? '', big ?? '');
}

function orderChoice(now: Uint8Array, type: NumberType, order: ByteOrder): Choice<ByteOrder> {
  const label = order === 'little' ? vscode.l10n.t('Little-endian') : vscode.l10n.t('Big-endian');
  return { label, description: vscode.l10n.t('now {0}', formatNumber(now, { type, order })), value: order };
}

/** The bytes that it would be, over what there is. */
function readTyped(text: string, form: NumberForm, now: Uint8Array): ReturnType<ReadText<Uint8Array>> {
  const result = parseNumber(text, form);
  if (!result.ok) return { ok: false, why: problemWords(result.problem) };
  const { bytes, isRounded } = result;
  const before = vscode.l10n.t('{0} over {1}, which is {2}', asHex(bytes), asHex(now), formatNumber(now, form));
  if (!isRounded) return { ok: true, value: bytes, words: before };
  const words = vscode.l10n.t('Stored as {0}, the nearest there is: {1}', formatNumber(bytes, form), before);
  return { ok: true, value: bytes, words, isWarning: true };
}

function problemWords(problem: Exclude<TypedNumberResult, { ok: true }>['problem']): string {
  switch (problem.code) {
    case 'empty':
      return vscode.l10n.t('Type a number.');
    case 'notANumber':
      return vscode.l10n.t('This is no number of the type.');
    case 'notWhole':
      return vscode.l10n.t('The type has whole numbers only.');
    case 'notOneCharacter':
      return vscode.l10n.t('One character goes between the quotes.');
    case 'outOfRange':
      return vscode.l10n.t('It goes from {0} to {1}.', problem.least, problem.most);
  }
}

function bytesOf(value: unknown, form: NumberForm, path: string): Uint8Array {
  const result = parseNumber(String(value ?? ''), form);
  if (!result.ok) throw new SourceError('badArgument', { path });
  return result.bytes;
}

function isNumberType(type: unknown): type is NumberType {
  return numberTypes.some((each) => each === type);
}
