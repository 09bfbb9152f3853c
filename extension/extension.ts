import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { MemglassApi } from './api.d.ts';
import { uriToRef } from './core/sourceRef.ts';
import { loadNativeAddon } from './platform/nativeAddon.ts';
import { createPlatform } from './platform/platform.ts';
import { usersOf } from './platform/sharedMemory/usersOf.ts';
import { ActiveViews } from './ui/activeViews.ts';
import { registerChangeEncoding } from './ui/changeEncoding.ts';
import { registerChangeLayout } from './ui/changeLayout.ts';
import { registerCopyAs } from './ui/copyAs.ts';
import { registerDebugger } from './ui/debugger/debuggerCommands.ts';
import { registerEditCommands } from './ui/editing/editCommands.ts';
import { recoverSaves } from './ui/editing/recoverSaves.ts';
import { registerGoToOffset } from './ui/goToOffset.ts';
import { registerHexEditor } from './ui/hexEditor.ts';
import { registerLiveCommands } from './ui/liveCommands.ts';
import { ActiveMaps } from './ui/memoryMap/activeMaps.ts';
import { registerMapCommands } from './ui/memoryMap/mapCommands.ts';
import { registerMapEditor } from './ui/memoryMap/mapEditor.ts';
import { registerOpenMemoryMap } from './ui/memoryMap/openMemoryMap.ts';
import { registerNavigation } from './ui/navigation.ts';
import { openTarget, registerOpenFile } from './ui/openFile.ts';
import { registerOutsideLinks } from './ui/outsideLinks.ts';
import { processesApi } from './ui/processes/processesApi.ts';
import { registerProcessesView } from './ui/processes/processesView.ts';
import { registerGoInRegions } from './ui/regions/goInRegions.ts';
import { registerRegionAddresses } from './ui/regions/regionAddresses.ts';
import { registerSameByte } from './ui/regions/sameByte.ts';
import { registerSaveRegions } from './ui/regions/saveRegions.ts';
import { registerWriteRegion } from './ui/regions/writeRegion.ts';
import { registerSelectRange } from './ui/selectRange.ts';
import { sharedMemoryApi } from './ui/sharedMemory/sharedMemoryApi.ts';
import { registerSharedMemoryCommands } from './ui/sharedMemory/sharedMemoryCommands.ts';
import { registerSharedMemoryView } from './ui/sharedMemory/sharedMemoryView.ts';
import { registerSourceFileSystem } from './ui/sourceFileSystem.ts';
import { registerStatusBar } from './ui/statusBar.ts';
import { registerTerminalLinks } from './ui/terminalLinks.ts';
import { ViewStates } from './ui/viewStates.ts';

/** What must be written down before the extension host ends. */
let flush: (() => Promise<void>) | undefined;

export async function deactivate(): Promise<void> {
  await flush?.();
}

/** Builds everything; nothing else constructs services. */
export function activate(context: vscode.ExtensionContext): MemglassApi {
  const addon = loadNativeAddon(join(context.extensionPath, 'dist', 'memglass.node'));
  const platform = createPlatform(addon, context.globalStorageUri.fsPath);
  const views = new ActiveViews();
  const states = new ViewStates(context.workspaceState);
  context.subscriptions.push(views, platform.sharedMemory, platform.processes);
  flush = () => states.flush();
  registerHexEditor(context, platform, views, states);
  registerOpenFile(context, platform);
  registerSourceFileSystem(context, platform);
  const regions = { lookout: platform.processes, views };
  registerGoToOffset(context, regions);
  registerGoInRegions(context, regions);
  registerSameByte(context, regions);
  registerRegionAddresses(context, views);
  registerWriteRegion(context, { ...regions, operations: platform.processOperations });
  registerSaveRegions(context, regions, platform);
  registerSelectRange(context, views);
  registerCopyAs(context, views);
  registerEditCommands(context, views);
  recoverSaves(context, platform);
  registerNavigation(context, views);
  registerLiveCommands(context, views);
  registerChangeLayout(context, views);
  registerChangeEncoding(context, views);
  registerStatusBar(context, platform, views);
  registerSharedMemoryView(context, { platform, views });
  registerProcessesView(context, { lookout: platform.processes, views });
  registerSharedMemoryCommands(context, { platform, views });
  const maps = new ActiveMaps();
  registerMapEditor(context, platform, maps);
  registerOpenMemoryMap(context, platform, maps);
  registerMapCommands(context, maps);
  registerDebugger(context, platform.processes);
  registerTerminalLinks(context);
  registerOutsideLinks(context);
  return {
    open: (target) => openTarget(target, platform),
    openSource: (uri) => platform.openSource(uriToRef(uri)),
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
