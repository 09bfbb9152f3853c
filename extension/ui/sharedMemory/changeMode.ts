/** `memglass.sharedMemory.changeMode`: who owns an object, and who may read and write it. */
import * as vscode from 'vscode';
import { formatMode, modeLetters } from '../../core/expressions/octalMode.ts';
import { readMode } from '../../core/sharedMemory/newSegment.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { SourceError } from '../../core/sourceError.ts';
import { askText, type ReadText, runSteps, type Step } from '../asking/askSteps.ts';
import type { FoundObject, Services } from './chooseObject.ts';
import { readModeText } from './createSteps.ts';
import { type Options, reach, registerObjectCommand, say } from './objectCommand.ts';
import { objectLabel } from './words.ts';

interface Owner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export function registerChangeMode(context: vscode.ExtensionContext, services: Services): void {
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.changeMode',
    writes: true,
    accepts: (object) => ownerOf(object) !== undefined,
    placeholder: vscode.l10n.t('Of which shared memory shall mode or owner change?'),
    run: async (found, options) => {
      const now = ownerOf(found.object);
      if (now === undefined) throw new SourceError('notReachable');
      const wanted = options === undefined ? await ask(found, now) : readOptions(options, now);
      if (wanted === undefined) return undefined;
      // What stays is not set: only root may give an object away, even to its owner's own group.
      const change = {
        ...(wanted.mode === now.mode ? {} : { mode: wanted.mode }),
        ...(wanted.uid === now.uid ? {} : { uid: wanted.uid }),
        ...(wanted.gid === now.gid ? {} : { gid: wanted.gid }),
      };
      if (Object.keys(change).length > 0) {
        await services.platform.sharedMemoryOperations.changeOwner(reach(found.object), change);
      }
      const { mode, uid, gid } = wanted;
      const label = objectLabel(found.object);
      say(vscode.l10n.t('“{0}” is {1} of user {2}, group {3} now', label, modeLetters(mode), uid, gid));
      return { mode, uid, gid };
    },
  });
}

/** Undefined where nobody can tell: only what has a name, or is of System V, can be asked and changed. */
function ownerOf(object: SharedMemoryObject): Owner | undefined {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      return object.facts;
    case 'sysv':
      return object.segment;
    default:
      return undefined;
  }
}

function readOptions({ mode, uid, gid }: NonNullable<Options>, now: Owner): Owner {
  return {
    mode: mode === undefined ? now.mode : readMode(mode),
    uid: readId('uid', uid, now.uid),
    gid: readId('gid', gid, now.gid),
  };
}

function readId(field: string, value: unknown, now: number): number {
  if (value === undefined) return now;
  if (typeof value !== 'number' || !isId(value)) throw new SourceError('badArgument', { path: field });
  return value;
}

/** -1 and 2^32 - 1 mean “no change” to chown(2). */
function isId(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 32 - 1;
}

async function ask({ object }: FoundObject, now: Owner): Promise<Owner | undefined> {
  const wanted = { mode: now.mode & 0o777, uid: now.uid, gid: now.gid };
  const idStep =
    (field: 'uid' | 'gid', prompt: string): Step =>
    (place) =>
      askText(place, {
        prompt,
        value: String(wanted[field]),
        read: readIdText,
        answer: (id) => {
          wanted[field] = id;
        },
      });
  const steps: Step[] = [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Mode: who may read and write it, in octal'),
        value: formatMode(wanted.mode).slice(1),
        read: readModeText,
        answer: (mode) => {
          wanted.mode = mode;
        },
      }),
    idStep('uid', vscode.l10n.t('User id of its owner')),
    idStep('gid', vscode.l10n.t('Group id')),
  ];
  const title = vscode.l10n.t('Mode and Owner of “{0}”', objectLabel(object));
  return (await runSteps(title, () => steps)) ? wanted : undefined;
}

const readIdText: ReadText<number> = (text) => {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : -1;
  return isId(value) ? { ok: true, value } : { ok: false, why: vscode.l10n.t('A number, as “id” shows it.') };
};
