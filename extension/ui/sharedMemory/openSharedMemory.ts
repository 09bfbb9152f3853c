import * as vscode from 'vscode';
import { refOfMapping, refOfObject } from '../../core/sharedMemoryRef.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refToUri, type SourceRef } from '../../core/sourceRef.ts';
import { encodeUtf8 } from '../../core/utf8.ts';
import type { Platform } from '../../platform/platform.ts';
import { sentenceFor } from '../errors.ts';
import { memoryViewType } from '../hexEditor.ts';
import { openCommand } from './items.ts';
import { isNode, type SharedMemoryNode } from './nodes.ts';
import { objectDescription, objectLabel } from './words.ts';

/**
 * `memglass.sharedMemory.open`: an object, or a process's mapping of it at that process's addresses. Its argument is an
 * element of the view, `{ name }` of a POSIX object, or `{ shmid }` of a System V segment; without one it asks.
 */
export function registerOpenSharedMemory(context: vscode.ExtensionContext, platform: Platform): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(openCommand, async (target?: unknown) => {
      try {
        const ref = await refOf(target, platform);
        if (ref !== undefined) await openRef(ref);
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }),
    vscode.commands.registerCommand('memglass.sharedMemory.copyAddress', async (node?: unknown) => {
      if (!isNode(node) || node.kind !== 'user') return;
      if (node.mapping !== undefined)
        return await vscode.env.clipboard.writeText(`0x${node.mapping.start.toString(16)}`);
      const why = vscode.l10n.t('This process holds a descriptor and maps nothing: there is no address to copy.');
      void vscode.window.showInformationMessage(why);
    }),
  );
}

async function openRef(ref: SourceRef): Promise<void> {
  const uri = vscode.Uri.from(refToUri(ref));
  await vscode.commands.executeCommand('vscode.openWith', uri, memoryViewType, { preview: true });
}

async function refOf(target: unknown, platform: Platform): Promise<SourceRef | undefined> {
  if (target === undefined) return await askObject(platform);
  if (isNode(target)) return refOfNode(target);
  if (typeof target === 'object' && target !== null) {
    if ('name' in target && typeof target.name === 'string') {
      return { kind: 'posixShm', path: encodeUtf8(target.name.replace(/^\/+/, '')) };
    }
    if ('shmid' in target && typeof target.shmid === 'number') return await refOfSegment(target.shmid, platform);
  }
  throw new SourceError('badUri', { path: String(target) });
}

function refOfNode(node: SharedMemoryNode): SourceRef | undefined {
  switch (node.kind) {
    case 'object':
      return refOfObject(node.object) ?? gone();
    case 'user':
      if (node.mapping !== undefined) return refOfMapping(node.user, node.mapping, node.object);
      return refOfObject(node.object) ?? gone();
    default:
      return undefined;
  }
}

async function refOfSegment(shmid: number, platform: Platform): Promise<SourceRef> {
  const { objects } = await platform.sharedMemory.look();
  const object = objects.find((candidate) => candidate.class === 'sysv' && candidate.shmid === shmid);
  return (object === undefined ? undefined : refOfObject(object)) ?? gone();
}

function gone(): never {
  throw new SourceError('gone', { errno: 'ENOENT' });
}

async function askObject(platform: Platform): Promise<SourceRef | undefined> {
  const look = await platform.sharedMemory.look();
  const items = look.objects.map((object) => ({
    label: objectLabel(object),
    description: objectDescription(object, look, Date.now() / 1000),
    object,
  }));
  const placeHolder = vscode.l10n.t('Which shared memory?');
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return chosen === undefined ? undefined : (refOfObject(chosen.object) ?? gone());
}
