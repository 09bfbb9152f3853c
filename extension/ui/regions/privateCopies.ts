import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { formatCount } from '../../core/expressions/numbers.ts';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { confirm } from '../sharedMemory/objectCommand.ts';
import { regionName } from './addressWords.ts';

/** How long a region that may be written to is taken to be so still: typing asks with each key. Milliseconds. */
const trustedMs = 1000;

/** How an edit by a command is done. */
export interface EditManner {
  /** False: what a user would be asked is refused. */
  readonly asks: boolean;
  /** Whether it goes over bytes that were not shown, and makes copies of pages, unasked. */
  readonly force: boolean;
}

/** Asks before pages that a process may not write to become copies of its own; once for each region of a document. */
export class PrivateCopies {
  readonly #lookout: Pick<ProcessLookout, 'regions'>;
  readonly #ref: ProcessRegionRef;
  #allowed: { readonly start: bigint; readonly end: bigint; readonly until: number }[] = [];

  constructor(lookout: Pick<ProcessLookout, 'regions'>, ref: ProcessRegionRef) {
    this.#lookout = lookout;
    this.#ref = ref;
  }

  /** Whether a range may be stored into, through all regions that it goes. Rejects with a SourceError where nobody is asked. */
  async mayStore({ offset, length }: ByteRange, manner: EditManner): Promise<boolean> {
    const now = Date.now();
    this.#allowed = this.#allowed.filter(({ until }) => until > now);
    const start = this.#ref.start + BigInt(offset);
    const end = start + BigInt(length);
    let space: AddressSpace | undefined;
    for (let at: bigint | undefined = start; at < end; ) {
      const known = this.#endOfAllowed(at);
      if (known === undefined) space ??= await this.#lookout.regions(this.#ref);
      at = known ?? (space && (await this.#pass(space, at, end, manner)));
      if (at === undefined) return false;
    }
    return true;
  }

  #endOfAllowed(address: bigint): bigint | undefined {
    return this.#allowed.find(({ start, end }) => address >= start && address < end)?.end;
  }

  /** Answers where the region ends that an address is in; undefined where the user does not want a store there, up to `end`. */
  async #pass(
    space: AddressSpace,
    address: bigint,
    end: bigint,
    { asks, force }: EditManner,
  ): Promise<bigint | undefined> {
    const found = findAddress(space, address);
    if (!found.isMapped) throw new SourceError('regionGone', { id: this.#ref.pid });
    const region = space.region(found.row);
    // What is shared is stored into its object: no copy comes of it, and who may not is told by the store.
    if (region.rights.write || region.sharing === 'shared') {
      this.#allowed.push({ start: region.start, end: region.end, until: Date.now() + trustedMs });
      return region.end;
    }
    if (force) return region.end;
    if (!asks) throw new SourceError('wouldCopy');
    const last = (end < region.end ? end : region.end) - 1n;
    const pageSize = 4096n;
    const what = region.rights.execute
      ? vscode.l10n.t('This is code that the process may be running.')
      : vscode.l10n.t('The process may only read this.');
    const detail = vscode.l10n.t(
      '{0} Writing makes a private copy of {1} pages for this process: its file, and other processes that map it, stay as they are. The copy stays, also when the write is undone.',
      what,
      formatCount(last / pageSize - address / pageSize + 1n),
    );
    const question = vscode.l10n.t(
      'Write {0} bytes into {1}?',
      formatCount(last - address + 1n),
      regionName(space, found.row),
    );
    if (!(await confirm(question, detail, vscode.l10n.t('Make a Copy and Write')))) return undefined;
    this.#allowed.push({ start: region.start, end: region.end, until: Number.POSITIVE_INFINITY });
    return region.end;
  }
}
