/** Copies of an object: in a file, in another object, and as the lines of C that attach to it. */
import * as vscode from 'vscode';
import { attachCode } from '../../core/sharedMemory/attachCode.ts';
import { targetOf } from '../../core/sharedMemory/objectTarget.ts';
import { formatSegmentKey, parseSegmentKey } from '../../core/sharedMemory/segmentKey.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import { checkShmName } from '../../core/sharedMemory/shmName.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import { askText, runSteps } from '../asking/askSteps.ts';
import { askDestination, type FileDestination, readDestination } from '../asking/fileDestination.ts';
import { mustBeSavedElsewhere } from '../editing/unsavedElsewhere.ts';
import type { FoundObject, Services } from './chooseObject.ts';
import { sentenceForKey, sentenceForName } from './inputProblems.ts';
import { withTask } from './memoryTask.ts';
import { type Options, reach, registerObjectCommand, say } from './objectCommand.ts';
import { objectLabel } from './words.ts';

const canBeReached = (object: SharedMemoryObject) => targetOf(object) !== undefined;

export function registerCopies(context: vscode.ExtensionContext, services: Services): void {
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.saveToFile',
    writes: true,
    accepts: canBeReached,
    placeholder: vscode.l10n.t('Which shared memory shall be saved?'),
    run: async (found, options) => {
      const to = options === undefined ? await askFile(found.object, services) : readDestination(options);
      return to === undefined ? undefined : await saveTo(found.object, to, services);
    },
  });
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.duplicate',
    writes: true,
    accepts: (object) => object.class !== 'semaphore' && canBeReached(object),
    placeholder: vscode.l10n.t('Which shared memory shall be duplicated?'),
    run: (found, options) => duplicate(found, options, services),
  });
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.copyAsC',
    writes: false,
    accepts: (object) => attachCode(object) !== undefined,
    placeholder: vscode.l10n.t('For which shared memory?'),
    run: async ({ object }) => {
      const code = attachCode(object);
      if (code === undefined) throw new SourceError('notReachable');
      await vscode.env.clipboard.writeText(code);
      say(vscode.l10n.t('Copied the lines that attach to “{0}”', objectLabel(object)));
      return code;
    },
  });
}

/** Saves an object; what stands at the path is replaced only where the user has said so. */
export async function saveTo(
  object: SharedMemoryObject,
  { path, overwrite }: FileDestination,
  { platform }: Services,
): Promise<{ path: string }> {
  const target = reach(object);
  const shown = printableName(path);
  await mustBeSavedElsewhere({ kind: 'file', path }, platform);
  const title = vscode.l10n.t('Saving {0} to {1}', objectLabel(object), shown);
  await withTask(title, target.size, (task) => platform.sharedMemoryOperations.save(target, path, overwrite, task));
  say(vscode.l10n.t('Saved “{0}” to {1}', objectLabel(object), shown));
  return { path: decodeUtf8Strict(path) ?? shown };
}

/** The name that a file of the object is offered under. */
export function fileNameFor(object: SharedMemoryObject): string {
  return `${objectLabel(object).replace(/[^\w.-]+/g, '_') || 'segment'}.bin`;
}

async function askFile(object: SharedMemoryObject, { platform }: Services): Promise<FileDestination | undefined> {
  const title = vscode.l10n.t('Save “{0}” to a File', objectLabel(object));
  return await askDestination(title, fileNameFor(object), platform.home);
}

