/** The filter by mapped file: which processes map a file whose path holds a text, as long as the filter stands. */
import * as vscode from 'vscode';
import { processKey } from '../../core/processes/processSummary.ts';
import type { MapsAnswer, ProcessLook, ProcessLookout } from '../../platform/processes/processLookout.ts';

type Lookout = Pick<ProcessLookout, 'look' | 'searchMaps'>;

export class MappedFile {
  readonly text: string;
  readonly #lookout: Lookout;
  /** By processKey, of all that were looked into. */
  readonly #answers = new Map<string, MapsAnswer>();
  #isFollowing = false;

  private constructor(text: string, lookout: Lookout) {
    this.text = text;
    this.#lookout = lookout;
  }

  /** Looks into all processes, with progress. Undefined where the user ends that. Rejects where the search fails. */
  static async search(text: string, lookout: Lookout): Promise<MappedFile | undefined> {
    const found = new MappedFile(text, lookout);
    return (await found.renew()) ? found : undefined;
  }

  /** Those that map it. */
  get keys(): ReadonlySet<string> {
    return new Set([...this.#answers].flatMap(([key, answer]) => (answer === 'yes' ? [key] : [])));
  }

  /** How many may not be looked into. */
  get refused(): number {
    return [...this.#answers.values()].filter((answer) => answer === 'refused').length;
  }

  /** Looks into all of them again. Answers whether that came to its end. */
  async renew(): Promise<boolean> {
    const location = vscode.ProgressLocation.Notification;
    const title = vscode.l10n.t('Looking for “{0}” in the maps of all processes', this.text);
    return await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      try {
        const processes = candidates(await this.#lookout.look(stop.signal));
        const answers = await this.#lookout.searchMaps(processes, this.text, stop.signal, (looked) =>
          progress.report({ increment: (100 * looked) / processes.length }),
        );
        this.#answers.clear();
        for (const [key, answer] of answers) this.#answers.set(key, answer);
        return true;
      } catch (error) {
        if (stop.signal.aborted) return false;
        throw error;
      }
    });
  }

  /** Looks into the processes that have come since; what the others map is not asked again. Answers whether that is news. */
  async follow(look: ProcessLook): Promise<boolean> {
    if (this.#isFollowing) return false;
    const there = candidates(look);
    const keys = new Set(there.map(processKey));
    for (const key of this.#answers.keys()) if (!keys.has(key)) this.#answers.delete(key);
    const unknown = there.filter((process) => !this.#answers.has(processKey(process)));
    if (unknown.length === 0) return false;
    this.#isFollowing = true;
    try {
      const answers = await this.#lookout.searchMaps(unknown, this.text);
      for (const [key, answer] of answers) this.#answers.set(key, answer);
      return [...answers.values()].some((answer) => answer !== 'no');
    } finally {
      this.#isFollowing = false;
    }
  }
}

/** Threads of the kernel map nothing. */
function candidates({ processes }: ProcessLook) {
  return processes.filter(({ kernelThread }) => !kernelThread);
}
