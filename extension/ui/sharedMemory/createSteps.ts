/** The questions that a new segment is made of. */
import * as vscode from 'vscode';
import { formatCount, formatHexOffset, formatSize } from '../../core/expressions/numbers.ts';
import { formatMode, modeLetters, parseMode } from '../../core/expressions/octalMode.ts';
import { parseSize } from '../../core/expressions/sizeExpression.ts';
import { usualMode, type WantedSegment } from '../../core/sharedMemory/newSegment.ts';
import { formatSegmentKey, parseSegmentKey } from '../../core/sharedMemory/segmentKey.ts';
import { checkShmName } from '../../core/sharedMemory/shmName.ts';
import { printableName } from '../../core/text/printableName.ts';
import { askChoice, askText, type ReadText, runSteps, type Step } from '../asking/askSteps.ts';
import { byteCount, type CreateScene, contentsStep, type Draft, fileStep, typedStep } from './contentsSteps.ts';
import { sentenceForKey, sentenceForMode, sentenceForName, sentenceForSize } from './inputProblems.ts';

/** Asks what the new segment shall be; undefined where the user left. */
export async function askNewSegment(scene: CreateScene): Promise<WantedSegment | undefined> {
  const draft: Draft = {
    kind: 'posix',
    name: '',
    file: new Uint8Array(0),
    key: 0,
    keyTyped: '',
    contentsKind: 'zeros',
    typed: '',
    contents: { kind: 'zeros' },
    selection: undefined,
    contentsLength: undefined,
    sizeTyped: '',
    size: 0n,
    reserve: true,
    mode: usualMode,
  };
  const isComplete = await runSteps(vscode.l10n.t('New Shared Memory Segment'), () => stepsFor(draft, scene));
  if (!isComplete) return undefined;
  if (draft.contentsKind === 'selection' && (await draft.selection?.mayBePutIn()) !== true) return undefined;
  const { size, mode, contents, file, reserve, key, kind } = draft;
  return kind === 'posix'
    ? { kind, file, size, mode, reserve, contents }
    : { kind: 'sysv', key: kind === 'private' ? 0 : key, size, mode, contents };
}

function stepsFor(draft: Draft, scene: CreateScene): readonly Step[] {
  const { kind, contentsKind } = draft;
  const hasDetail = contentsKind !== 'zeros' && contentsKind !== 'selection';
  return [
    kindStep(draft),
    ...(kind === 'posix' ? [nameStep(draft, scene)] : kind === 'key' ? [keyStep(draft, scene)] : []),
    contentsStep(draft, scene),
    ...(hasDetail ? [contentsKind === 'file' ? fileStep(draft, scene) : typedStep(draft)] : []),
    sizeStep(draft, scene),
    ...(kind === 'posix' ? [reserveStep(draft, scene)] : []),
    modeStep(draft),
  ];
}

function kindStep(draft: Draft): Step {
  return (place) =>
    askChoice<Draft['kind']>(place, {
      placeholder: vscode.l10n.t('How shall other processes find it?'),
      items: [
        {
          label: `$(chip) ${vscode.l10n.t('POSIX')}`,
          description: vscode.l10n.t('by a name in /dev/shm: shm_open'),
          value: 'posix',
        },
        {
          label: `$(key) ${vscode.l10n.t('System V')}`,
          description: vscode.l10n.t('by a key: shmget'),
          value: 'key',
        },
        {
          label: `$(lock) ${vscode.l10n.t('System V, private')}`,
          description: vscode.l10n.t('by its id alone: IPC_PRIVATE'),
          value: 'private',
        },
      ],
      isActive: (kind) => kind === draft.kind,
      answer: (kind) => {
        draft.kind = kind;
      },
    });
}

function nameStep(draft: Draft, { takenNames }: CreateScene): Step {
  const read: ReadText<Uint8Array> = (text) => {
    const checked = checkShmName(text);
    if (!checked.ok) return { ok: false, why: sentenceForName(checked) };
    const shown = printableName(checked.file);
    if (takenNames.has(shown)) return { ok: false, why: vscode.l10n.t('/dev/shm/{0} exists already.', shown) };
    if (shown.startsWith('sem.')) {
      const words = vscode.l10n.t('A name that begins with “sem.” will be taken for a semaphore.');
      return { ok: true, value: checked.file, words, isWarning: true };
    }
    return { ok: true, value: checked.file, words: `/dev/shm/${shown}` };
  };
  return (place) =>
    askText(place, {
      prompt: vscode.l10n.t('Name, as shm_open takes it'),
      placeholder: '/ring',
      value: draft.name,
      read,
      answer: (file, text) => Object.assign(draft, { file, name: text }),
    });
}