async function duplicate(
  { object, look }: FoundObject,
  options: Options,
  { platform }: Services,
): Promise<{ name: string } | { shmid: number } | undefined> {
  const target = reach(object);
  const mode = modeOf(object);
  const title = vscode.l10n.t('Duplicating {0}', objectLabel(object));
  const operations = platform.sharedMemoryOperations;
  if (object.class === 'sysv') {
    const taken = new Set(look.objects.flatMap((each) => (each.class === 'sysv' ? [each.segment?.key] : [])));
    const key = options === undefined ? await askKey(object, taken) : readKey(options);
    if (key === undefined) return undefined;
    const made = await withTask(title, target.size, (task) =>
      operations.duplicateAsSegment(target, { key, mode }, task),
    );
    say(vscode.l10n.t('Duplicated as id {0}', made.id));
    return { shmid: made.id };
  }
  const taken = new Set(look.objects.flatMap((each) => (each.class === 'posix' ? [printableName(each.name)] : [])));
  const name = options === undefined ? await askName(object, taken) : readName(options);
  if (name === undefined) return undefined;
  // As much as the original has: what is all there stays all there, and what is sparse stays sparse.
  const reserve = (object.extent?.allocated ?? 0n) >= sizeOfObject(object);
  await withTask(title, target.size, (task) => operations.duplicateAsPosix(target, { name, reserve, mode }, task));
  say(vscode.l10n.t('Duplicated as {0}', `/dev/shm/${printableName(name)}`));
  return { name: `/${decodeUtf8Strict(name) ?? printableName(name)}` };
}

function modeOf(object: SharedMemoryObject): number {
  if (object.class === 'sysv') return object.segment?.mode ?? 0o600;
  return object.class === 'posix' ? (object.facts?.mode ?? 0o600) & 0o777 : 0o600;
}

/** `{ …, as: '/copy' }` */
function readName({ as }: NonNullable<Options>): Uint8Array {
  const checked = typeof as === 'string' ? checkShmName(as) : undefined;
  if (checked?.ok !== true) throw new SourceError('badArgument', { path: 'as' });
  return checked.file;
}

/** `{ …, as: '0x4d670001' }` or `{ …, as: 'private' }` */
function readKey({ as }: NonNullable<Options>): number {
  if (as === 'private') return 0;
  const result = parseSegmentKey(String(as));
  if (!result.ok) throw new SourceError('badArgument', { path: 'as' });
  return result.key;
}

async function askName(object: SharedMemoryObject, taken: ReadonlySet<string>): Promise<Uint8Array | undefined> {
  let name: Uint8Array | undefined;
  const title = vscode.l10n.t('Duplicate “{0}”', objectLabel(object));
  await runSteps(title, () => [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Name of the copy, as shm_open takes it'),
        value: object.class === 'posix' && object.isReachable ? `/${printableName(object.name)}-copy` : '',
        placeholder: '/copy',
        read: (text) => {
          const checked = checkShmName(text);
          if (!checked.ok) return { ok: false, why: sentenceForName(checked) };
          const shown = printableName(checked.file);
          if (taken.has(shown)) return { ok: false, why: vscode.l10n.t('/dev/shm/{0} exists already.', shown) };
          return { ok: true, value: checked.file, words: `/dev/shm/${shown}` };
        },
        answer: (value) => {
          name = value;
        },
      }),
  ]);
  return name;
}

async function askKey(object: SharedMemoryObject, taken: ReadonlySet<number | undefined>): Promise<number | undefined> {
  let key: number | undefined;
  const title = vscode.l10n.t('Duplicate “{0}”', objectLabel(object));
  await runSteps(title, () => [
    (place) =>
      askText(place, {
        prompt: vscode.l10n.t('Key of the copy; leave it empty for a private segment'),
        placeholder: '0x4d670001',
        read: (text) => {
          if (text.trim() === '') return { ok: true, value: 0, words: vscode.l10n.t('private') };
          const result = parseSegmentKey(text);
          if (!result.ok) return { ok: false, why: sentenceForKey(result) };
          const shown = formatSegmentKey(result.key);
          if (!taken.has(result.key)) return { ok: true, value: result.key, words: `${shown}` };
          return { ok: false, why: vscode.l10n.t('A segment with the key {0} exists already.', shown) };
        },
        answer: (value) => {
          key = value;
        },
      }),
  ]);
  return key;
}
