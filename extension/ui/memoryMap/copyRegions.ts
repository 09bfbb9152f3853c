import * as vscode from 'vscode';
import { figuresOfParts } from '../../core/memoryMap/figureParts.ts';
import { type RegionTextForm, regionTextParts } from '../../core/memoryMap/regionText.ts';
import type { MapSession } from './mapSession.ts';

/** Copies the selected regions, or the one at the cursor. Made in small steps: 65,530 of them are megabytes of text. */
export async function copyRegions(session: MapSession, form: RegionTextForm): Promise<void> {
  const selected = await session.selected();
  if (selected === undefined) return sayNothingSelected();
  if (selected.rows.length === 0) {
    const why = vscode.l10n.t('What is selected is not mapped any more. Copy its address, or choose what is mapped.');
    void vscode.window.showInformationMessage(why);
    return;
  }
  const { look, rows } = selected;
  const parts: string[] = [];
  const figures = figuresOfParts(look.space.columns, look.figures);
  for (const part of regionTextParts(look.space, figures, rows, form)) {
    parts.push(part);
    await new Promise<void>((done) => setTimeout(done, 0));
  }
  await vscode.env.clipboard.writeText(parts.join(''));
  const count = rows.length;
  const message = count === 1 ? vscode.l10n.t('Copied 1 region') : vscode.l10n.t('Copied {0} regions', count);
  vscode.window.setStatusBarMessage(message, 3000);
}

export function sayNothingSelected(): void {
  const why = vscode.l10n.t('No region is selected. Choose one in the table first.');
  void vscode.window.showInformationMessage(why);
}
