// A view that is asked for at a place: whenever that is asked, it is shown there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ActiveViews } from '../../extension/ui/views/activeViews.ts';
import type { ViewSession } from '../../extension/ui/views/viewSession.ts';
import { closeAllTabs, useScratch } from './memglass.ts';

/** As much of a session as ActiveViews asks for; `edited` is there where its source could be opened. */
function sessionOf(uri: vscode.Uri, isOpen: () => boolean) {
  const arrivals: number[] = [];
  const panel = vscode.window.createWebviewPanel('memglass.test', 'a view', vscode.ViewColumn.Active);
  const session = {
    panel,
    document: { uri, access: {} },
    onDidChange: new vscode.EventEmitter<void>().event,
    get edited() {
      return isOpen() ? {} : undefined;
    },
    arrive: async (offset: number) => void arrivals.push(offset),
  };
  return { arrivals, session: session as unknown as ViewSession };
}

describe('A view that is asked for at a place', () => {
  const scratch = useScratch();
  afterEach(closeAllTabs);
  const fileUri = () => {
    const path = join(scratch().folder(), 'file.bin');
    writeFileSync(path, new Uint8Array(4096));
    return vscode.Uri.file(path);
  };
  const openAt = (views: ActiveViews, uri: vscode.Uri, offset: number) =>
    views.openAt(uri, 'memglass.hex', offset, { preview: false });

  it('begins there, or goes there where its beginning was made before that was asked', async () => {
    const uri = fileUri();
    const views = new ActiveViews();
    await openAt(views, uri, 0x100);
    assert.equal(views.takeDestination(uri), 0x100);
    await openAt(views, uri, 0x200);
    const { session, arrivals } = sessionOf(uri, () => true);
    views.add(session);
    assert.deepEqual(arrivals, [0x200]);
    // It is there now, and no later view begins where this one was brought.
    await openAt(views, uri, 0x300);
    assert.deepEqual(arrivals, [0x200, 0x300]);
    assert.equal(views.takeDestination(uri), undefined);
    session.panel.dispose();
  });

  it('begins there once its source can be opened', async () => {
    const uri = fileUri();
    const views = new ActiveViews();
    let isOpen = false;
    await openAt(views, uri, 0x100);
    const { session, arrivals } = sessionOf(uri, () => isOpen);
    views.add(session);
    await openAt(views, uri, 0x200);
    isOpen = true;
    assert.deepEqual(arrivals, []);
    assert.equal(views.takeDestination(uri), 0x200);
    session.panel.dispose();
  });
});
