import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';

/**
 * Who may import what. Project references make most of a wrong import a compile error; this names all of it, and says
 * what to do. A folder may always import itself.
 */
const root = join(import.meta.dirname, '../..');

interface Rule {
  readonly folder: string;
  /** Folders, and bare module names. */
  readonly may: readonly string[];
  /** Folders from which only types may come. */
  readonly types?: readonly string[];
}

const rules: readonly Rule[] = [
  { folder: 'extension/core', may: ['hexy'] },
  { folder: 'extension/procfs', may: ['extension/core'] },
  { folder: 'extension/protocol', may: ['extension/core'] },
  { folder: 'extension/platform', may: ['extension/core', 'extension/procfs', 'node:'], types: ['native'] },
  { folder: 'extension/ui', may: ['extension/core', 'extension/protocol', 'vscode'], types: ['extension/platform'] },
  { folder: 'webview/model', may: ['extension/core', 'extension/protocol'] },
  { folder: 'webview/view', may: ['webview/model', 'extension/core', 'extension/protocol', '@vscode/l10n'] },
];

const importLine = /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]/gm;

describe('imports follow the table of the house', () => {
  for (const rule of rules) {
    test(rule.folder, () => {
      const files = globSync(`${rule.folder}/**/*.ts`, { cwd: root });
      assert.ok(files.length > 0, `${rule.folder} has no files: was it renamed?`);
      for (const file of files) {
        for (const [, type, from = ''] of readFileSync(join(root, file), 'utf8').matchAll(importLine)) {
          const target = from.startsWith('.') ? normalize(join(dirname(file), from)) : from;
          const isIn = (allowed: string) =>
            allowed.endsWith(':') ? target.startsWith(allowed) : target === allowed || target.startsWith(`${allowed}/`);
          const isAllowed =
            isIn(rule.folder) || rule.may.some(isIn) || (type !== undefined && (rule.types ?? []).some(isIn));
          const hint = (rule.types ?? []).some(isIn)
            ? 'import it as a type; extension.ts hands the object in'
            : `${rule.folder} may import ${[...rule.may, ...(rule.types ?? []).map((t) => `types of ${t}`)].join(', ') || 'nothing'}`;
          assert.ok(isAllowed, `${file} imports ${target}: ${hint}`);
        }
      }
    });
  }
});
