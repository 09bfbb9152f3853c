import type * as vscode from 'vscode';
import { mapRefOf } from '../../core/memoryMap/mapUri.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { Platform } from '../../platform/platform.ts';
import { MapWatch } from './mapWatch.ts';

/** What VS Code calls a document: the map of one process, shared by its views. */
export class MapDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  /** Undefined where the URI names no process: `badUri` says why. */
  readonly watch: MapWatch | undefined;
  readonly badUri: unknown;

  /** Begins to look at the process while VS Code makes the tab. */
  constructor(uri: vscode.Uri, platform: Platform) {
    this.uri = uri;
    try {
      this.watch = new MapWatch(mapRefOf(uri), platform);
    } catch (error) {
      this.badUri = error;
    }
  }

  /** `node (4121)`, as it was last seen, or else as the tab has it. */
  get title(): string {
    return this.watch?.title ?? printableName(this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1));
  }

  dispose(): void {
    this.watch?.dispose();
  }
}
