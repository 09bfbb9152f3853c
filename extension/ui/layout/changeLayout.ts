import * as vscode from 'vscode';
import type { ViewLayout } from '../../protocol/viewTypes.ts';
import { askChoice, askText, runSteps, type Step } from '../asking/askSteps.ts';
import { readLayout, writeLayout } from '../settings.ts';
import type { ActiveViews } from '../views/activeViews.ts';

interface Question<K extends keyof ViewLayout> {
  readonly key: K;
  readonly label: string;
  readonly icon: string;
  readonly choices: readonly { readonly label: string; readonly value: ViewLayout[K] }[];
  /** Asks for a value that is not among the choices. */
  readonly other?: (now: ViewLayout[K], answer: (value: ViewLayout[K]) => void) => Step;
}

/** A question as it stands: what has been answered so far. */
interface Asked {
  readonly label: string;
  readonly description: string;
  /** As many as the answers ask for. */
  steps(): readonly Step[];
  write(): Promise<void>;
}

/** "Change Layout…": each choice is a setting, written back where it is set now. */
export function registerChangeLayout(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.changeLayout', async () => {
      const session = views.active;
      if (session === undefined) return;
      const { uri } = session.document;
      const asked = questions(readLayout(uri), uri);
      let chosen: Asked | 'settings' | undefined;
      const choose: Step = (place) =>
        askChoice<Asked | 'settings'>(place, {
          placeholder: vscode.l10n.t('What to change; it applies to all views and is kept in the settings'),
          items: [
            ...asked.map((each) => ({ label: each.label, description: each.description, value: each })),
            { label: '', kind: vscode.QuickPickItemKind.Separator },
            { label: `$(gear) ${vscode.l10n.t('Open All Settings')}`, value: 'settings' },
          ],
          isActive: (value) => value === chosen,
          answer: (value) => {
            chosen = value;
          },
        });
      const steps = () => [choose, ...(typeof chosen === 'object' ? chosen.steps() : [])];
      if (await runSteps(vscode.l10n.t('Layout'), steps)) {
        if (chosen === 'settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'memglass');
        else await (chosen as Asked | undefined)?.write();
      }
      session.view.notify('focusGrid');
    }),
  );
}

function askedOf<K extends keyof ViewLayout>(question: Question<K>, layout: ViewLayout, resource: vscode.Uri): Asked {
  const { key, label, icon, choices, other } = question;
  const now = layout[key];
  let value: ViewLayout[K] | 'other' | undefined;
  const choose: Step = (place) =>
    askChoice<ViewLayout[K] | 'other'>(place, {
      placeholder: label,
      items: [
        ...choices.map((choice) => ({
          ...choice,
          ...(choice.value === now ? { description: vscode.l10n.t('now') } : {}),
        })),
        ...(other === undefined ? [] : [{ label: vscode.l10n.t('Another Number…'), value: 'other' as const }]),
      ],
      isActive: (each) => each === (value ?? now),
      answer: (answer) => {
        value = answer;
      },
    });
  let typed: ViewLayout[K] | undefined;
  const type = other?.(now, (answer) => {
    typed = answer;
  });
  return {
    label: `$(${icon}) ${label}`,
    description: choices.find((choice) => choice.value === now)?.label ?? String(now),
    steps: () => [choose, ...(value === 'other' && type !== undefined ? [type] : [])],
    write: async () => {
      const wanted = value === 'other' ? typed : value;
      if (wanted !== undefined) await writeLayout(resource, key, wanted);
    },
  };
}

function questions(layout: ViewLayout, resource: vscode.Uri): readonly Asked[] {
  const item = <K extends keyof ViewLayout>(question: Question<K>) => askedOf(question, layout, resource);
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

/** A whole number from 1 to 512. */
function askBytesPerRow(now: ViewLayout['bytesPerRow'], answer: (value: ViewLayout['bytesPerRow']) => void): Step {
  return (place) =>
    askText<number>(place, {
      prompt: vscode.l10n.t('Bytes per Row'),
      value: String(now),
      read: (text) => {
        const value = Number(text);
        const isLength = Number.isInteger(value) && value >= 1 && value <= 512;
        return isLength ? { ok: true, value } : { ok: false, why: vscode.l10n.t('Type a whole number from 1 to 512.') };
      },
      answer,
    });
}
