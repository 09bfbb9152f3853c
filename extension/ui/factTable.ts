import * as vscode from 'vscode';

/** What it is called, and what it is. */
export type Fact = readonly [label: string, value: string];

/** Facts as the table of a hover. Text of other programs is put in as text only. */
export function factTable(title: string, facts: readonly Fact[]): vscode.MarkdownString {
  const rows = facts.map(([label, value]) => `| ${asText(label)} | ${asText(value)} |\n`);
  const markdown = new vscode.MarkdownString(`**${asText(title)}**\n\n| | |\n|---|---|\n${rows.join('')}`);
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  return markdown;
}

/** Whatever might mean something to Markdown as an entity. MarkdownString.appendText leaves `|` and `<`, and no line breaks. */
function asText(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
