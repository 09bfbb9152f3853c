import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { findEncoding } from '../../core/text/textEncodings.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ActiveViews } from './activeViews.ts';
import { StatusEntry, type StatusWords } from './statusEntry.ts';
import type { ViewSession } from './viewSession.ts';

/** Where the cursor rests this long, its page is looked up. */
const restMs = 120;

/** The status bar of the active view: offset, selection, page and whether it is resident, size. */
export function registerStatusBar(context: vscode.ExtensionContext, platform: Platform, views: ActiveViews): void {
  const make = (id: string, name: string, priority: number, command?: string) => {
    const item = vscode.window.createStatusBarItem(`memglass.${id}`, vscode.StatusBarAlignment.Right, priority);
    item.name = name;
    item.command = command;
    context.subscriptions.push(item);
    return new StatusEntry(item);
  };
  // Where VS Code's own editors have line and column, in reading order.
  const offset = make('offset', vscode.l10n.t('Memglass Offset'), 100.9, 'memglass.goToOffset');
  const selection = make('selection', vscode.l10n.t('Memglass Selection'), 100.8, 'memglass.selectRange');
  const page = make('page', vscode.l10n.t('Memglass Page'), 100.7);
  const size = make('size', vscode.l10n.t('Memglass Size'), 100.6);
  const encoding = make('encoding', vscode.l10n.t('Memglass Text Encoding'), 100.5, 'memglass.changeEncoding');
  const mode = make('insertMode', vscode.l10n.t('Memglass Insert Mode'), 100.45, 'memglass.toggleInsertMode');
  const staged = make('staged', vscode.l10n.t('Memglass Staged Edits'), 100.95, 'memglass.showEdits');
  const editing = make('editing', vscode.l10n.t('Memglass Editing Mode'), 100.47, 'memglass.edit.changeMode');
  const all = [offset, selection, page, size, encoding, mode, staged, editing];
  let timer: number | undefined;
  let shownPage = '';

  const update = () => {
    clearTimeout(timer);
    const session = views.active;
    const { state, watched } = session ?? {};
    if (session === undefined || state === undefined || watched === undefined) {
      for (const entry of all) entry.show(undefined);
      shownPage = '';
      return;
    }
    offset.show(offsetWords(session, state.cursor));
    selection.show(selectionWords(session));
    size.show(sizeWords(session));
    encoding.show({
      text: findEncoding(state.encoding)?.name ?? state.encoding,
      tooltip: vscode.l10n.t('Text encoding. Select to change it.'),
    });
    mode.show(modeWords(session));
    staged.show(stagedWords(session));
    editing.show(editingWords(session));
    const pageKey = `${session.document.uri.toString()} ${Math.floor(state.cursor / platform.pageSize)}`;
    if (pageKey !== shownPage) {
      shownPage = pageKey;
      page.show(pageWords(state.cursor, platform.pageSize));
    }
    timer = setTimeout(async () => {
      const words = await residencyWords(session, platform.pageSize);
      if (words !== undefined && pageKey === shownPage) page.show(words);
    }, restMs);
  };
  context.subscriptions.push(views.onDidChange(update), { dispose: () => clearTimeout(timer) });
}

function offsetWords(session: ViewSession, cursor: number): StatusWords {
  return {
    text: session.placeText(cursor),
    tooltip:
      session.origin === undefined
        ? vscode.l10n.t('Offset of the cursor. Select to go to another.')
        : vscode.l10n.t('Address of the cursor, and how far into the region it is. Select to go to another.'),
  };
}

function selectionWords(session: ViewSession): StatusWords | undefined {
  const { state, selection } = session;
  if (state?.anchor === undefined || selection === undefined) return undefined;
  const { offset, length } = selection;
  const last = offset + length - 1;
  return {
    text: vscode.l10n.t('{0} selected (0x{1})', formatCount(length), length.toString(16).toUpperCase()),
    tooltip: vscode.l10n.t('From {0} to {1}', session.placeText(offset), session.placeText(last)),
  };
}

