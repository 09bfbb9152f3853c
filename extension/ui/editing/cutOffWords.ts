import * as vscode from 'vscode';
import { endOf } from '../../core/byteRange.ts';
import { formatCount, formatSize, hexWithDecimal } from '../../core/expressions/numbers.ts';
import {
  bytesOf,
  type CutOffRelation,
  type CutOffSave,
  extentOf,
  isHeldInMemory,
} from '../../core/saving/cutOffSave.ts';
import type { Banner, BannerAction } from '../../protocol/viewTypes.ts';

export type CutOffChoice = Extract<BannerAction, 'showCutOff' | 'stageCutOff' | 'completeCutOff' | 'keepDespiteCutOff'>;

/** What a save that was cut off leaves to decide, and the ways on. */
export function cutOffBanner(save: CutOffSave, relation: CutOffRelation): Banner {
  return { severity: 'warning', text: cutOffText(save, relation), actions: cutOffActions(save, relation) };
}

/** What happened, what it was about, and what follows from it. */
export function cutOffText(save: CutOffSave, relation: CutOffRelation): string {
  const [when, what] = [cutOffTime(save), cutOffExtent(save)];
  if (what === undefined) {
    return vscode.l10n.t(
      'A save of this file was cut off on {0}, and the journal that would complete it is damaged: nothing of it can be read. Nothing is saved until you say that the file stays as it is.',
      when,
    );
  }
  if (!save.isWhole) {
    return vscode.l10n.t(
      'A save of this file was cut off on {0}, and the journal that would complete it is damaged: {1} can still be read. Nothing is saved until you choose.',
      when,
      what,
    );
  }
  switch (relation) {
    case 'same':
      return vscode.l10n.t(
        'A save of this file was cut off on {0}: {1}. Others have changed the file since, so it was not completed. Nothing is saved until you choose.',
        when,
        what,
      );
    case 'undone':
      return vscode.l10n.t(
        'A save of this file was cut off on {0}: {1}. Nothing of it is in the file, as if somebody had put back what was there before, so it was not completed. Nothing is saved until you choose.',
        when,
        what,
      );
    case 'waiting':
      if (vscode.workspace.isTrusted) {
        return vscode.l10n.t(
          'A save of this file was cut off on {0}: {1}. Another editor has unsaved changes of the file, which would go over it: it is completed once you save or revert them there, unless that changes the file.',
          when,
          what,
        );
      }
      return vscode.l10n.t(
        'A save of this file was cut off on {0}: {1}. Nothing is written from an untrusted workspace: it is completed once you trust it, unless others have changed the file.',
        when,
        what,
      );
    case 'moved':
      return vscode.l10n.t(
        'A save of this file was cut off on {0}: {1}. The file was moved or changed since, so it was not completed. Nothing is saved until you choose.',
        when,
        what,
      );
    case 'replaced':
      return vscode.l10n.t(
        'A save to this path was cut off on {0}: {1}. Another file has taken the path since, so it was not completed.',
        when,
        what,
      );
  }
}

/** `16 B in 3 ranges, from 0xA (10) to 0x3E84 (16,004)`; undefined where nothing is known. */
export function cutOffExtent(save: CutOffSave): string | undefined {
  const extent = extentOf(save);
  if (extent === undefined) return save.isWhole ? vscode.l10n.t('only its size was to change') : undefined;
  const [size, from] = [formatSize(bytesOf(save)), hexWithDecimal(extent.offset)];
  const count = save.ranges.length;
  if (count === 1) return vscode.l10n.t('{0} at {1}', size, from);
  return vscode.l10n.t(
    '{0} in {1} ranges, from {2} to {3}',
    size,
    formatCount(count),
    from,
    hexWithDecimal(endOf(extent) - 1),
  );
}

export function cutOffTime({ at }: CutOffSave): string {
  return new Date(at).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** What can be done with it; a notification crops all but the short labels. */
export function cutOffActions(
  save: CutOffSave,
  relation: CutOffRelation,
): readonly { readonly id: CutOffChoice; readonly label: string; readonly shortLabel: string }[] {
  const maySettle = relation !== 'waiting';
  const isKnown = save.isWhole || save.ranges.length > 0;
  const mayStage = isKnown && isHeldInMemory(save);
  const mayComplete = save.isWhole && (mayStage || relation !== 'replaced');
  const choices: [boolean, CutOffChoice, string, string][] = [
    [save.ranges.length > 0, 'showCutOff', vscode.l10n.t('Show'), vscode.l10n.t('Show')],
    [maySettle && mayStage, 'stageCutOff', vscode.l10n.t('Stage Its Bytes'), vscode.l10n.t('Stage')],
    [maySettle && mayComplete, 'completeCutOff', vscode.l10n.t('Complete the Save…'), vscode.l10n.t('Complete…')],
    [maySettle, 'keepDespiteCutOff', vscode.l10n.t('Keep the File As It Is…'), vscode.l10n.t('Keep File…')],
  ];
  return choices.filter(([may]) => may).map(([, id, label, shortLabel]) => ({ id, label, shortLabel }));
}
