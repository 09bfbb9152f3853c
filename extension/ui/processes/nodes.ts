/** The elements of the Processes view: what its commands get as their argument. */

import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import type { RegionKind } from '../../core/memoryMap/regionKind.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import type { OpenedProcess } from './openedProcess.ts';

/** Stays the same element as long as the process is there; `process` is as it was last seen. */
export interface ProcessNode {
  readonly kind: 'process';
  readonly id: string;
  readonly process: ProcessSummary;
}

/** What is in the address space of a process, where the processes that it has started stand beside that. */
export interface SpaceNode {
  readonly kind: 'space';
  readonly id: string;
  readonly parent: ProcessNode;
}

/** The regions of one kind in a process. */
export interface KindNode {
  readonly kind: 'kind';
  readonly id: string;
  readonly parent: ProcessNode | SpaceNode;
  readonly owner: ProcessNode;
  /** The look at the process that it is from. */
  readonly opened: OpenedProcess;
  readonly regionKind: RegionKind;
}

export interface RegionNode {
  readonly kind: 'region';
  readonly id: string;
  readonly parent: KindNode;
  readonly region: MemoryRegion;
  /** Its row in `parent.opened`. */
  readonly row: number;
}

export interface NoteNode {
  readonly kind: 'note';
  readonly id: string;
  readonly parent: ProcessNode | SpaceNode | KindNode;
  readonly text: string;
}

export type ProcessesNode = ProcessNode | SpaceNode | KindNode | RegionNode | NoteNode;

/** Whether an argument of a command is an element of the view. */
export function isRegionNode(value: unknown): value is RegionNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'region' && 'region' in value;
}