function keyStep(draft: Draft, { takenKeys }: CreateScene): Step {
  const read: ReadText<number> = (text) => {
    const result = parseSegmentKey(text);
    if (!result.ok) return { ok: false, why: sentenceForKey(result) };
    const shown = formatSegmentKey(result.key);
    if (takenKeys.has(result.key)) {
      return { ok: false, why: vscode.l10n.t('A segment with the key {0} exists already.', shown) };
    }
    return { ok: true, value: result.key, words: `${shown}` };
  };
  return (place) =>
    askText(place, {
      prompt: vscode.l10n.t('Key, in hex or decimal'),
      placeholder: '0x4d670001',
      value: draft.keyTyped,
      read,
      answer: (key, text) => Object.assign(draft, { key, keyTyped: text }),
    });
}

function sizeStep(draft: Draft, { free }: CreateScene): Step {
  const { contentsLength } = draft;
  const read: ReadText<bigint> = (text) => {
    const result = parseSize(text, { mayBeEmpty: draft.kind === 'posix' });
    if (!result.ok) return { ok: false, why: sentenceForSize(result.problem) };
    const { size } = result;
    if (contentsLength !== undefined && size < BigInt(contentsLength)) {
      return { ok: false, why: vscode.l10n.t('The contents need {0}.', byteCount(contentsLength)) };
    }
    if (draft.kind === 'posix' && free !== undefined && size > free) {
      const words = vscode.l10n.t('{0}: more than the {1} that are free.', exactly(size), formatSize(free));
      return { ok: true, value: size, words, isWarning: true };
    }
    return { ok: true, value: size, words: `${exactly(size)}` };
  };
  return (place) =>
    askText(place, {
      prompt:
        free === undefined || draft.kind !== 'posix'
          ? vscode.l10n.t('Size')
          : vscode.l10n.t('Size ({0} are free)', formatSize(free)),
      placeholder: '4096, 64K, 1.5MiB, 0x10000',
      value: draft.sizeTyped || (contentsLength === undefined ? '' : String(contentsLength)),
      read,
      answer: (size, text) => Object.assign(draft, { size, sizeTyped: text }),
    });
}

function reserveStep(draft: Draft, { free }: CreateScene): Step {
  const fits = free === undefined || draft.size <= free;
  return (place) =>
    askChoice<boolean>(place, {
      placeholder: vscode.l10n.t('When shall its memory be set aside?'),
      items: [
        {
          label: `$(check) ${vscode.l10n.t('Reserve Now')}`,
          description: fits
            ? vscode.l10n.t('no write to it can fail for want of memory')
            : vscode.l10n.t('there is not enough room'),
          value: true,
        },
        {
          label: `$(circle-outline) ${vscode.l10n.t('Sparse')}`,
          description: vscode.l10n.t('page by page; on a full tmpfs who writes gets SIGBUS'),
          value: false,
        },
      ],
      isActive: (reserve) => reserve === (draft.reserve && fits),
      answer: (reserve) => {
        draft.reserve = reserve;
      },
    });
}

function modeStep(draft: Draft): Step {
  return (place) =>
    askText(place, {
      prompt: vscode.l10n.t('Mode: who may read and write it, in octal'),
      placeholder: '600',
      value: formatMode(draft.mode).slice(1),
      read: readModeText,
      answer: (mode) => {
        draft.mode = mode;
      },
    });
}

/** A mode as it is typed, with the letters that ls shows for it. */
export const readModeText: ReadText<number> = (text) => {
  const result = parseMode(text);
  return result.ok
    ? { ok: true, value: result.mode, words: `${modeLetters(result.mode)}` }
    : { ok: false, why: sentenceForMode(result) };
};

/** `65,536 bytes (64 KiB)` */
export function exactly(size: bigint): string {
  return vscode.l10n.t(
    '{0} bytes ({1})',
    formatCount(size),
    size < 1024n ? `0x${formatHexOffset(size)}` : formatSize(size),
  );
}
