import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const parse = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));

describe('every string can be translated', () => {
  test('l10n/bundle.l10n.json holds the strings of the code (npm run l10n writes it)', () => {
    const out = mkdtempSync(join(tmpdir(), 'memglass-l10n-'));
    try {
      const tool = join(root, 'node_modules/.bin/vscode-l10n-dev');
      execFileSync(tool, ['export', '-o', out, 'extension', 'webview'], { cwd: root, stdio: 'ignore' });
      const fresh = Object.keys(parse(join(out, 'bundle.l10n.json'))).sort();
      assert.deepEqual(Object.keys(parse(join(root, 'l10n/bundle.l10n.json'))).sort(), fresh);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  test('package.json takes its words from package.nls.json, and uses all of them', () => {
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key).sort();
    assert.deepEqual([...new Set(used)], Object.keys(parse(join(root, 'package.nls.json'))).sort());
  });
});
