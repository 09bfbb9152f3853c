/** `memglass.sharedMemory.create`: a new segment, by questions or by an argument. */
import * as vscode from 'vscode';
import type { ByteSource } from '../../core/byteSource.ts';
import { readNewSegment, type WantedContents, type WantedSegment } from '../../core/sharedMemory/newSegment.ts';
import type { MadeSegment } from '../../core/sharedMemory/sharedMemoryRequests.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refToUri, type SourceRef } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Contents } from '../../platform/sharedMemory/contents.ts';
import { memoryViewType } from '../views/hexEditor.ts';
import { lookBeforeAsking, type Services } from './chooseObject.ts';
import { selectionOf } from './chosenSelection.ts';
import { askNewSegment } from './createSteps.ts';
import { withTask } from './memoryTask.ts';
import { isPlain, register } from './objectCommand.ts';

export function registerCreate(context: vscode.ExtensionContext, services: Services): void {
  register(context, 'memglass.sharedMemory.create', true, async (argument) => {
    const wanted = isPlain(argument) ? readNewSegment(argument) : await askNewSegment(await sceneOf(services));
    if (wanted === undefined) return undefined;
    const made = await createSegment(wanted, services);
    if (!isPlain(argument)) await openMade(made);
    return made;
  });
}

/** Rejects with a SourceError; then nothing is left behind. */
export async function createSegment(wanted: WantedSegment, services: Services): Promise<MadeSegment> {
  const { platform } = services;
  return await withContents(wanted.contents, services, async (contents) => {
    const { size, mode } = wanted;
    if (wanted.kind === 'posix') {
      const { file: name, reserve } = wanted;
      const title = vscode.l10n.t('Filling {0}', printableName(name));
      const more = { name, reserve, size, mode, contents };
      await withTask(title, written(contents, size), (task) => platform.sharedMemoryOperations.makePosix(more, task));
      const text = decodeUtf8Strict(name);
      const uri = uriOf({ kind: 'posixShm', path: name });
      return { ...(text === undefined ? {} : { name: `/${text}` }), size: Number(size), uri };
    }
    const { key } = wanted;
    const made = await withTask(vscode.l10n.t('Filling the segment'), written(contents, size), (task) =>
      platform.sharedMemoryOperations.makeSegment({ key, size, mode, contents }, task),
    );
    const { id: shmid, creatorPid } = made;
    return { shmid, key, size: Number(size), uri: uriOf({ kind: 'sysvShm', shmid, creatorPid }) };
  });
}

/** Opens the contents for as long as they are written; the active view's selection is only borrowed. */
export async function withContents<T>(
  wanted: WantedContents,
  { platform, views }: Services,
  run: (contents: Contents | undefined) => Promise<T>,
): Promise<T> {
  switch (wanted.kind) {
    case 'zeros':
      return await run(undefined);
    case 'pattern':
    case 'bytes':
      return await run({ kind: wanted.kind, bytes: wanted.bytes });
    case 'selection': {
      const selection = selectionOf(views.active);
      if (selection === undefined) throw new SourceError('badArgument', { path: 'selection' });
      return await run(selection);
    }
    case 'source':
      return await run(wanted);
    case 'file': {
      const source = await openContents(platform, wanted.path);
      try {
        return await run({ kind: 'source', source, offset: 0, length: await source.size() });
      } finally {
        source.dispose();
      }
    }
  }
}

/** Opens a file to take all of it. Rejects with SourceError('isDevice') for what has no end. */
async function openContents(platform: Platform, path: Uint8Array): Promise<ByteSource> {
  const source = await platform.openSource({ kind: 'file', path });
  if (source.sizeKind === 'exact' || source.sizeKind === 'read') return source;
  source.dispose();
  throw new SourceError('isStream', { path: printableName(path), errno: 'ESPIPE' });
}

async function sceneOf(services: Services) {
  const { platform } = services;
  const [look, free] = await Promise.all([lookBeforeAsking(platform), platform.sharedMemoryOperations.freeBytes()]);
  const names = look.objects.flatMap((object) => (object.class === 'posix' ? [printableName(object.name)] : []));
  const keys = look.objects.flatMap((object) =>
    object.class === 'sysv' && object.segment !== undefined && object.segment.key !== 0 ? [object.segment.key] : [],
  );
  const sizeOfFile = async (path: Uint8Array) => {
    const source = await openContents(platform, path);
    try {
      return await source.size();
    } finally {
      source.dispose();
    }
  };
  return { services, free, takenNames: new Set(names), takenKeys: new Set(keys), sizeOfFile };
}

async function openMade({ uri }: MadeSegment): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.parse(uri), memoryViewType);
}

function uriOf(ref: SourceRef): string {
  return vscode.Uri.from(refToUri(ref)).toString();
}

/** How many bytes are going to be written. */
function written(contents: Contents | undefined, size: bigint): bigint {
  return contents === undefined ? 0n : size;
}
