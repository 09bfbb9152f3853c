import * as vscode from 'vscode';
import type { SourceDetails } from '../core/byteSource.ts';
import { processName } from '../core/processes/processSummary.ts';
import { posixShmPath, type SourceRef } from '../core/sourceRef.ts';
import { printableName } from '../core/text/printableName.ts';

/**
 * What people call a source: `/dev/shm/ring`, `System V 3 (key 0x1234)`, `memfd:frames`, `anonymous, shared – producer
 * (4121)`. With everything made visible that could mislead. The details are those of the open source.
 */
export function sourceTitle(ref: SourceRef, details: SourceDetails = {}): string {
  switch (ref.kind) {
    case 'file':
      return printableName(ref.path);
    case 'posixShm':
      return printableName(posixShmPath(ref));
    case 'sysvShm': {
      const { key = 0 } = details;
      return key === 0
        ? vscode.l10n.t('System V {0}', ref.shmid)
        : vscode.l10n.t('System V {0} (key {1})', ref.shmid, `0x${(key >>> 0).toString(16).padStart(8, '0')}`);
    }
    case 'processFd':
      return printableName(ref.name);
    case 'processRegion': {
      const name = ref.name.length > 0 ? printableName(ref.name) : anonymous(details);
      return `${name} – ${processTitle(ref.pid, details)}`;
    }
  }
}

/** A process by its name, as lists of processes have it, and its pid: `producer (4121)`. */
export function processTitle(pid: number, { process }: SourceDetails): string {
  if (process === undefined) return vscode.l10n.t('process {0}', pid);
  return `${processName(process)} (${pid})`;
}

function anonymous({ sharing }: SourceDetails): string {
  switch (sharing) {
    case 'shared':
      return vscode.l10n.t('anonymous, shared');
    case 'private':
      return vscode.l10n.t('anonymous, private');
    case undefined:
      return vscode.l10n.t('anonymous');
  }
}
