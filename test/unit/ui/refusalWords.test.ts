import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProcessRefusal } from '../../../extension/core/processes/processRefusal.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import '../../support/hostWords.ts';

const { refusalSentence } = await import('../../../extension/ui/processes/refusalWords.ts');
const { sentenceFor } = await import('../../../extension/ui/errors.ts');
const { unreadableText } = await import('../../../extension/ui/regions/unreadableText.ts');

describe('why a process cannot be looked into, and the very thing the user may do', () => {
  const said: readonly (readonly [name: string, ProcessRefusal | undefined, RegExp])[] = [
    [
      'yama 1',
      { kind: 'yama', scope: 1 },
      /only its parents .*ptrace_scope is 1\)\. Allow it with “sudo sysctl kernel\.yama\.ptrace_scope=0” in a terminal, or run VS Code’s server as root\.$/,
    ],
    [
      'yama 2',
      { kind: 'yama', scope: 2 },
      /only root .*ptrace_scope is 2\)\. Allow it with “sudo sysctl kernel\.yama\.ptrace_scope=0” in a terminal, or run VS Code’s server as root\.$/,
    ],
    [
      'yama 3',
      { kind: 'yama', scope: 3 },
      /nobody .*stays so until it is started anew .*ptrace_scope is 3\)\. Have \/etc\/sysctl\.d set it to 0, and restart the machine\.$/,
    ],
    [
      'another user',
      { kind: 'otherUser', uid: 1234 },
      /another user \(uid 1234\)\. Run .* as that user, or as root\.$/,
    ],
    ['not dumpable', { kind: 'notDumpable' }, /setuid, setgid or unreadable program.* Run VS Code’s server as root\.$/],
    [
      'hidepid',
      { kind: 'hidden', hidepid: '2' },
      /\(hidepid=2\)\. Mount it with hidepid=0, or with your group as gid=\.$/,
    ],
    ['hidepid that cannot be seen', { kind: 'hidden', hidepid: undefined }, /\(hidepid=\?\)/],
    ['a kernel thread', { kind: 'kernelThread' }, /thread of the kernel and has no memory of its own\.$/],
    ['a zombie', { kind: 'zombie' }, /has ended, and its parent has not asked how: there is no memory left\.$/],
    ['another namespace', { kind: 'namespace' }, /user namespace .* Run VS Code’s server outside of yours\.$/],
    [
      'more capabilities',
      { kind: 'moreCapable' },
      /capabilities that VS Code’s server has not\. Run the server as root\.$/,
    ],
    ['gone', { kind: 'gone' }, /^It has ended\.$/],
    ['nothing that is known', undefined, /SELinux, AppArmor or seccomp/],
  ];
  for (const [name, refusal, words] of said) {
    test(name, () => {
      const sentence = refusalSentence(refusal);
      assert.match(sentence, words);
      // It is said what a user may run, and never run.
      assert.equal(sentence.includes('sudo'), sentence.includes('in a terminal'));
    });
  }
});

describe('what proc_mem.force_override keeps from being written, by each of its states', () => {
  const sentence = (code: 'forceForbidden' | 'forceOnlyTraced' | 'forceNever' | 'notWritable') =>
    sentenceFor(new SourceError(code, { id: 4121, errno: 'EIO' }));

  test('ptrace: a debugger writes it', () => {
    assert.match(
      sentence('forceOnlyTraced'),
      /^Process 4121 may not write there, .*only the debugger .*\(EIO, proc_mem\.force_override=ptrace\)\. Write there with a debugger, or start the kernel with proc_mem\.force_override=always\.$/,
    );
  });

  test('never: the kernel is to be started otherwise', () => {
    assert.match(
      sentence('forceNever'),
      /lets nobody past that \(EIO, proc_mem\.force_override=never\)\. Start it with .*=always, or/,
    );
  });

  test('a default that the kernel tells nobody', () => {
    assert.match(
      sentence('forceForbidden'),
      /does not let us past that \(EIO, proc_mem\.force_override\)\. Write there with a debugger, or/,
    );
  });

  test('always: then it is not for want of a right', () => {
    assert.match(sentence('notWritable'), /nothing there that can be written to \(EIO\)/);
  });

  test('in the report of a save of regions', () => {
    assert.deepEqual((['protected', 'protectedUnlessTraced', 'protectedAlways'] as const).map(unreadableText), [
      'no right to read (proc_mem.force_override)',
      'no right to read (proc_mem.force_override=ptrace)',
      'no right to read (proc_mem.force_override=never)',
    ]);
  });
});
