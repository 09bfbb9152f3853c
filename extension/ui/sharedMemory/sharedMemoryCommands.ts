import type * as vscode from 'vscode';
import { registerChangeMode } from './changeMode.ts';
import type { Services } from './chooseObject.ts';
import { registerCopies } from './copies.ts';
import { registerCreate } from './create.ts';
import { registerFindLeaks } from './findLeaks.ts';
import { registerFlush } from './flush.ts';
import { registerRemove } from './remove.ts';
import { registerResize } from './resize.ts';
import { registerSemaphores } from './semaphores.ts';
import { registerWrite } from './write.ts';

/** Everything that makes or changes shared memory. */
export function registerSharedMemoryCommands(context: vscode.ExtensionContext, services: Services): void {
  registerCreate(context, services);
  registerWrite(context, services);
  registerFlush(context, services);
  registerResize(context, services);
  registerChangeMode(context, services);
  registerCopies(context, services);
  registerRemove(context, services);
  registerSemaphores(context, services);
  registerFindLeaks(context, services);
}
