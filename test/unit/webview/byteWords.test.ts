import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoleReason } from '../../../extension/core/byteSource.ts';
import { holeWords } from '../../../webview/view/byteWords.ts';

const said = (reason: HoleReason, errno?: string) => holeWords({ offset: 0, length: 1, reason, errno }, false);

test('a byte that may not be read is told by the state of proc_mem.force_override', () => {
  assert.match(
    said('protected', 'EIO'),
    /^no right to read, .* does not let us past that \(proc_mem\.force_override\) \(EIO\)$/,
  );
  assert.match(
    said('protectedUnlessTraced', 'EIO'),
    /only an attached debugger past that \(proc_mem\.force_override=ptrace\) \(EIO\)$/,
  );
  assert.match(said('protectedAlways', 'EIO'), /nobody past that \(proc_mem\.force_override=never\) \(EIO\)$/);
});

test('each reason has words of its own', () => {
  const reasons: readonly HoleReason[] = [
    ...(['pastEnd', 'ioError', 'noPermission', 'unmapped', 'gone', 'protected', 'protectedUnlessTraced'] as const),
    ...(['protectedAlways', 'guard', 'device', 'kernel', 'secret', 'absent'] as const),
  ];
  assert.equal(new Set(reasons.map((reason) => said(reason))).size, reasons.length);
});
