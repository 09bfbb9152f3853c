import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MemglassApi } from './api.d.ts';
import { uriToDocument } from './core/editing/documentUri.ts';
import { loadNativeAddon } from './platform/nativeAddon.ts';
import { createPlatform } from './platform/platform.ts';
import { isSameFile } from './platform/sameFile.ts';
import { usersOf } from './platform/sharedMemory/usersOf.ts';
import { registerDebugger } from './ui/debugger/debuggerCommands.ts';
import { registerChangeMode } from './ui/editing/changeMode.ts';
import { registerCutOffSaves } from './ui/editing/cutOffSaves.ts';
import { registerEditCommands } from './ui/editing/editCommands.ts';
import { registerEditLock } from './ui/editing/editLock.ts';
import { registerHeldCommands } from './ui/editing/heldCommands.ts';
import { registerLeftEdits } from './ui/editing/leftEdits.ts';
import { registerUndo } from './ui/editing/undoCommands.ts';
import { isUnsavedElsewhere } from './ui/editing/unsavedElsewhere.ts';
import { registerWriteNumber } from './ui/editing/writeNumber.ts';
import { registerGoToOffset } from './ui/going/goToOffset.ts';
import { registerNavigation } from './ui/going/navigation.ts';
import { registerSelectRange } from './ui/going/selectRange.ts';
import { registerChangeEncoding } from './ui/layout/changeEncoding.ts';
import { registerChangeLayout } from './ui/layout/changeLayout.ts';
import { registerCopyAs } from './ui/layout/copyAs.ts';
import { registerLiveCommands } from './ui/layout/liveCommands.ts';
import { ActiveMaps } from './ui/memoryMap/activeMaps.ts';
import { registerMapCommands } from './ui/memoryMap/mapCommands.ts';
import { registerMapEditor } from './ui/memoryMap/mapEditor.ts';
import { registerOpenMemoryMap } from './ui/memoryMap/openMemoryMap.ts';
import { openTarget, registerOpenFile } from './ui/opening/openFile.ts';
import { registerOutsideLinks } from './ui/opening/outsideLinks.ts';
import { registerSourceFileSystem } from './ui/opening/sourceFileSystem.ts';
import { registerTerminalLinks } from './ui/opening/terminalLinks.ts';
import { processesApi } from './ui/processes/processesApi.ts';
import { registerProcessesView } from './ui/processes/processesView.ts';
import { registerGoInRegions } from './ui/regions/goInRegions.ts';
import { registerRegionAddresses } from './ui/regions/regionAddresses.ts';
import { registerSameByte } from './ui/regions/sameByte.ts';
import { registerSaveRegions } from './ui/regions/saveRegions.ts';
import { registerWriteRegion } from './ui/regions/writeRegion.ts';
import { sharedMemoryApi } from './ui/sharedMemory/sharedMemoryApi.ts';
import { registerSharedMemoryCommands } from './ui/sharedMemory/sharedMemoryCommands.ts';
import { registerSharedMemoryView } from './ui/sharedMemory/sharedMemoryView.ts';
import { ActiveViews } from './ui/views/activeViews.ts';
import { registerHexEditor } from './ui/views/hexEditor.ts';
import { registerStatusBar } from './ui/views/statusBar.ts';
import { ViewStates } from './ui/views/viewStates.ts';

/** What must be written down before the extension host ends. */
let flush: (() => Promise<void>) | undefined;

export async function deactivate(): Promise<void> {
  await flush?.();
}

/** Builds everything; nothing else constructs services. */
export function activate(context: vscode.ExtensionContext): MemglassApi {
  const addon = loadNativeAddon(join(context.extensionPath, 'dist', 'memglass.node'));
  const platform = createPlatform(
    addon,
    context.globalStorageUri.fsPath,
    async (path) => vscode.workspace.isTrusted && !(await isUnsavedElsewhere(path, { isSameFile })),
  );
  const views = new ActiveViews();
  const states = new ViewStates(context.workspaceState);
  context.subscriptions.push(views, platform.sharedMemory, platform.processes);
  const editors = registerHexEditor(context, platform, views, states);
  flush = async () => {
    await Promise.all([states.flush(), editors.end()]);
  };
  registerOpenFile(context, platform);
  registerSourceFileSystem(context, platform);
  const regions = { lookout: platform.processes, views };
  registerGoToOffset(context, regions);
  registerGoInRegions(context, regions);
  registerSameByte(context, regions);
  registerRegionAddresses(context, views);
  registerChangeMode(context, views);
  registerEditLock(context, { views, sharedMemory: platform.sharedMemory });
  registerWriteRegion(context, regions);
  registerSaveRegions(context, regions, platform);
  registerSelectRange(context, views);
  registerCopyAs(context, views);
  registerEditCommands(context, views);
  registerUndo(context, views);
  registerWriteNumber(context, views);
  registerHeldCommands(context, views);
  registerCutOffSaves(context, platform);
  registerLeftEdits(context, { platform, views });
  registerNavigation(context, views);
  registerLiveCommands(context, views);
  registerChangeLayout(context, views);
  registerChangeEncoding(context, views);
  registerStatusBar(context, platform, views);
  registerSharedMemoryView(context, { platform, views });
  registerProcessesView(context, { lookout: platform.processes, views });
  registerSharedMemoryCommands(context, { platform, views });
  const maps = new ActiveMaps();
  context.subscriptions.push(maps);
  registerMapEditor(context, platform, maps);
  registerOpenMemoryMap(context, platform, maps);
  registerMapCommands(context, maps);
  registerDebugger(context, platform.processes);
  registerTerminalLinks(context);
  registerOutsideLinks(context);
  return {
    open: (target) => openTarget(target, platform),
    openSource: (uri) => platform.openSource(uriToDocument(uri).ref),
    sharedMemory: {
      list: async () => (await platform.sharedMemory.look()).objects,
      look: async () => {
        const { objects, sight } = await platform.sharedMemory.look();
        return { objects, sight };
      },
      users: (wanted) => usersOf(platform.sharedMemory, wanted),
      ...sharedMemoryApi({ platform, views }),
    },
    processes: processesApi({ lookout: platform.processes, views }, maps),
  };
}
