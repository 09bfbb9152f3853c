/** `memglass.edit.changeMode`: the same source under the URI of another mode, in this one's place. */
import * as vscode from 'vscode';
import { documentToUri, type EditMode, isMemoryRef } from '../../core/editing/documentUri.ts';
import { formatCount } from '../../core/expressions/numbers.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refOfPath, type SourceRef } from '../../core/sourceRef.ts';
import type { LiveEdits } from '../../platform/editing/liveEdits.ts';
import { type Options, registerRegionCommand } from '../regions/regionCommand.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { applyEdits } from './applyEdits.ts';
import { storedWords } from './storedWords.ts';

export function registerChangeMode(context: vscode.ExtensionContext, views: ActiveViews): void {
  registerRegionCommand(context, 'memglass.edit.changeMode', async (options) => {
    const session = views.active;
    return session === undefined ? undefined : await changeMode(session, options);
  });
}

/** The modes that a source can be edited in. */
function modesOf(ref: SourceRef): readonly EditMode[] {
  return isMemoryRef(ref) ? ['live', 'staged', 'scratch'] : ['staged', 'live', 'scratch'];
}

/** `{ mode: 'live' }` asks for no mode, but for what becomes of staged edits. Answers the mode that it has then. */
async function changeMode(session: ViewSession, options: Options): Promise<EditMode | undefined> {
  const { document } = session;
  if (!document.opened.ok) return undefined;
  const { ref } = document.opened;
  const modes = modesOf(ref);
  const mode = options === undefined ? await choose(modes, document.mode, ref) : readMode(modes, options['mode']);
  if (mode === undefined || mode === document.mode) return mode;
  if (!(await letGo(session))) return document.mode;
  // By its name, where it is shared memory that was opened by the path of its file.
  const named = ref.kind === 'file' ? refOfPath(ref.path) : ref;
  const uri = vscode.Uri.from(documentToUri({ ref: named, mode }));
  const { panel } = session;
  const { viewColumn = vscode.ViewColumn.Active } = panel;
  const old = tabOf(session);
  const viewType = uri.scheme === 'file' ? 'memglass.hex' : 'memglass.memory';
  // The view of a source begins where the last one of it was left, in whatever mode that was.
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, { viewColumn, preview: false });
  if (old !== undefined) await vscode.window.tabGroups.close(old, true);
  return mode;
}

function readMode(modes: readonly EditMode[], wanted: unknown): EditMode {
  const mode = modes.find((each) => each === wanted);
  if (mode === undefined) throw new SourceError('badArgument', { path: 'mode' });
  return mode;
}

async function choose(modes: readonly EditMode[], now: EditMode, ref: SourceRef): Promise<EditMode | undefined> {
  const items = modes.map((mode) => ({
    label: modeName(mode),
    description: mode === now ? vscode.l10n.t('as it is now') : '',
    detail: detailOf(mode, isMemoryRef(ref)),
    mode,
  }));
  const title = vscode.l10n.t('Editing Mode');
  const placeHolder = vscode.l10n.t('What becomes of what you type?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.mode;
}

export function modeName(mode: EditMode): string {
  switch (mode) {
    case 'staged':
      return vscode.l10n.t('Staged');
    case 'live':
      return vscode.l10n.t('Live');
    case 'scratch':
      return vscode.l10n.t('Scratch');
  }
}

function detailOf(mode: EditMode, isMemory: boolean): string {
  switch (mode) {
    case 'staged':
      return isMemory
        ? vscode.l10n.t('Edits are kept here; nobody else sees them until you apply them.')
        : vscode.l10n.t('Edits are kept here; nobody else sees them until you save.');
    case 'live':
      return isMemory
        ? vscode.l10n.t('Each edit is stored at once, and others see it. Begins locked.')
        : vscode.l10n.t('$(warning) Each edit is stored into the file at once, and others see it. There is no Save.');
    case 'scratch':
      return vscode.l10n.t('A private copy to try things in; compared, applied or thrown away.');
  }
}

/** What is edited and not in the source has no place in another mode. Answers whether nothing is left of it. */
async function letGo(session: ViewSession): Promise<boolean> {
  const { document, edited } = session;
  if (document.live !== undefined) return await letGoUnwritten(session, document.live);
  if (edited === undefined || !edited.hasEdits) return true;
  const { count } = edited.overlay;
  const question =
    count === 1
      ? vscode.l10n.t('What shall become of the staged edit of {0}?', document.path)
      : vscode.l10n.t('What shall become of the {0} staged edits of {1}?', formatCount(count), document.path);
  const untaken = vscode.l10n.t('What is not stored yet cannot be taken along into another mode.');
  const stored = await storedWords(document);
  const detail = stored === undefined ? untaken : `${untaken}\n\n${stored}`;
  const first = document.isHeld ? vscode.l10n.t('Apply First') : vscode.l10n.t('Save First');
  const [save, discard] = [first, vscode.l10n.t('Discard Them')];
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, save, discard);
  session.panel.reveal();
  if (document.isHeld) {
    if (answer === save) await applyEdits(document);
    if (answer === discard) await document.revert();
    return !edited.hasEdits;
  }
  if (answer === save) await vscode.workspace.save(document.uri);
  // By way of VS Code: its tab is dirty until it has reverted.
  if (answer === discard) await vscode.commands.executeCommand('workbench.action.files.revert');
  // A save may have met something: the view says what.
  return !edited.hasEdits;
}

/** The same of live edits that met what others had stored. */
async function letGoUnwritten({ document, panel }: ViewSession, live: LiveEdits): Promise<boolean> {
  const count = live.refused.length;
  if (count === 0) return true;
  const question =
    count === 1
      ? vscode.l10n.t('1 edit of {0} is not written: others have changed what you were shown.', document.path)
      : vscode.l10n.t(
          '{0} edits of {1} are not written: others have changed what you were shown.',
          formatCount(count),
          document.path,
        );
  const detail = vscode.l10n.t('What is not stored yet cannot be taken along into another mode.');
  const [write, discard] = [vscode.l10n.t('Write Anyway'), vscode.l10n.t('Discard Them')];
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, write, discard);
  panel.reveal();
  if (answer === write) await document.writeAnyway();
  if (answer === discard) live.lookAgain();
  return live.refused.length === 0;
}

/** The tab of a view. */
export function tabOf({ document, panel }: ViewSession): vscode.Tab | undefined {
  const key = document.uri.toString();
  const group = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn === panel.viewColumn);
  return group?.tabs.find(({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === key);
}
