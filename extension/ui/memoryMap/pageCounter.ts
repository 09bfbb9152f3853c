import * as vscode from 'vscode';
import type { PageSpan } from '../../core/memoryMap/pageCounts.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { PagesAnswer } from '../../protocol/mapTypes.ts';
import { sentenceFor } from '../errors.ts';
import type { MapWatch } from './mapWatch.ts';

/** Counts pages of a process for one view: the last question only, for the selection may move before it is answered. */
export class PageCounter {
  readonly #watch: MapWatch | undefined;
  #running: AbortController | undefined;

  constructor(watch: MapWatch | undefined) {
    this.#watch = watch;
  }

  /** Never rejects. */
  async count(span: PageSpan): Promise<PagesAnswer> {
    this.giveUp();
    const running = new AbortController();
    this.#running = running;
    try {
      if (this.#watch?.fate.kind !== 'lives') throw new SourceError('processGone', { id: this.#watch?.process.pid });
      if (!/^[0-9a-f]{1,16}$/.test(span.start)) throw new SourceError('badUri');
      const start = BigInt(`0x${span.start}`);
      return { counts: await this.#watch.countPages({ ...span, start }, running.signal) };
    } catch (error) {
      return { refused: running.signal.aborted ? vscode.l10n.t('Given up.') : wordsFor(error) };
    }
  }

  giveUp(): void {
    this.#running?.abort();
    this.#running = undefined;
  }
}

function wordsFor(error: unknown): string {
  const isGone = error instanceof SourceError && error.code === 'processGone';
  return isGone ? vscode.l10n.t('The process is no longer there: its pages cannot be counted.') : sentenceFor(error);
}
