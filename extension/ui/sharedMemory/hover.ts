/** The hover of an object: all that is known of it, as a table. Text of other programs is put in as text only. */
import * as vscode from 'vscode';
import type { SharedMemoryObject } from '../../core/sharedMemory.ts';
import type { ObjectDetails } from '../../platform/sharedMemory/objectDetails.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { type Fact, objectFacts } from './facts.ts';
import type { UserNode } from './nodes.ts';
import { descriptorText, kindText, mappingText, objectLabel, processLabel } from './words.ts';

export function objectHover(
  object: SharedMemoryObject,
  details: ObjectDetails,
  look: SharedMemoryLook,
): vscode.MarkdownString {
  return table(`${objectLabel(object)} — ${kindText(object.class)}`, objectFacts(object, details, look));
}

/** Every mapping and descriptor that a process has of an object. */
export function userHover({ object, user }: UserNode): vscode.MarkdownString {
  return table(`${processLabel(user.process)} — ${objectLabel(object)}`, [
    ...user.mappings.map((mapping): Fact => [vscode.l10n.t('Mapping'), mappingText(mapping)]),
    ...user.descriptors.map((held): Fact => [vscode.l10n.t('Descriptor'), descriptorText(held)]),
  ]);
}

function table(title: string, facts: readonly Fact[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  markdown.appendMarkdown('**');
  appendCell(markdown, title);
  markdown.appendMarkdown('**\n\n| | |\n|---|---|\n');
  for (const [label, value] of facts) {
    markdown.appendMarkdown('| ');
    appendCell(markdown, label);
    markdown.appendMarkdown(' | ');
    appendCell(markdown, value);
    markdown.appendMarkdown(' |\n');
  }
  return markdown;
}

/** appendText escapes everything but what ends a cell of a table. */
function appendCell(markdown: vscode.MarkdownString, text: string): void {
  const [first = '', ...rest] = text.split('|');
  markdown.appendText(first);
  for (const part of rest) markdown.appendMarkdown('&#124;').appendText(part);
}
