/** `memglass.sharedMemory.findLeaks`: what programs that have ended left behind, to be saved and removed. */
import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import {
  type Life,
  objectKey,
  type PosixObject,
  type SharedMemoryObject,
  type SysvObject,
} from '../../core/sharedMemory/sharedMemory.ts';
import { findLeaks, judgeLeak, type LeakDoubt, type Leaks } from '../../core/sharedMemory/sharedMemoryLeaks.ts';
import { madeAt, sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import { SourceError } from '../../core/sourceError.ts';
import { pathOnMachine } from '../asking/fileDestination.ts';
import { sentenceFor } from '../errors.ts';
import { lookBeforeAsking, type Services } from './chooseObject.ts';
import { fileNameFor, saveTo } from './copies.ts';
import { doubtText } from './leakWords.ts';
import { isPlain, reach, register } from './objectCommand.ts';
import { ageText, groupLabel, objectLabel } from './words.ts';

type Suspect = PosixObject | SysvObject;

export function registerFindLeaks(context: vscode.ExtensionContext, services: Services): void {
  register(context, 'memglass.sharedMemory.findLeaks', false, async (argument) => {
    const look = await lookBeforeAsking(services.platform);
    const leaks = findLeaks(look.objects, look.sight);
    if (isPlain(argument)) return plain(leaks);
    if (leaks.leaked.length + leaks.looksLeaked.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Nothing is leaked: every shared memory object here is mapped, held or attached.'),
      );
      return undefined;
    }
    const chosen = await askWhich(leaks);
    if (chosen !== undefined && chosen.length > 0) await saveAndRemove(chosen, services);
    return undefined;
  });
}

/** For tasks and tests: names and numbers instead of a list to tick. */
function plain({ leaked, looksLeaked }: Leaks) {
  const facts = (object: Suspect) => ({ label: objectLabel(object), size: Number(sizeOfObject(object)) });
  return {
    leaked: leaked.map(facts),
    looksLeaked: looksLeaked.map(({ object, doubts }) => ({
      ...facts(object),
      doubts: doubts.map(({ code }) => code),
    })),
  };
}

interface LeakItem extends vscode.QuickPickItem {
  readonly object?: Suspect;
}

const { Separator } = vscode.QuickPickItemKind;

/** A list to tick. Nothing is ticked by itself: these may be another person's. */
function askWhich(leaks: Leaks): Promise<readonly Suspect[] | undefined> {
  const input = vscode.window.createQuickPick<LeakItem>();
  const now = Date.now() / 1000;
  const sure = leaks.leaked.map((object) => itemOf(object, [], now));
  const doubtful = leaks.looksLeaked.map(({ object, doubts }) => itemOf(object, doubts, now));
  input.items = [
    ...(sure.length > 0 ? [{ label: vscode.l10n.t('leaked'), kind: Separator }] : []),
    ...sure,
    ...(doubtful.length > 0 ? [{ label: vscode.l10n.t('looks unused'), kind: Separator }] : []),
    ...doubtful,
  ];
  input.canSelectMany = true;
  input.ignoreFocusOut = true;
  input.matchOnDescription = true;
  input.placeholder = vscode.l10n.t('Tick what to save or remove; you are asked again');
  const tell = () => {
    const ticked = input.selectedItems.flatMap(({ object }) => object ?? []);
    input.title = vscode.l10n.t('Leaked Segments: {0} ticked, {1}', ticked.length, formatSize(sumOf(ticked)));
  };
  tell();
  return new Promise((resolve) => {
    let chosen: readonly Suspect[] | undefined;
    input.onDidChangeSelection(tell);
    input.onDidAccept(() => {
      // The list stays, whose first line says what to do.
      if (input.selectedItems.length === 0) return;
      chosen = input.selectedItems.flatMap(({ object }) => object ?? []);
      input.hide();
    });
    input.onDidHide(() => {
      input.dispose();
      resolve(chosen);
    });
    input.show();
  });
}

function itemOf(object: Suspect, doubts: readonly LeakDoubt[], now: number): LeakItem {
  const made = madeAt(object);
  const facts = [
    groupLabel(object.class),
    formatSize(sizeOfObject(object)),
    ...(made === undefined ? [] : [ageText(Math.max(0, now - made))]),
    ...(object.class === 'sysv' ? creatorText(object.creator) : []),
  ];
  const detail = doubts.map(doubtText).join('; ');
  return { label: objectLabel(object), description: facts.join(' · '), ...(detail === '' ? {} : { detail }), object };
}

