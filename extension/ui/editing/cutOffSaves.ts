/**
 * Saves that were cut off: completed at the start, or once the workspace is trusted; those that could not be are told and
 * listed, each to be decided in its file.
 */
import * as vscode from 'vscode';
import type { CutOffSave } from '../../core/saving/cutOffSave.ts';
import { refToUri } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { Platform } from '../../platform/platform.ts';
import { checkTrust, confirm } from '../sharedMemory/objectCommand.ts';
import { cutOffExtent, cutOffTime } from './cutOffWords.ts';
import { type LeftItem, showLeft } from './leftList.ts';

/** Not while the first view is on its way. Milliseconds. */
const patience = 2000;

const command = 'memglass.cutOffSaves';

export function registerCutOffSaves(context: vscode.ExtensionContext, platform: Platform): void {
  /** Whether the file of one may not be written: nothing may, or another editor has unsaved changes of it. */
  let isOneWaiting = false;
  const told = new Set<string>();
  const recover = () => {
    isOneWaiting = false;
    platform.cutOffSaves.recover().then(
      ({ left, isWaiting }) => {
        isOneWaiting ||= isWaiting;
        const fresh = left.filter(({ journal }) => !told.has(journal));
        for (const { journal } of fresh) told.add(journal);
        void tell(fresh, platform);
      },
      // What could not be looked at now is looked at when the file is opened or saved again.
      () => {},
    );
  };
  const timer = setTimeout(recover, patience);
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(recover),
    // Also where what is unsaved was saved, or given up.
    vscode.window.tabGroups.onDidChangeTabs(() => isOneWaiting && recover()),
    { dispose: () => clearTimeout(timer) },
    vscode.commands.registerCommand(command, () => list(platform)),
  );
}

async function tell(left: readonly CutOffSave[], platform: Platform): Promise<void> {
  const [first] = left;
  if (first === undefined) return;
  const text =
    left.length === 1
      ? vscode.l10n.t(
          'A save of {0} was cut off on {1} and could not be completed, because the file has changed since.',
          nameOf(first),
          cutOffTime(first),
        )
      : vscode.l10n.t(
          '{0} saves that were cut off could not be completed, because their files have changed since.',
          left.length,
        );
  const show = vscode.l10n.t('Show');
  if ((await vscode.window.showWarningMessage(text, show)) !== show) return;
  if (left.length === 1) await itemOf(first, platform).open();
  else await list(platform);
}

async function list(platform: Platform): Promise<void> {
  await showLeft({
    title: vscode.l10n.t('Saves That Were Cut Off'),
    placeholder: vscode.l10n.t('A file to open, and to say there what becomes of the save'),
    discardTooltip: vscode.l10n.t('Keep the File As It Is…'),
    nothing: vscode.l10n.t('No save was cut off, or all of them have been completed.'),
    load: async () => {
      await platform.cutOffSaves.recover();
      return (await platform.cutOffSaves.left()).map((save) => itemOf(save, platform));
    },
  });
}

function itemOf(save: CutOffSave, platform: Platform): LeftItem {
  const { path } = save;
  const name = nameOf(save);
  const extent = cutOffExtent(save);
  const discard = async () => {
    checkTrust();
    const detail =
      extent === undefined
        ? vscode.l10n.t('The damaged journal stays beside the others, in the folder of Memglass’s own files.')
        : vscode.l10n.t('What the save of {0} was to write is given up: {1}.', cutOffTime(save), extent);
    const isAgreed = await confirm(
      vscode.l10n.t('Keep {0} as it is?', name),
      detail,
      vscode.l10n.t('Keep the File As It Is'),
    );
    if (isAgreed) await platform.cutOffSaves.discard(save);
    return isAgreed;
  };
  return {
    label: name.split('/').at(-1) ?? name,
    description: path === undefined ? '' : name,
    detail: extent === undefined ? cutOffTime(save) : `${cutOffTime(save)} · ${extent}`,
    discard,
    open: async () => {
      if (path === undefined) await discard();
      else await vscode.commands.executeCommand('memglass.open', vscode.Uri.from(refToUri({ kind: 'file', path })));
    },
  };
}

function nameOf({ path }: CutOffSave): string {
  return path === undefined ? vscode.l10n.t('a file that its damaged journal does not name') : printableName(path);
}
