import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { forceRuleOf } from '../../../../extension/core/memoryMap/forceRule.ts';

const boot = 'BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro';

test('what was found to be possible counts, whatever the kernel was started with', () => {
  assert.equal(forceRuleOf(true, undefined), 'always');
  assert.equal(forceRuleOf(true, `${boot} proc_mem.force_override=never`), 'always');
});

test('the last mention on the kernel’s command line says why it is not', () => {
  assert.equal(forceRuleOf(false, `${boot} proc_mem.force_override=ptrace quiet\n`), 'ptrace');
  assert.equal(forceRuleOf(false, `proc_mem.force_override=never\n`), 'never');
  assert.equal(forceRuleOf(false, 'proc-mem.force-override=never'), 'never');
  assert.equal(forceRuleOf(false, 'proc_mem.force_override=never proc_mem.force_override=ptrace'), 'ptrace');
});

test('without one, or with one that is another thing, it is not known who may', () => {
  for (const line of [undefined, '', boot, 'proc_mem.force_override=', 'proc_mem.force_override=always']) {
    assert.equal(forceRuleOf(false, line), 'restricted');
  }
  assert.equal(forceRuleOf(false, 'xproc_mem.force_override=never'), 'restricted');
});

test('no command line is too odd', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (line) => {
      assert.ok(['ptrace', 'never', 'restricted'].includes(forceRuleOf(false, line)));
    }),
  );
});