function modeWords({ document, state }: ViewSession): StatusWords | undefined {
  // Live edits only overwrite.
  if (!document.access.isEditable || document.mode === 'live') return undefined;
  const inserts = state?.inserts === true;
  const tooltip = inserts
    ? vscode.l10n.t('What is typed is inserted. Select, or press Insert, to overwrite.')
    : vscode.l10n.t('What is typed overwrites. Select, or press Insert, to insert.');
  return { text: inserts ? vscode.l10n.t('INS') : vscode.l10n.t('OVR'), tooltip, spoken: tooltip };
}

/** What becomes of what is typed, where nothing is said of inserting. */
function editingWords({ document }: ViewSession): StatusWords | undefined {
  if (document.mode !== 'live' || !document.access.isEditable) return undefined;
  const tooltip = document.access.isLocked
    ? vscode.l10n.t('Nothing is written until you unlock it. Select to edit in another way.')
    : vscode.l10n.t('What you type is stored at once, and others see it. Select to edit in another way.');
  const text = document.access.isLocked ? `$(lock) ${vscode.l10n.t('Live, locked')}` : vscode.l10n.t('Live');
  return { text, tooltip, spoken: tooltip };
}

function stagedWords({ edited, document }: ViewSession): StatusWords | undefined {
  const count = edited?.overlay.count ?? 0;
  if (count === 0) return undefined;
  return {
    text: count === 1 ? vscode.l10n.t('staged 1 edit') : vscode.l10n.t('staged {0} edits', formatCount(count)),
    tooltip: document.isHeld
      ? vscode.l10n.t('Seen by nobody else yet: applying stores them. Select to see them.')
      : vscode.l10n.t('Not in the file yet: saving writes them. Select to see them.'),
  };
}

function sizeWords({ edited }: ViewSession): StatusWords | undefined {
  if (edited === undefined) return undefined;
  const { size } = edited.state;
  return {
    text: edited.source.sizeKind === 'endless' ? vscode.l10n.t('endless') : formatSize(size),
    tooltip: vscode.l10n.t('Size: {0} bytes', formatCount(size)),
  };
}

function pageWords(cursor: number, pageSize: number): StatusWords {
  return { text: pageText(cursor, pageSize), tooltip: '' };
}

/** Residency is a fact of the moment: it is asked for once the cursor rests. Undefined where the cursor has moved on. */
async function residencyWords(session: ViewSession, pageSize: number): Promise<StatusWords | undefined> {
  const { state, watched } = session;
  if (state === undefined || watched === undefined) return undefined;
  const start = Math.floor(state.cursor / pageSize) * pageSize;
  try {
    const { residency, allocation } = await watched.overviewOf({ offset: start, length: pageSize }, 1);
    if (session.state?.cursor !== state.cursor || !session.panel.active) return undefined;
    const isHole = allocation?.[0] === 0;
    const isMemory = watched.source.can.watchBytes;
    const hole = isMemory ? vscode.l10n.t('never written') : vscode.l10n.t('hole');
    const words = [pageText(state.cursor, pageSize), residencyText(residency), isHole ? hole : ''];
    const tooltip = [
      residency.method === 'pagemap'
        ? vscode.l10n.t(
            'Page of {0} that holds the cursor, and whether the process has it in its page tables.',
            formatSize(pageSize),
          )
        : vscode.l10n.t('Page of {0} that holds the cursor, and whether the page cache has it.', formatSize(pageSize)),
      ...(residency.method === 'refused'
        ? [vscode.l10n.t('The kernel tells that only to the owner and to those who may write the file.')]
        : []),
      ...(isHole ? [holeText(isMemory)] : []),
    ];
    return { text: words.filter((part) => part !== '').join(' · '), tooltip: tooltip.join('\n') };
  } catch {
    // The view says what is wrong with the source.
    return pageWords(state.cursor, pageSize);
  }
}

function holeText(isMemory: boolean): string {
  return isMemory
    ? vscode.l10n.t('Nobody ever wrote to this page: it reads as zeros, and looking gives it no memory.')
    : vscode.l10n.t('A hole on disk: never written, it reads as zeros.');
}

function pageText(cursor: number, pageSize: number): string {
  return vscode.l10n.t('page {0}', formatCount(Math.floor(cursor / pageSize)));
}

function residencyText({ method, buckets }: { method: string; buckets: Uint8Array }): string {
  if (method === 'refused' || method === 'unsupported') return '';
  return buckets[0] === 0 ? vscode.l10n.t('not resident') : vscode.l10n.t('resident');
}
