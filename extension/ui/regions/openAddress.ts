import * as vscode from 'vscode';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { findAddress } from '../../core/memoryMap/findAddress.ts';
import { refOfRegion } from '../../core/memoryMap/regionRef.ts';
import { refToUri } from '../../core/sourceRef.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import { memoryViewType } from '../views/hexEditor.ts';
import { addressSentence } from './addressWords.ts';

/** What the commands about regions need. */
export interface RegionServices {
  readonly lookout: ProcessLookout;
  readonly views: ActiveViews;
}

export interface OfProcess {
  readonly pid: number;
  readonly startTime: number;
}

/** An address that is in no region of the process. */
export class NotMapped extends Error {
  constructor(space: AddressSpace, address: bigint) {
    super(addressSentence(space, address));
    this.name = 'NotMapped';
  }
}

/**
 * Shows an address of a process: in the view that is active, in a tab that has it already, or in a new one. Rejects with
 * a SourceError, or with NotMapped.
 */
export async function openAddress(
  { lookout, views }: RegionServices,
  process: OfProcess,
  address: bigint,
  options: vscode.TextDocumentShowOptions = { preview: false },
): Promise<void> {
  const isHere = ({ regionRef: ref, watched }: NonNullable<ActiveViews['active']>) =>
    ref !== undefined &&
    ref.pid === process.pid &&
    ref.startTime === process.startTime &&
    ref.start <= address &&
    address < ref.end &&
    watched?.isOver === false;
  const { active } = views;
  if (active !== undefined && isHere(active) && active.regionRef !== undefined) {
    await active.show(Number(address - active.regionRef.start), 'goTo');
    active.view.notify('focusGrid');
    return;
  }
  const space = await lookout.regions(process);
  const found = findAddress(space, address);
  if (!found.isMapped) throw new NotMapped(space, address);
  // A region may have grown since its tab was opened.
  const ref = views.of(isHere)?.regionRef ?? refOfRegion(process, space.region(found.row));
  await views.openAt(vscode.Uri.from(refToUri(ref)), memoryViewType, Number(address - ref.start), options);
}
