import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { isHeldInMemory } from '../../core/saving/cutOffSave.ts';
import { sentenceFor } from '../errors.ts';
import { checkTrust, say } from '../sharedMemory/objectCommand.ts';
import type { HexDocument } from '../views/hexDocument.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { applyEdits } from './applyEdits.ts';
import { type CutOffChoice, cutOffActions, cutOffExtent, cutOffText, cutOffTime } from './cutOffWords.ts';
import { type ShownPlace, shownBytes, showPlaces, startOf } from './showPlaces.ts';

/** Places that are listed at most: a user looks at some. */
const mostShown = 1000;

/** Does what the user chose where a save that was cut off is in the way. */
export async function resolveCutOff(session: ViewSession, choice: CutOffChoice): Promise<void> {
  const { document } = session;
  if (!(await isLeft(document))) return;
  switch (choice) {
    case 'showCutOff':
      return await show(session);
    case 'stageCutOff':
      await stage(session);
      return;
    case 'completeCutOff':
      if (await mayComplete(document)) await complete(session);
      return;
    case 'keepDespiteCutOff':
      return await keep(session);
  }
}

/** Refuses a save where the user is, with the ways on. One at a time: auto save tries again and again. */
export async function refuseForCutOff(document: HexDocument, viewOf: () => ViewSession | undefined): Promise<void> {
  const { cutOff } = document;
  if (cutOff?.save === undefined || refused.has(document)) return;
  const actions = cutOffActions(cutOff.save, cutOff.relation);
  const text = vscode.l10n.t('{0} was not saved. {1}', document.path, cutOffText(cutOff.save, cutOff.relation));
  refused.add(document);
  const chosen = await vscode.window.showErrorMessage(text, ...actions.map(({ shortLabel }) => shortLabel));
  refused.delete(document);
  const action = actions.find(({ shortLabel }) => shortLabel === chosen);
  const session = viewOf();
  if (action === undefined) return;
  if (session === undefined) {
    // Closed meanwhile: it says anew what can be done.
    await vscode.commands.executeCommand('memglass.open', document.uri);
    return;
  }
  session.panel.reveal();
  await resolveCutOff(session, action.id).catch((error: unknown) => vscode.window.showErrorMessage(sentenceFor(error)));
}

/** Documents whose refusal is still on the screen. */
const refused = new WeakSet<HexDocument>();

/** Whether it is still to be decided what becomes of it; says so where it is not: nothing else would answer the user. */
async function isLeft({ cutOff, path }: HexDocument): Promise<boolean> {
  if (cutOff === undefined || (await cutOff.isLeft())) return cutOff !== undefined;
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The save of {0} that was cut off is settled already: nothing is left of it to be decided.', path),
  );
  return false;
}

/** What it was to write beside what is there now; places that are the same are left out. */
async function show(session: ViewSession): Promise<void> {
  const { edited, document } = session;
  const save = document.cutOff?.save;
  if (edited === undefined || save === undefined) return;
  const planned = await document.cutOff?.edits();
  const title = vscode.l10n.t('Bytes of the Save That Was Cut Off');
  if (planned === undefined) {
    const places = save.ranges.slice(0, mostShown).map(async ({ offset, length }): Promise<ShownPlace> => {
      const { bytes } = await edited.watched.read(offset, Math.min(length, shownBytes));
      return {
        offset: edited.overlay.toView(offset) ?? offset,
        length,
        description: formatSize(length),
        detail: vscode.l10n.t('there now {0}', startOf(bytes, length)),
      };
    });
    showPlaces(session, title, await Promise.all(places));
    return;
  }
  const places = planned.edits.slice(0, mostShown).map(({ offset, length, bytes, shown = new Uint8Array(0) }) => ({
    offset,
    length: Math.max(1, length),
    description:
      bytes.length === 0
        ? vscode.l10n.t('to be deleted: {0}', formatSize(length))
        : vscode.l10n.t('to be written {0}', startOf(bytes, bytes.length)),
    detail: length === 0 ? vscode.l10n.t('inserted here') : vscode.l10n.t('there now {0}', startOf(shown, length)),
  }));
  showPlaces(session, title, places);
}

/** Where a part has no place any more, the rest is staged, and the journal stays until the user gives it up. */
async function stage(session: ViewSession): Promise<boolean> {
  const { document } = session;
  const first = (await document.cutOff?.edits())?.edits[0];
  const left = await document.stageCutOff();
  if (first !== undefined) await session.arrive(first.offset);
  if (left === 0) return true;
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0}: {1} of the save that was cut off lie past the end of the file, which is shorter now. The rest is staged.',
      document.path,
      formatSize(left),
    ),
  );
  return false;
}

async function complete(session: ViewSession): Promise<void> {
  const { document } = session;
  const save = document.cutOff?.save;
  if (save === undefined || !(await isLeft(document))) return;
  if (!isHeldInMemory(save)) {
    await document.forceCutOff();
    say(vscode.l10n.t('The save is complete.'));
    return;
  }
  if (!(await stage(session))) return;
  await document.settled;
  if (document.isHeld) await applyEdits(document);
  else await vscode.workspace.save(document.uri);
}

async function mayComplete(document: HexDocument): Promise<boolean> {
  const save = document.cutOff?.save;
  if (save === undefined) return false;
  const edits = document.opened.ok ? document.opened.edited.overlay.count : 0;
  const extent = cutOffExtent(save) ?? '';
  const parts = [
    document.cutOff?.relation === 'undone'
      ? vscode.l10n.t('It writes {0}, over what is there now as before the save.', extent)
      : vscode.l10n.t('It writes {0}, over whatever others have put there since.', extent),
    isHeldInMemory(save)
      ? vscode.l10n.t('That can be undone.')
      : vscode.l10n.t('It is too much to be staged first, and cannot be undone.'),
  ];
  if (edits > 0 && isHeldInMemory(save)) {
    parts.push(
      edits === 1
        ? vscode.l10n.t('The edit that is staged here is saved, too.')
        : vscode.l10n.t('The {0} edits that are staged here are saved, too.', formatCount(edits)),
    );
  }
  const yes = vscode.l10n.t('Complete the Save');
  const question = vscode.l10n.t('Complete the save of {0} that was cut off on {1}?', document.path, cutOffTime(save));
  const detail = parts.join(' ');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

async function keep(session: ViewSession): Promise<void> {
  const { document } = session;
  const { cutOff } = document;
  if (cutOff?.save === undefined) return;
  checkTrust();
  const { save, relation } = cutOff;
  const yes = vscode.l10n.t('Keep the File As It Is');
  const instead = cutOffActions(save, relation).find(({ id }) => id === 'stageCutOff')?.label;
  const question = vscode.l10n.t('Keep {0} as it is?', document.path);
  const lost = vscode.l10n.t(
    'What the save of {0} was to write is given up: {1}.',
    cutOffTime(save),
    cutOffExtent(save) ?? vscode.l10n.t('nobody knows what'),
  );
  const way = !save.isWhole
    ? vscode.l10n.t('The damaged journal stays beside the others, in the folder of Memglass’s own files.')
    : instead === undefined
      ? ''
      : vscode.l10n.t('“{0}” makes edits of it instead, which you can look at, undo and save.', instead);
  const detail = `${lost} ${way}`.trim();
  const buttons = instead === undefined ? [yes] : [yes, instead];
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
  if (answer === undefined || !(await isLeft(document))) return;
  if (answer === yes) await cutOff.discard();
  else await stage(session);
}
