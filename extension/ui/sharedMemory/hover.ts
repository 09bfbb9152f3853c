/** The hover of an object: all that is known of it, as a table. Text of other programs is put in as text only. */
import * as vscode from 'vscode';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import type { ObjectDetails } from '../../platform/sharedMemory/objectDetails.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { type Fact, factTable } from '../factTable.ts';
import { objectFacts } from './facts.ts';
import type { UserNode } from './nodes.ts';
import { descriptorText, kindText, mappingText, objectLabel, processLabel } from './words.ts';

export function objectHover(
  object: SharedMemoryObject,
  details: ObjectDetails,
  look: SharedMemoryLook,
): vscode.MarkdownString {
  return factTable(`${objectLabel(object)} — ${kindText(object.class)}`, objectFacts(object, details, look));
}

/** Every mapping and descriptor that a process has of an object. */
export function userHover({ object, user }: UserNode): vscode.MarkdownString {
  return factTable(`${processLabel(user.process)} — ${objectLabel(object)}`, [
    ...user.mappings.map((mapping): Fact => [vscode.l10n.t('Mapping'), mappingText(mapping)]),
    ...user.descriptors.map((held): Fact => [vscode.l10n.t('Descriptor'), descriptorText(held)]),
  ]);
}
