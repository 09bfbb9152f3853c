import * as vscode from 'vscode';
import { refOfMapping, refOfObject } from '../../core/sharedMemory/sharedMemoryRef.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refToUri, type SourceRef } from '../../core/sourceRef.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { memoryViewType } from '../views/hexEditor.ts';
import { chooseObject, type Services } from './chooseObject.ts';
import { openCommand } from './items.ts';
import { isNode, type SharedMemoryNode } from './nodes.ts';
import { register } from './objectCommand.ts';

/**
 * `memglass.sharedMemory.open`: an object, or a process's mapping of it at that process's addresses. Its argument is an
 * element of the view, `{ name }` of a POSIX object, or what else names one; without one it asks.
 */
export function registerOpenSharedMemory(context: vscode.ExtensionContext, services: Services): void {
  register(context, openCommand, false, async (target) => {
    const ref = await refOf(target, services);
    if (ref === undefined) return;
    const uri = vscode.Uri.from(refToUri(ref));
    await vscode.commands.executeCommand('vscode.openWith', uri, memoryViewType, { preview: true });
  });
  register(context, 'memglass.sharedMemory.copyAddress', false, async (node) => {
    if (!isNode(node) || node.kind !== 'user') return;
    if (node.mapping !== undefined) return await vscode.env.clipboard.writeText(`0x${node.mapping.start.toString(16)}`);
    const why = vscode.l10n.t('This process holds a descriptor and maps nothing: there is no address to copy.');
    void vscode.window.showInformationMessage(why);
  });
}

/** What needs no look to be found is opened without one. */
async function refOf(target: unknown, services: Services): Promise<SourceRef | undefined> {
  if (isNode(target)) return refOfNode(target);
  if (typeof target === 'object' && target !== null && 'name' in target && typeof target.name === 'string') {
    return { kind: 'posixShm', path: encodeUtf8(target.name.replace(/^\/+/, '')) };
  }
  const placeholder = vscode.l10n.t('Which shared memory?');
  const chosen = await chooseObject(services, target, { accepts: () => true, placeholder });
  return chosen === undefined ? undefined : (refOfObject(chosen.object) ?? gone());
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

function gone(): never {
  throw new SourceError('gone', { errno: 'ENOENT' });
}
