/** `memglass.sharedMemory.fill` and `memglass.sharedMemory.loadFile`: bytes into an object that others have attached. */
import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { formatCount, formatSize, hexWithDecimal } from '../../core/expressions/numbers.ts';
import { type OffsetContext, parseOffset } from '../../core/expressions/offsetExpression.ts';
import { parseRange } from '../../core/expressions/rangeExpression.ts';
import { readContents, type WantedContents } from '../../core/sharedMemory/newSegment.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import { SourceError } from '../../core/sourceError.ts';
import { askFill } from '../asking/askFill.ts';
import { askPath } from '../asking/askPath.ts';
import { askText, runSteps, type Step } from '../asking/askSteps.ts';
import { sentenceForProblem } from '../going/offsetProblems.ts';
import { type FoundObject, objectOfRef, type Services } from './chooseObject.ts';
import { withContents } from './create.ts';
import { withTask } from './memoryTask.ts';
import { confirm, type Options, reach, registerObjectCommand, say } from './objectCommand.ts';
import { usersText } from './users.ts';
import { objectLabel } from './words.ts';

/** A semaphore's bytes are not for writing: who waits would not wake. */
const hasBytes = (object: SharedMemoryObject) => object.class !== 'semaphore';

export function registerWrite(context: vscode.ExtensionContext, services: Services): void {
  const common = { writes: true, accepts: hasBytes, prefersActive: true };
  registerObjectCommand(context, services, {
    ...common,
    command: 'memglass.sharedMemory.fill',
    placeholder: vscode.l10n.t('Which shared memory shall be filled?'),
    run: async (found, options) => {
      const wanted = options === undefined ? await askFillOf(found, services) : readFill(options, found);
      return wanted === undefined ? undefined : await write(found, wanted, options, services);
    },
  });
  registerObjectCommand(context, services, {
    ...common,
    command: 'memglass.sharedMemory.loadFile',
    placeholder: vscode.l10n.t('Into which shared memory shall a file be loaded?'),
    run: async (found, options) => {
      const wanted = options === undefined ? await askLoad(found, services) : readLoad(options, found);
      return wanted === undefined ? undefined : await write(found, wanted, options, services);
    },
  });
}

/** What is to be written where; a file is written as far as it goes. */
interface WantedWrite {
  readonly contents: WantedContents;
  readonly offset: number;
  /** Bytes of the range; undefined for as many as the contents are. */
  readonly length: number | undefined;
}

async function write(
  { object, look }: FoundObject,
  { contents: wanted, offset, length: asked }: WantedWrite,
  options: Options,
  services: Services,
): Promise<{ offset: number; length: number } | undefined> {
  const target = reach(object);
  return await withContents(wanted, services, async (contents) => {
    if (contents === undefined || contents.kind === 'object') throw new SourceError('badArgument', { path: 'fill' });
    const length = asked ?? (contents.kind === 'source' ? contents.length : contents.bytes.length);
    if (BigInt(offset) + BigInt(length) > target.size) throw new SourceError('pastEnd');
    if (options === undefined) {
      const label = objectLabel(object);
      const question = vscode.l10n.t('Write {0} bytes into “{1}”?', formatCount(length), label);
      const place = vscode.l10n.t(
        'From offset {0} on, {1} of its {2}. What was there is lost.',
        hexWithDecimal(offset),
        formatSize(length),
        formatSize(target.size),
      );
      const detail = `${place}\n\n${usersText(object, look)}`;
      if (!(await confirm(question, detail, vscode.l10n.t('Write')))) return undefined;
    }
    const title = vscode.l10n.t('Writing into {0}', objectLabel(object));
    try {
      await withTask(title, length, (task) =>
        services.platform.sharedMemoryOperations.write(target, offset, contents, length, task),
      );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const { stored = 0 } = error.detail;
      const isCancelled = error.code === 'cancelled';
      if (!isCancelled && stored === 0) throw error;
      const words = vscode.l10n.t(
        'Stopped after {0} of {1}. The rest is as it was.',
        formatSize(stored),
        formatSize(length),
      );
      void vscode.window.showWarningMessage(words);
      if (!isCancelled) throw error;
      return { offset, length: stored };
    }
    say(vscode.l10n.t('Wrote {0} bytes', formatCount(length)));
    return { offset, length };
  });
}

