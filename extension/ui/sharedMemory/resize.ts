/** `memglass.sharedMemory.resize`: shrinking names the processes that would lose memory they have mapped. */
import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import { parseSize } from '../../core/expressions/sizeExpression.ts';
import { readSize } from '../../core/sharedMemory/newSegment.ts';
import type { FileTarget } from '../../core/sharedMemory/objectTarget.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { processesLosingMemory } from '../../core/sharedMemory/shrinkLoss.ts';
import { SourceError } from '../../core/sourceError.ts';
import { askChoice, askText, runSteps, type Step } from '../asking/askSteps.ts';
import { type FoundObject, lookAgain, type Services } from './chooseObject.ts';
import { exactly } from './createSteps.ts';
import { sentenceForSize } from './inputProblems.ts';
import { confirm, type Options, reach, registerObjectCommand, say } from './objectCommand.ts';
import { processNames, unseenText, usersText } from './users.ts';
import { objectLabel } from './words.ts';

/** System V has no call for it; a semaphore is as long as one is. */
export const canChangeSize = ({ class: kind }: SharedMemoryObject) =>
  kind === 'posix' || kind === 'memfd' || kind === 'deleted';

export function registerResize(context: vscode.ExtensionContext, services: Services): void {
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.resize',
    writes: true,
    accepts: canChangeSize,
    placeholder: vscode.l10n.t('Which shared memory shall be resized?'),
    run: (found, options) => resize(found, options, services),
  });
}

/** F_SEAL_SHRINK and F_SEAL_GROW. */
const [sealedShrink, sealedGrow] = [2, 4];

/** With `options` nothing is asked. */
export async function resize(
  found: FoundObject,
  options: Options,
  services: Services,
): Promise<{ size: number } | undefined> {
  const target = reach(found.object);
  if (target.kind !== 'file') throw new SourceError('notReachable');
  const operations = services.platform.sharedMemoryOperations;
  const seals = await operations.seals(target).catch(() => 0);
  if ((seals & (sealedShrink | sealedGrow)) === (sealedShrink | sealedGrow)) throw new SourceError('sealed');
  const wanted = options === undefined ? await ask(found, target, seals, services) : readOptions(options);
  if (wanted === undefined) return undefined;
  if (wanted.size !== target.size) await operations.resize(target, wanted.size, wanted.reserve);
  say(vscode.l10n.t('“{0}” has {1} now', objectLabel(found.object), formatSize(wanted.size)));
  return { size: Number(wanted.size) };
}

interface WantedSize {
  readonly size: bigint;
  readonly reserve: boolean;
}

function readOptions({ size, reserve = true }: NonNullable<Options>): WantedSize {
  if (typeof reserve !== 'boolean') throw new SourceError('badArgument', { path: 'reserve' });
  return { size: readSize(size), reserve };
}

async function ask(
  found: FoundObject,
  target: FileTarget,
  seals: number,
  { platform }: Services,
): Promise<WantedSize | undefined> {
  const label = objectLabel(found.object);
  let size = target.size;
  let typed = String(target.size);
  let reserve = true;
  const sizeStep: Step = (place) =>
    askText(place, {
      prompt: vscode.l10n.t('New size; it has {0} now', exactly(target.size)),
      placeholder: '4096, 64K, 1.5MiB, 0x10000',
      value: typed,
      read: (text) => {
        const result = parseSize(text, { mayBeEmpty: true });
        if (!result.ok) return { ok: false, why: sentenceForSize(result.problem) };
        const { size: value } = result;
        if (value < target.size && (seals & sealedShrink) !== 0) {
          return { ok: false, why: vscode.l10n.t('It is sealed against shrinking.') };
        }
        if (value > target.size && (seals & sealedGrow) !== 0) {
          return { ok: false, why: vscode.l10n.t('It is sealed against growing.') };
        }
        const lost = value < target.size ? losses(found, value, platform.pageSize) : undefined;
        if (lost !== undefined) return { ok: true, value, words: `${lost}`, isWarning: true };
        return { ok: true, value, words: `${exactly(value)}` };
      },
      answer: (value, text) => {
        size = value;
        typed = text;
      },
    });
  const reserveStep: Step = (place) =>
    askChoice<boolean>(place, {
      placeholder: vscode.l10n.t('When shall the memory of the new part be set aside?'),
      items: [
        {
          label: `$(check) ${vscode.l10n.t('Reserve Now')}`,
          description: vscode.l10n.t('no write to it can fail for want of memory'),
          value: true,
        },
        {
          label: `$(circle-outline) ${vscode.l10n.t('Sparse')}`,
          description: vscode.l10n.t('page by page; on a full tmpfs who writes gets SIGBUS'),
          value: false,
        },
      ],
      isActive: (value) => value === reserve,
      answer: (value) => {
        reserve = value;
      },
    });
  const title = vscode.l10n.t('Resize “{0}”', label);
  if (!(await runSteps(title, () => (size > target.size ? [sizeStep, reserveStep] : [sizeStep])))) return undefined;
  if (size >= target.size) return { size, reserve };
  // Whoever has mapped it while the size was typed loses as much.
  const now = await lookAgain(found, platform);
  const question = vscode.l10n.t('Shrink “{0}” from {1} to {2}?', label, formatSize(target.size), formatSize(size));
  const gone = vscode.l10n.t('The last {0} are lost.', formatSize(target.size - size));
  const harm = losses(now, size, platform.pageSize) ?? usersText(now.object, now.look);
  const isSure = await confirm(question, `${gone}\n\n${harm}`, vscode.l10n.t('Shrink'));
  return isSure ? { size, reserve } : undefined;
}

/** Who would get SIGBUS; undefined where nobody is seen to have mapped what goes. */
function losses({ object, look }: FoundObject, size: bigint, pageSize: number): string | undefined {
  const lost = processesLosingMemory(object.users, size, pageSize);
  if (lost.length === 0) return undefined;
  const names = processNames(lost.map(({ process }) => process));
  const words =
    lost.length === 1
      ? vscode.l10n.t('1 process has the part beyond mapped, and gets SIGBUS when it touches it: {0}.', names)
      : vscode.l10n.t(
          '{0} processes have the part beyond mapped, and get SIGBUS when they touch it: {1}.',
          lost.length,
          names,
        );
  return [words, ...unseenText(object, look)].join('\n');
}
