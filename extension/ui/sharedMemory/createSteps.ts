/** The questions that a new segment is made of. */
import * as vscode from 'vscode';
import { parseHexBytes } from '../../core/hexBytes.ts';
import { usualMode, type WantedContents, type WantedSegment } from '../../core/newSegment.ts';
import { formatCount, formatHexOffset, formatSize } from '../../core/numbers.ts';
import { formatMode, modeLetters, parseMode } from '../../core/octalMode.ts';
import { printableName } from '../../core/printableName.ts';
import { formatSegmentKey, parseSegmentKey } from '../../core/segmentKey.ts';
import { checkShmName } from '../../core/shmName.ts';
import { parseSize } from '../../core/sizeExpression.ts';
import { encodeUtf8 } from '../../core/utf8.ts';
import { askPath } from '../askPath.ts';
import { askChoice, askText, type ReadText, runSteps, type Step } from '../askSteps.ts';
import { sentenceFor } from '../errors.ts';
import type { Services } from './chooseObject.ts';
import { sentenceForHex, sentenceForKey, sentenceForMode, sentenceForName, sentenceForSize } from './inputProblems.ts';

/** What is known when the questions begin. */
export interface CreateScene {
  readonly services: Services;
  /** Bytes; undefined where /dev/shm has no limit. */
  readonly free: bigint | undefined;
  /** Full names in /dev/shm, safe to show, and keys that are taken. */
  readonly takenNames: ReadonlySet<string>;
  readonly takenKeys: ReadonlySet<number>;
  /** How many bytes a file has. */
  readonly sizeOfFile: (path: Uint8Array) => Promise<number>;
}

interface Draft {
  kind: 'posix' | 'key' | 'private';
  name: string;
  file: Uint8Array;
  key: number;
  keyTyped: string;
  contentsKind: 'zeros' | 'pattern' | 'text' | 'hex' | 'file' | 'selection';
  typed: string;
  contents: WantedContents;
  /** How many bytes the contents are, where they have a length. */
  contentsLength: number | undefined;
  sizeTyped: string;
  size: bigint;
  reserve: boolean;
  mode: number;
}

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
    contentsLength: undefined,
    sizeTyped: '',
    size: 0n,
    reserve: true,
    mode: usualMode,
  };
  const isComplete = await runSteps(vscode.l10n.t('New Shared Memory Segment'), () => stepsFor(draft, scene));
  if (!isComplete) return undefined;
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

function contentsStep(draft: Draft, { services }: CreateScene): Step {
  const session = services.views.active;
  const selection = session?.selection;
  const choice = (value: Draft['contentsKind'], icon: string, label: string, description: string) => ({
    label: `$(${icon}) ${label}`,
    description,
    value,
  });
  const items = [
    choice('zeros', 'circle-outline', vscode.l10n.t('Zeros'), vscode.l10n.t('nothing is written')),
    choice('pattern', 'symbol-array', vscode.l10n.t('Repeated Pattern…'), vscode.l10n.t('bytes in hex, to the end')),
    choice('text', 'symbol-string', vscode.l10n.t('Text…'), vscode.l10n.t('UTF-8, then zeros')),
    choice('hex', 'symbol-numeric', vscode.l10n.t('Hex…'), vscode.l10n.t('bytes, then zeros')),
    choice('file', 'file-binary', vscode.l10n.t('A File…'), vscode.l10n.t('its bytes, then zeros')),
  ];
  if (selection !== undefined) {
    const description = vscode.l10n.t('{0} of {1}', formatSize(selection.length), session?.document.path ?? '');
    items.push(choice('selection', 'selection', vscode.l10n.t('The Selection'), description));
  }
  return (place) =>
    askChoice(place, {
      placeholder: vscode.l10n.t('What shall be in it?'),
      items,
      isActive: (kind) => kind === draft.contentsKind,
      answer: (kind) => {
        if (kind !== draft.contentsKind) draft.typed = '';
        draft.contentsKind = kind;
        if (kind === 'zeros') setContents(draft, { kind: 'zeros' }, undefined);
        if (kind === 'selection') setContents(draft, { kind: 'selection' }, selection?.length);
      },
    });
}

function typedStep(draft: Draft): Step {
  const isText = draft.contentsKind === 'text';
  const read: ReadText<Uint8Array> = (text) => {
    if (isText) {
      const value = encodeUtf8(text);
      if (value.length === 0) return { ok: false, why: vscode.l10n.t('Type the text.') };
      return { ok: true, value, words: `${byteCount(value.length)}` };
    }
    const result = parseHexBytes(text);
    if (!result.ok) return { ok: false, why: sentenceForHex(result) };
    return { ok: true, value: result.bytes, words: `${byteCount(result.bytes.length)}` };
  };
  const isPattern = draft.contentsKind === 'pattern';
  return (place) =>
    askText(place, {
      prompt: isText
        ? vscode.l10n.t('Text that it begins with')
        : isPattern
          ? vscode.l10n.t('Bytes in hex, repeated to the end')
          : vscode.l10n.t('Bytes in hex that it begins with'),
      placeholder: isText ? '' : 'DE AD BE EF',
      value: draft.typed,
      read,
      answer: (bytes, text) => {
        draft.typed = text;
        if (isPattern) setContents(draft, { kind: 'pattern', bytes }, undefined);
        else setContents(draft, { kind: 'bytes', bytes }, bytes.length);
      },
    });
}

function fileStep(draft: Draft, { services, sizeOfFile }: CreateScene): Step {
  return async ({ title }) => {
    for (;;) {
      const path = await askPath(services.platform, vscode.l10n.t('{0}: Contents', title));
      // That list has no button: Escape leads back.
      if (path === undefined) return 'back';
      try {
        setContents(draft, { kind: 'file', path }, await sizeOfFile(path));
        return 'next';
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }
  };
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

function setContents(draft: Draft, contents: WantedContents, length: number | undefined): void {
  // A size that was only taken over from other contents is no answer.
  if (draft.sizeTyped === String(draft.contentsLength)) draft.sizeTyped = '';
  Object.assign(draft, { contents, contentsLength: length });
}

function byteCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 byte') : vscode.l10n.t('{0} bytes', formatCount(count));
}