/** `{ …, range?: '0x100..0x1FF', fill: 'AA' }`, the whole object where no range is given. */
function readFill(options: NonNullable<Options>, { object }: FoundObject): WantedWrite {
  const contents = readContents(options['fill']);
  const { range } = options;
  if (range !== undefined && typeof range !== 'string') throw new SourceError('badArgument', { path: 'range' });
  const result = parseRange(range ?? 'all', contextOf(object));
  if (!result.ok)
    throw new SourceError(result.problem.code === 'pastEnd' ? 'pastEnd' : 'badArgument', { path: 'range' });
  if (contents.kind === 'pattern') return { contents, ...result.range };
  return { contents, offset: result.range.offset, length: undefined };
}

/** `{ …, file: '/tmp/x', offset?: '0x100' }` */
function readLoad(options: NonNullable<Options>, { object }: FoundObject): WantedWrite {
  const contents = readContents({ file: options['file'] });
  const { offset = 0 } = options;
  const result = parseOffset(String(offset), contextOf(object));
  if (!result.ok) throw new SourceError('badArgument', { path: 'offset' });
  return { contents, offset: result.offset, length: undefined };
}

async function askFillOf(found: FoundObject, services: Services): Promise<WantedWrite | undefined> {
  const { object } = found;
  const selected = selectionIn(found, services);
  // One byte is where the cursor stands, and nothing that somebody selected.
  const selection = selected !== undefined && selected.length > 1 ? selected : undefined;
  const wanted = await askFill({
    title: vscode.l10n.t('Fill “{0}”', objectLabel(object)),
    range: selection === undefined ? 'all' : rangeText(selection),
    placeholder: vscode.l10n.t('0x100..0x1FF (both included), 0x100 +16, all'),
    context: () => contextOf(object),
    placeText: hexWithDecimal,
  });
  return wanted && { contents: { kind: 'pattern', bytes: wanted.pattern }, ...wanted.range };
}

async function askLoad(found: FoundObject, services: Services): Promise<WantedWrite | undefined> {
  const { object } = found;
  const title = vscode.l10n.t('Load a File into “{0}”', objectLabel(object));
  let path: Uint8Array | undefined;
  let offset = selectionIn(found, services)?.offset ?? 0;
  const steps: Step[] = [
    async () => {
      path = await askPath(services.platform, title);
      return path === undefined ? 'cancel' : 'next';
    },
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Offset that the file’s first byte goes to'),
        value: `0x${offset.toString(16).toUpperCase()}`,
        read: (text) => {
          const result = parseOffset(text, contextOf(object));
          if (!result.ok) return { ok: false, why: sentenceForProblem(result.problem) };
          return { ok: true, value: result.offset, words: `${hexWithDecimal(result.offset)}` };
        },
        answer: (value) => {
          offset = value;
        },
      }),
  ];
  if (!(await runSteps(title, () => steps)) || path === undefined) return undefined;
  return { contents: { kind: 'file', path }, offset, length: undefined };
}

/** What is selected in the active view, where that shows this object. */
function selectionIn({ object }: FoundObject, { views }: Services): ByteRange | undefined {
  const session = views.active;
  const opened = session?.document.opened;
  if (opened?.ok !== true || objectOfRef(opened.ref, [object]) === undefined) return undefined;
  return session?.selection;
}

function rangeText({ offset, length }: ByteRange): string {
  return `0x${offset.toString(16).toUpperCase()} +${length}`;
}

function contextOf(object: SharedMemoryObject): OffsetContext {
  const size = sizeOfObject(object);
  const isAddressable = size <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    cursor: 0,
    size: isAddressable ? Number(size) : Number.MAX_SAFE_INTEGER,
    sizeKind: isAddressable ? 'exact' : 'clamped',
  };
}
