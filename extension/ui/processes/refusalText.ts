import * as vscode from 'vscode';
import { uriToDocument } from '../../core/editing/documentUri.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { refusalSentence } from './refusalWords.ts';

/**
 * Why memory of a process, or what one holds open, could not be opened, and what the user may do about it. Undefined
 * where the failure is another one, or says all of it by itself.
 */
export async function refusalText(
  error: unknown,
  uri: vscode.Uri,
  lookout: Pick<ProcessLookout, 'whyRefused'>,
): Promise<string | undefined> {
  const isRefusal = error instanceof SourceError && (error.code === 'noTrace' || error.code === 'processGone');
  if (!isRefusal || uri.scheme === 'file') return undefined;
  const { ref } = uriToDocument(uri);
  if (ref.kind !== 'processRegion' && ref.kind !== 'processFd') return undefined;
  const refusal = await lookout.whyRefused(ref, ref.kind === 'processRegion' ? 'memory' : 'look');
  // One that is hidden, or waits to be buried, looks to whoever opens its files like one that is gone.
  const isGone = refusal === undefined || refusal.kind === 'gone';
  if (error.code === 'processGone' && isGone) return undefined;
  const sentence = refusalSentence(refusal);
  return ref.kind === 'processRegion'
    ? vscode.l10n.t('The memory of process {0} cannot be read. {1}', ref.pid, sentence)
    : vscode.l10n.t('What process {0} holds open cannot be read. {1}', ref.pid, sentence);
}
