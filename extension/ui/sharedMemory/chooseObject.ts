/** Which object a command means: an element of the view, what its argument names, or what the user chooses. */
import * as vscode from 'vscode';
import { uriToDocument } from '../../core/editing/documentUri.ts';
import { objectKey, type PosixObject, type SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { sharedMemoryList } from '../../core/sharedMemory/sharedMemoryList.ts';
import { refOfObject } from '../../core/sharedMemory/sharedMemoryRef.ts';
import { checkShmName } from '../../core/sharedMemory/shmName.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refKey, type SourceRef } from '../../core/sourceRef.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import type { Platform } from '../../platform/platform.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import { isNode } from './nodes.ts';
import { groups } from './sharedMemoryTree.ts';
import { groupLabel, objectDescription, objectLabel } from './words.ts';

export interface Services {
  readonly platform: Platform;
  readonly views: ActiveViews;
}

/** An object, as a look found it that began after the command did. */
export interface FoundObject {
  readonly object: SharedMemoryObject;
  readonly look: SharedMemoryLook;
}

export interface Wish {
  /** Which objects the command can do something with. */
  readonly accepts: (object: SharedMemoryObject) => boolean;
  readonly placeholder: string;
  /** Takes what the active view shows rather than asking. */
  readonly prefersActive?: boolean;
}

/**
 * A look refreshes the view too, and VS Code gives a view that is refreshed the focus back that it had a moment ago: a
 * question that comes up in that moment would lose it. Milliseconds.
 */
const viewSettlesMs = 150;

/** A look after which the user is asked something. */
export async function lookBeforeAsking({ sharedMemory }: Platform): Promise<SharedMemoryLook> {
  const look = await sharedMemory.look();
  await new Promise<void>((done) => setTimeout(done, viewSettlesMs));
  return look;
}

/** The same object as it is now: what was asked meanwhile took its time. Rejects with a SourceError where it is gone. */
export async function lookAgain({ object }: FoundObject, platform: Platform): Promise<FoundObject> {
  const look = await lookBeforeAsking(platform);
  return { object: meant(object, look.objects, look.objects), look };
}

/** Undefined where the user left. Rejects with a SourceError where there is no such object (any more). */
export async function chooseObject(
  { platform, views }: Services,
  argument: unknown,
  wish: Wish,
): Promise<FoundObject | undefined> {
  const active = views.active?.document.opened;
  const isAsking = argument === undefined || isNode(argument);
  const look = isAsking ? await lookBeforeAsking(platform) : await platform.sharedMemory.look();
  const found = look.objects.filter(wish.accepts);
  if (argument !== undefined) return { object: meant(argument, found, look.objects), look };
  const shown = active?.ok === true ? objectOfRef(active.ref, found) : undefined;
  if (shown !== undefined && wish.prefersActive === true) return { object: shown, look };
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no shared memory for this here.'));
    return undefined;
  }
  const object = await ask(found, shown, look, wish.placeholder);
  return object === undefined ? undefined : { object, look };
}

/** The object that a view of `ref` shows. */
export function objectOfRef(ref: SourceRef, objects: readonly SharedMemoryObject[]): SharedMemoryObject | undefined {
  return objects.find(isShownBy(ref));
}

function meant(
  argument: unknown,
  accepted: readonly SharedMemoryObject[],
  all: readonly SharedMemoryObject[],
): SharedMemoryObject {
  const matches = matcher(argument);
  const object = accepted.find(matches);
  if (object !== undefined) return object;
  throw all.some(matches) ? new SourceError('notForThis') : new SourceError('gone', { errno: 'ENOENT' });
}

/** What an argument names: an element of the view, an object of a look, `{ name }`, `{ shmid }`, `{ key }` or `{ uri }`. */
function matcher(argument: unknown): (object: SharedMemoryObject) => boolean {
  if (isNode(argument) && (argument.kind === 'object' || argument.kind === 'user')) return sameAs(argument.object);
  if (typeof argument === 'object' && argument !== null) {
    if (isObject(argument)) return sameAs(argument);
    if ('name' in argument && (typeof argument.name === 'string' || argument.name instanceof Uint8Array)) {
      return named(argument.name);
    }
    // Ids count from 0 in each namespace: ours is meant, whose segments are listed.
    if ('shmid' in argument) {
      return (object) => object.class === 'sysv' && object.segment !== undefined && object.shmid === argument.shmid;
    }
    if ('uri' in argument && typeof argument.uri === 'string')
      return isShownBy(uriToDocument(vscode.Uri.parse(argument.uri)).ref);
    if ('key' in argument && argument.key !== 0) {
      return (object) => object.class === 'sysv' && object.segment?.key === argument.key;
    }
  }
  throw new SourceError('badArgument', { path: typeof argument });
}

function sameAs({ identity: wanted }: SharedMemoryObject): (object: SharedMemoryObject) => boolean {
  const key = objectKey(wanted);
  return ({ identity }) => objectKey(identity) === key;
}

/** One that a look gave, and not only a part of it. */
function isObject(argument: object): argument is SharedMemoryObject {
  return 'identity' in argument && 'class' in argument && 'users' in argument;
}

function isShownBy(ref: SourceRef): (object: SharedMemoryObject) => boolean {
  const key = refKey(ref);
  return (object) => {
    const own = refOfObject(object);
    return own !== undefined && refKey(own) === key;
  };
}

/** By the name of shm_open; a semaphore by that of sem_open, or of its file. */
function named(name: string | Uint8Array): (object: SharedMemoryObject) => boolean {
  const checked = checkShmName(name);
  if (!checked.ok) throw new SourceError('badArgument', { path: 'name' });
  const file = checked.file;
  const semaphore = Uint8Array.from([...encodeUtf8('sem.'), ...file]);
  // Without facts it stands in the /dev/shm of another namespace.
  const isAt = (object: PosixObject, wanted: Uint8Array) =>
    object.facts !== undefined &&
    object.name.length === wanted.length &&
    object.name.every((byte, at) => byte === wanted[at]);
  return (object) =>
    (object.class === 'posix' && isAt(object, file)) ||
    (object.class === 'semaphore' && (isAt(object, file) || isAt(object, semaphore)));
}

interface ObjectItem extends vscode.QuickPickItem {
  readonly object?: SharedMemoryObject;
}

async function ask(
  objects: readonly SharedMemoryObject[],
  shown: SharedMemoryObject | undefined,
  look: SharedMemoryLook,
  placeHolder: string,
): Promise<SharedMemoryObject | undefined> {
  const now = Date.now() / 1000;
  const item = (object: SharedMemoryObject): ObjectItem => ({
    label: objectLabel(object),
    description: objectDescription(object, look, now),
    object,
  });
  const heading = (label: string): ObjectItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items = shown === undefined ? [] : [heading(vscode.l10n.t('in the active editor')), item(shown)];
  const sorted = sharedMemoryList(objects, 'name', '');
  for (const group of groups) {
    const rest = sorted.filter((object) => object.class === group && object !== shown);
    if (rest.length > 0) items.push(heading(groupLabel(group)), ...rest.map(item));
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true, ignoreFocusOut: true }))
    ?.object;
}
