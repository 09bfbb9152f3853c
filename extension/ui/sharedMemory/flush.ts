/** `memglass.sharedMemory.flush`: msync, for objects with a disk behind them. */
import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import type { FlushKind } from '../../platform/sharedMemory/changeObject.ts';
import type { Services } from './chooseObject.ts';
import { type Options, reach, registerObjectCommand, say } from './objectCommand.ts';
import { objectLabel } from './words.ts';

const kinds: readonly FlushKind[] = ['sync', 'async', 'invalidate'];

export function registerFlush(context: vscode.ExtensionContext, services: Services): void {
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.flush',
    writes: true,
    // Of all that is shared only a deleted file can be on a disk.
    accepts: ({ class: kind }) => kind === 'deleted' || kind === 'posix',
    prefersActive: true,
    placeholder: vscode.l10n.t('Which shared memory shall be flushed?'),
    run: async ({ object }, options) => {
      const target = reach(object);
      if (target.kind !== 'file') throw new SourceError('notReachable');
      const how = options === undefined ? await ask() : readHow(options);
      if (how === undefined) return undefined;
      await services.platform.sharedMemoryOperations.flush(target, how);
      say(vscode.l10n.t('“{0}” is flushed', objectLabel(object)));
      return { how };
    },
  });
}

function readHow({ how = 'sync' }: NonNullable<Options>): FlushKind {
  const found = kinds.find((kind) => kind === how);
  if (found === undefined) throw new SourceError('badArgument', { path: 'how' });
  return found;
}

async function ask(): Promise<FlushKind | undefined> {
  const items: (vscode.QuickPickItem & { how: FlushKind })[] = [
    { label: 'MS_SYNC', description: vscode.l10n.t('write, and wait until it is on the disk'), how: 'sync' },
    { label: 'MS_ASYNC', description: vscode.l10n.t('begin to write, and do not wait'), how: 'async' },
    {
      label: 'MS_INVALIDATE',
      description: vscode.l10n.t('write, and have other mappings of the file read it anew'),
      how: 'invalidate',
    },
  ];
  const placeHolder = vscode.l10n.t('How? On a tmpfs there is no disk, and nothing to do.');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.how;
}
