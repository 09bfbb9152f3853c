/** The hovers of the Processes view: all that is known of a process, or of a region. */
import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { vmFlags } from '../../core/memoryMap/vmFlags.ts';
import { commandLine, type ProcessSummary } from '../../core/processes/processSummary.ts';
import { printableName } from '../../core/text/printableName.ts';
import { type Fact, factTable } from '../factTable.ts';
import type { RegionNode } from './nodes.ts';
import { mappingText, processLabel, regionLabel, stateText } from './words.ts';

const longestCommand = 2000;

export function processHover(process: ProcessSummary): vscode.MarkdownString {
  const { executable, parentPid, uid, threads, resident, state } = process;
  const facts: (Fact | undefined)[] = [
    [vscode.l10n.t('Command'), commandLine(process, longestCommand)],
    executable && [vscode.l10n.t('Executable'), printableName(executable)],
    [vscode.l10n.t('In memory'), exactSize(BigInt(resident))],
    [vscode.l10n.t('Threads'), String(threads)],
    [vscode.l10n.t('State'), stateText(state)],
    [vscode.l10n.t('User'), `uid ${uid}`],
    parentPid === 0 ? undefined : [vscode.l10n.t('Parent'), String(parentPid)],
  ];
  return factTable(
    processLabel(process),
    facts.filter((fact) => fact !== undefined),
  );
}

export function regionHover({ region, row, parent: { opened } }: RegionNode): vscode.MarkdownString {
  const { name, mapping, device, inode } = opened.space.objectOf(row);
  const { size, resident, proportional, dirty, privateDirty, swapped, measured } = opened.sumsOf(row);
  const facts: (Fact | undefined)[] = [
    name === '' ? undefined : [vscode.l10n.t('Name'), name],
    [vscode.l10n.t('Addresses'), `0x${region.start.toString(16)} – 0x${region.end.toString(16)}`],
    [vscode.l10n.t('Size'), exactSize(size)],
    [vscode.l10n.t('Rights'), opened.space.rightsText(row)],
    [vscode.l10n.t('Mapping'), mappingText(mapping)],
    inode === 0n ? undefined : [vscode.l10n.t('Offset'), `0x${region.offset.toString(16)}`],
    inode === 0n ? undefined : [vscode.l10n.t('Device, inode'), `${device.major}:${device.minor}, ${inode}`],
    ...(measured === 0
      ? []
      : [
          [vscode.l10n.t('In memory'), exactSize(BigInt(resident))] as const,
          [vscode.l10n.t('Its share of that'), exactSize(BigInt(proportional))] as const,
          [vscode.l10n.t('Dirty'), exactSize(BigInt(dirty))] as const,
          [vscode.l10n.t('Dirty and its own'), exactSize(BigInt(privateDirty))] as const,
          [vscode.l10n.t('Swapped out'), exactSize(BigInt(swapped))] as const,
        ]),
    ...opened.flags(row).map((flag): Fact => [flag, vmFlags[flag] ?? '']),
  ];
  return factTable(
    regionLabel(name, mapping),
    facts.filter((fact) => fact !== undefined),
  );
}

function exactSize(size: bigint): string {
  const exact = vscode.l10n.t('{0} bytes', formatCount(size, vscode.env.language));
  return size < 1024n ? exact : `${formatSize(size)} (${exact})`;
}