function creatorText(creator: Life): string[] {
  return creator.kind === 'dead' ? [vscode.l10n.t('its creator {0} has ended', creator.pid)] : [];
}

async function saveAndRemove(chosen: readonly Suspect[], services: Services): Promise<void> {
  const remove = vscode.l10n.t('Remove');
  const save = vscode.l10n.t('Save Each, Then Remove');
  const question =
    chosen.length === 1
      ? vscode.l10n.t('Remove “{0}” of {1}?', chosen.map(objectLabel).join(), formatSize(sumOf(chosen)))
      : vscode.l10n.t('Remove {0} objects of {1} in all?', chosen.length, formatSize(sumOf(chosen)));
  const named = chosen.slice(0, 10).map((object) => `${objectLabel(object)}, ${formatSize(sizeOfObject(object))}`);
  const more = chosen.length > named.length ? [vscode.l10n.t('and {0} more', chosen.length - named.length)] : [];
  const fate = vscode.l10n.t('Each is looked at once more right before. What is removed cannot be brought back.');
  const detail = [...named, ...more, '', fate].join('\n');
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, save, remove);
  if (answer === undefined) return;
  const folder = answer === save ? await askFolder() : undefined;
  if (answer === save && folder === undefined) return;
  // Before anything is saved: what is removed is in no other place.
  if (folder !== undefined) pathOnMachine(folder);
  await removeEach(chosen, folder, services);
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t('Save Here'),
      title: vscode.l10n.t('Folder to Save the Segments In'),
    })) ?? [];
  return folder;
}

/** One after the other; what cannot be saved, or is used after all, stays. */
async function removeEach(
  chosen: readonly Suspect[],
  folder: vscode.Uri | undefined,
  services: Services,
): Promise<void> {
  const kept: string[] = [];
  let freed = 0n;
  for (const object of chosen) {
    try {
      if (folder !== undefined) await saveInto(folder, object, services);
      const reason = await removeIfUnused(object, services);
      if (reason === undefined) freed += sizeOfObject(object);
      else kept.push(`${objectLabel(object)}: ${reason}`);
    } catch (error) {
      kept.push(`${objectLabel(object)}: ${sentenceFor(error)}`);
    }
  }
  const removed = chosen.length - kept.length;
  const done =
    removed === 1
      ? vscode.l10n.t('1 object of {0} is removed.', formatSize(freed))
      : vscode.l10n.t('{0} objects of {1} are removed.', removed, formatSize(freed));
  if (kept.length === 0) void vscode.window.showInformationMessage(done);
  else void vscode.window.showWarningMessage(`${done} ${vscode.l10n.t('Kept: {0}', kept.join(' '))}`);
}

/** Beside others of the same name rather than over them. */
async function saveInto(folder: vscode.Uri, object: Suspect, services: Services): Promise<void> {
  const name = fileNameFor(object);
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? name : name.replace(/\.bin$/, `-${copy}.bin`);
    const path = pathOnMachine(vscode.Uri.joinPath(folder, candidate));
    try {
      await saveTo(object, { path, overwrite: false }, services);
      return;
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'nameTaken') throw error;
    }
  }
}

/** Looks again right before: undefined once it is removed, else why it stays. */
async function removeIfUnused(object: Suspect, { platform }: Services): Promise<string | undefined> {
  const key = objectKey(object.identity);
  const { objects, sight } = await platform.sharedMemory.look();
  const now = objects.find(({ identity }) => objectKey(identity) === key);
  if (now === undefined) return vscode.l10n.t('it is gone already.');
  if (judgeLeak(now, sight).kind === 'inUse') return vscode.l10n.t('somebody uses it now.');
  // Who agreed to remove it, or has a copy of it, has not seen what came since.
  if (sizeOfObject(now) !== sizeOfObject(object)) return vscode.l10n.t('it has another size now.');
  await platform.sharedMemoryOperations.remove(reach(now));
  return undefined;
}

function sumOf(objects: readonly SharedMemoryObject[]): bigint {
  return objects.reduce((sum, object) => sum + sizeOfObject(object), 0n);
}
