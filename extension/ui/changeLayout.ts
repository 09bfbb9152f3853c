import * as vscode from 'vscode';
import type { ViewLayout } from '../protocol/viewTypes.ts';
import type { ActiveViews } from './activeViews.ts';
import { readLayout, writeLayout } from './settings.ts';

interface Choice<K extends keyof ViewLayout> {
  readonly label: string;
  readonly value: ViewLayout[K];
}

interface Question<K extends keyof ViewLayout> {
  readonly key: K;
  readonly label: string;
  readonly icon: string;
  readonly choices: readonly Choice<K>[];
  /** Asks for a value that is not among the choices. */
  readonly other?: (now: ViewLayout[K]) => Promise<ViewLayout[K] | undefined>;
}

/** "Change Layout…": each choice is a setting, written back where it is set now. */
export function registerChangeLayout(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.changeLayout', async () => {
      const session = views.active;
      if (session === undefined) return;
      const { uri } = session.document;
      const layout = readLayout(uri);
      const openSettings = { label: `$(gear) ${vscode.l10n.t('Open All Settings')}` };
      const items = [
        ...questions(layout, uri),
        { label: '', kind: vscode.QuickPickItemKind.Separator },
        { ...openSettings, ask: openMemglassSettings },
      ];
      const chosen = await vscode.window.showQuickPick(items, {
        title: vscode.l10n.t('Layout'),
        placeHolder: vscode.l10n.t('What to change; it applies to all views and is kept in the settings'),
      });
      if (chosen !== undefined && 'ask' in chosen) await chosen.ask();
      session.view.notify('focusGrid');
    }),
  );
}

function itemOf<K extends keyof ViewLayout>(question: Question<K>, layout: ViewLayout, resource: vscode.Uri) {
  const now = layout[question.key];
  const description = question.choices.find(({ value }) => value === now)?.label ?? String(now);
  return { label: `$(${question.icon}) ${question.label}`, description, ask: () => ask(question, now, resource) };
}

async function ask<K extends keyof ViewLayout>(
  question: Question<K>,
  now: ViewLayout[K],
  resource: vscode.Uri,
): Promise<void> {
  const { key, label, choices, other } = question;
  const items = choices.map((choice) => ({
    label: choice.label,
    ...(choice.value === now ? { description: vscode.l10n.t('now') } : {}),
    pick: async (): Promise<ViewLayout[K] | undefined> => choice.value,
  }));
  if (other !== undefined) items.push({ label: vscode.l10n.t('Another Number…'), pick: () => other(now) });
  const chosen = await vscode.window.showQuickPick(items, { title: label });
  const value = await chosen?.pick();
  if (value !== undefined) await writeLayout(resource, key, value);
}

function questions(layout: ViewLayout, resource: vscode.Uri) {
  const item = <K extends keyof ViewLayout>(question: Question<K>) => itemOf(question, layout, resource);
  return [
    item<'bytesPerRow'>({
      key: 'bytesPerRow',
      label: vscode.l10n.t('Bytes per Row'),
      icon: 'list-flat',
      choices: [
        { label: '8', value: 8 },
        { label: '16', value: 16 },
        { label: '32', value: 32 },
        { label: '64', value: 64 },
        { label: vscode.l10n.t('As Many as Fit'), value: 'auto' },
      ],
      other: askBytesPerRow,
    }),
    item<'groupSize'>({
      key: 'groupSize',
      label: vscode.l10n.t('Bytes per Group'),
      icon: 'symbol-array',
      choices: ([1, 2, 4, 8] as const).map((value) => ({ label: String(value), value })),
    }),
    item<'endianness'>({
      key: 'endianness',
      label: vscode.l10n.t('Byte Order in a Group'),
      icon: 'arrow-swap',
      choices: [
        { label: vscode.l10n.t('As in the File (Big Endian)'), value: 'big' },
        { label: vscode.l10n.t('Reversed (Little Endian)'), value: 'little' },
      ],
    }),
    item<'upperCase'>({
      key: 'upperCase',
      label: vscode.l10n.t('Hex Digits'),
      icon: 'case-sensitive',
      choices: [
        { label: vscode.l10n.t('Upper Case (7F)'), value: true },
        { label: vscode.l10n.t('Lower Case (7f)'), value: false },
      ],
    }),
    item<'addressRadix'>({
      key: 'addressRadix',
      label: vscode.l10n.t('Offsets'),
      icon: 'symbol-numeric',
      choices: [
        { label: vscode.l10n.t('Hexadecimal'), value: 'hex' },
        { label: vscode.l10n.t('Decimal'), value: 'decimal' },
      ],
    }),
  ];
}

async function askBytesPerRow(now: ViewLayout['bytesPerRow']): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Bytes per Row'),
    value: String(now),
    validateInput: (typed) => (isRowLength(typed) ? undefined : vscode.l10n.t('Type a whole number from 1 to 512.')),
  });
  return text === undefined ? undefined : Number(text);
}

function isRowLength(text: string): boolean {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 512;
}

async function openMemglassSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', 'memglass');
}
