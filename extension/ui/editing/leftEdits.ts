/** Edits that a window had written down when it ended, and that nobody shows: told at the start, listed, opened or thrown away. */
import * as vscode from 'vscode';
import { type DocumentRef, isMemoryRef, uriToDocument } from '../../core/editing/documentUri.ts';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { KeptDocument } from '../../platform/editing/keptEdits.ts';
import type { Platform } from '../../platform/platform.ts';
import { sentenceFor } from '../errors.ts';
import { checkTrust, confirm } from '../sharedMemory/objectCommand.ts';
import { sourceTitle } from '../sourceTitle.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import { modeName } from './changeMode.ts';
import { type LeftItem, showLeft } from './leftList.ts';

/** Not while the first view is on its way, and after VS Code has brought tabs back. Milliseconds. */
const patience = 3000;

/** How long the list waits for a source that does not answer, as a dead server's. Milliseconds. */
const longestLook = 1500;

/** What was told of before: not at each start again. */
const toldKey = 'memglass.toldLeftEdits';

interface Services {
  readonly platform: Platform;
  readonly views: ActiveViews;
}

export function registerLeftEdits(context: vscode.ExtensionContext, services: Services): void {
  const { keptDocuments } = services.platform;
  const timer = setTimeout(() => {
    void tell(context.globalState, services).catch(() => {});
    void keptDocuments.tidy().catch(() => {});
  }, patience);
  context.subscriptions.push(
    { dispose: () => clearTimeout(timer) },
    vscode.commands.registerCommand('memglass.leftEdits', () => list(services)),
  );
}

/** Once of each: what VS Code brings back itself is in a tab already. */
async function tell(state: vscode.Memento, services: Services): Promise<void> {
  const left = (await services.platform.keptDocuments.left()).filter((kept) => !hasTab(kept));
  const told = new Set(state.get<readonly string[]>(toldKey, []));
  const names = left.map(({ path, written }) => `${path} ${written}`);
  await state.update(toldKey, names);
  const fresh = left.filter((_, i) => !told.has(names[i] ?? ''));
  const [first] = fresh;
  if (first === undefined) return;
  const text =
    fresh.length === 1
      ? vscode.l10n.t('{0} has edits that were not saved when another window ended.', nameOf(first))
      : vscode.l10n.t(
          '{0} documents have edits that were not saved when other windows ended.',
          formatCount(fresh.length),
        );
  const show = vscode.l10n.t('Show');
  if ((await vscode.window.showInformationMessage(text, show)) === show) await list(services);
}

function hasTab({ summary }: KeptDocument): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(
    ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === summary?.stamp?.uri,
  );
}

async function list(services: Services): Promise<void> {
  await showLeft({
    title: vscode.l10n.t('Edits Left by Ended Windows'),
    placeholder: vscode.l10n.t('A document to open with its edits'),
    discardTooltip: vscode.l10n.t('Throw These Edits Away…'),
    nothing: vscode.l10n.t('No window that has ended left edits behind.'),
    load: async () => {
      const left = await services.platform.keptDocuments.left();
      return await Promise.all(left.map((kept) => itemOf(kept, services)));
    },
  });
}

async function itemOf(kept: KeptDocument, services: Services): Promise<LeftItem> {
  const name = nameOf(kept);
  const document = documentOf(kept);
  const amount = amountOf(kept);
  const written = new Date(kept.written).toLocaleString(vscode.env.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const state = stateOf(kept, document, services.platform);
  return {
    label: name.split('/').at(-1) ?? name,
    description: document === undefined ? '' : `${name} · ${modeName(document.mode)}`,
    detail: [amount, written, await within(longestLook, state)].join(' · '),
    open: () => open(kept, services),
    discard: async () => {
      checkTrust();
      const detail = vscode.l10n.t('What they were made over stays as it is.');
      const question = vscode.l10n.t('Throw the edits of {0} away that were left on {1}: {2}?', name, written, amount);
      const isAgreed = await confirm(question, detail, vscode.l10n.t('Throw Away'));
      if (isAgreed) await services.platform.keptDocuments.discard(kept);
      return isAgreed;
    },
  };
}

async function open(kept: KeptDocument, { platform, views }: Services): Promise<void> {
  const [document, name] = [documentOf(kept), nameOf(kept)];
  if (document === undefined) {
    void vscode.window.showWarningMessage(vscode.l10n.t('These edits cannot be read; their file is {0}.', kept.path));
    return;
  }
  // Where it cannot be opened they stay where they are.
  (await platform.openSource(document.ref)).dispose();
  const uri = vscode.Uri.parse(kept.summary?.stamp?.uri ?? '', true);
  const claimed = await platform.keptDocuments.claim(kept);
  if (claimed === 'edited') {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} has other edits in this window. Save or discard those first, then open these.', name),
    );
  } else if (claimed === 'gone') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Another window has opened {0} with its edits.', name));
  }
  await vscode.commands.executeCommand('memglass.open', uri);
  if (claimed !== 'claimed') return;
  const session = views.of((each) => each.document.uri.toString() === uri.toString());
  if (session !== undefined && session.edited?.hasEdits === false) await session.document.bringBackLeft();
}

function documentOf({ summary }: KeptDocument): DocumentRef | undefined {
  try {
    return uriToDocument(vscode.Uri.parse(summary?.stamp?.uri ?? '', true));
  } catch {
    return undefined;
  }
}

function nameOf(kept: KeptDocument): string {
  const document = documentOf(kept);
  return document === undefined ? printableName(kept.path.split('/').at(-1) ?? '') : sourceTitle(document.ref);
}

function amountOf({ summary }: KeptDocument): string {
  if (summary === undefined) return vscode.l10n.t('cannot be read');
  const { count, bytes } = summary;
  const edits = count === 1 ? vscode.l10n.t('1 edit') : vscode.l10n.t('{0} edits', formatCount(count));
  return bytes === undefined ? edits : `${edits}, ${formatSize(bytes)}`;
}

/** Whether what they were made over is what it was. */
async function stateOf(
  { summary }: KeptDocument,
  document: DocumentRef | undefined,
  platform: Platform,
): Promise<string> {
  if (summary === undefined || document === undefined) return vscode.l10n.t('nobody knows of what');
  try {
    const source = await platform.openSource(document.ref);
    try {
      const { version } = await source.probe();
      if (isMemoryRef(document.ref)) return vscode.l10n.t('memory that others may have changed');
      return version === summary.source.version
        ? vscode.l10n.t('the file is what it was')
        : vscode.l10n.t('the file has changed since');
    } finally {
      source.dispose();
    }
  } catch (error) {
    return sentenceFor(error);
  }
}

/** What is known once it is, or after a while that it is not. */
function within(milliseconds: number, answer: Promise<string>): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(vscode.l10n.t('it does not answer')), milliseconds);
    void answer.then((known) => {
      clearTimeout(timer);
      resolve(known);
    });
  });
}
