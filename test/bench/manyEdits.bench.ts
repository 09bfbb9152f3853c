// What 100,000 staged edits cost in the real workbench: keys, undo and redo, memory, saving. Two windows, each with an
// extension host of its own, are typed into by turns: what the machine does meanwhile is in both.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';
import { lookAfterFrames } from './drawnFrames.ts';
import { type Figure, median } from './figure.ts';
import { hostPid, memoryOf, settleMemory } from './hostProcess.ts';
import { pageHeap } from './pageHeap.ts';
import { withVSCode } from './window.ts';

const MiB = 2 ** 20;
const count = 100_000;
/** From one edit to the next: a screen shows some of them. Bytes. */
const stride = 64;
const keys = 240;
const steps = 30;

export async function run(): Promise<Figure[]> {
  return await withVSCode(({ files, inWindow }) =>
    inWindow((plain) =>
      inWindow(async (edited) => {
        const folder = mkdtempSync(join(files.folder, 'many-'));
        try {
          const [without, many] = [
            await openToType(plain, join(folder, 'none.bin'), () => '00'),
            await openToType(edited, join(folder, 'many.bin'), (offset) => (offset % stride === 0 ? 'EE' : '00')),
          ];
          const before = await memoryOfWindow(edited);
          const making = await makeEdits(edited);
          await many.untilShown(stride, 'EE');
          const after = await memoryOfWindow(edited);
          const typed = await byTurns(keys, without, many, (view, turn) => view.type(turn));
          await byTurns(steps, without, many, (view, turn) => view.fill(turn));
          const undone = await byTurns(steps, without, many, (view, turn) => view.undo(steps - 1 - turn));
          const redone = await byTurns(steps, without, many, (view, turn) => view.redo(turn));
          const saving = await save(edited);
          return [
            { name: 'edit.100k_edits', value: median(typed.many) / median(typed.none), unit: 'ratio', limit: 1.2 },
            { name: 'edit.key_ms', value: median(typed.none), unit: 'ms' },
            { name: 'edit.100k_key_ms', value: median(typed.many), unit: 'ms' },
            { name: 'edit.100k_undo', value: median(undone.many) / median(undone.none), unit: 'ratio' },
            { name: 'edit.100k_redo', value: median(redone.many) / median(redone.none), unit: 'ratio' },
            { name: 'edit.redo_ms', value: median(redone.none), unit: 'ms' },
            { name: 'edit.100k_redo_ms', value: median(redone.many), unit: 'ms' },
            { name: 'edit.100k_made', value: making / count, unit: 'ms' },
            { name: 'edit.100k_save', value: saving / 1000, unit: 's' },
            { name: 'edit.100k_host_growth', value: (after.host - before.host) / MiB, unit: 'MiB' },
            { name: 'edit.100k_renderer_growth', value: (after.page - before.page) / MiB, unit: 'MiB' },
          ];
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
    ),
  );
}

/** The same in both views, so many times, each of them first in half of them. Milliseconds. */
async function byTurns(
  turns: number,
  without: TypedView,
  many: TypedView,
  act: (view: TypedView, turn: number) => Promise<number>,
): Promise<{ readonly none: readonly number[]; readonly many: readonly number[] }> {
  const found = { none: [] as number[], many: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    if (turn % 2 === 0) found.none.push(await act(without, turn));
    found.many.push(await act(many, turn));
    if (turn % 2 === 1) found.none.push(await act(without, turn));
  }
  return found;
}

/** The edits of a user's own keybindings, one after the other: each is a step that VS Code can undo. Milliseconds. */
async function makeEdits(workbench: Workbench): Promise<number> {
  return await workbench.inHost(
    async (vscode, edits, apart) => {
      const started = performance.now();
      for (let i = 0; i < edits; i++) {
        const edit = { offset: i * apart, length: 1, bytes: 'EE' };
        await vscode.commands.executeCommand('memglass.fillSelection', edit);
      }
      return performance.now() - started;
    },
    count,
    stride,
  );
}

/** Milliseconds until VS Code has saved. */
async function save(workbench: Workbench): Promise<number> {
  return await workbench.inHost(async (vscode) => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input as { uri: import('vscode').Uri };
    const started = performance.now();
    await vscode.workspace.save(input.uri);
    return performance.now() - started;
  });
}

async function memoryOfWindow(workbench: Workbench): Promise<{ readonly host: number; readonly page: number }> {
  const pid = await hostPid(workbench);
  await settleMemory(workbench, pid);
  const session = await workbench.page.context().newCDPSession(workbench.page);
  const page = await pageHeap(session);
  await session.detach();
  return { host: memoryOf(pid)('VmRSS'), page };
}

interface KeyProbe {
  /** Milliseconds from the next key until `digits` of the byte at an offset have been drawn and the host has told of them. */
  next(offset: number, digits: string): Promise<number>;
  whenShown(offset: number, digits: string): Promise<unknown>;
}

declare global {
  interface Window {
    memglassKeys: KeyProbe;
  }
}

/** Runs in the webview. */
function install(): void {
  const shown = (offset: number) => {
    const row = document.querySelector(`[role="row"][data-offset="${offset - (offset % 16)}"] [data-cell="hex"]`);
    const digits = (row?.textContent ?? '').replaceAll(' ', '');
    return digits.slice(2 * (offset % 16), 2 * (offset % 16) + 2).toUpperCase();
  };
  const whenShown = (offset: number, digits: string) =>
    window.memglassUntilDrawn(() => shown(offset) === digits || undefined);
  let pressedAt = 0;
  window.addEventListener(
    'keydown',
    ({ key, timeStamp }) => {
      if (key !== 'Control' && key !== 'Shift') pressedAt = timeStamp;
    },
    { capture: true },
  );
  let heard = () => {};
  window.addEventListener('message', ({ data }) => {
    if (data?.method === 'edited' || data?.method === 'statusChanged') heard();
  });
  window.memglassKeys = {
    whenShown,
    next: async (offset, digits) => {
      const told = new Promise<void>((done) => {
        heard = done;
      });
      await Promise.all([whenShown(offset, digits), told]);
      return performance.now() - pressedAt;
    },
  };
}

/** Where digits are typed, and where bytes are filled: rows of the first screen. */
const typedFrom = 32;
const filledFrom = 200;

/** A view that is typed into, and what it shows. Milliseconds are those from the key to what it leads to. */
class TypedView {
  readonly #workbench: Workbench;
  readonly #frame: Frame;
  /** What a byte is before it is typed over. */
  readonly #before: (offset: number) => string;
  #typed = '';

  constructor(workbench: Workbench, frame: Frame, before: (offset: number) => string) {
    this.#workbench = workbench;
    this.#frame = frame;
    this.#before = before;
  }

  async untilShown(offset: number, digits: string): Promise<void> {
    await this.#frame.evaluate(([at, wanted]) => window.memglassKeys.whenShown(at, wanted), [offset, digits] as const);
  }

  async goTo(offset: number): Promise<void> {
    await this.#workbench.executeCommand('memglass.goToOffset', offset);
  }

  /** A digit, the next one of a run. */
  async type(turn: number): Promise<number> {
    const offset = typedFrom + Math.floor(turn / 2);
    // Never the one that is there.
    const digit = '123456789ABCD'[turn % 13] ?? '1';
    this.#typed = turn % 2 === 0 ? `${digit}${this.#before(offset)[1]}` : `${this.#typed[0]}${digit}`;
    return await this.#press(digit.toLowerCase(), offset, this.#typed);
  }

  /** A byte by a command: a step of its own. */
  async fill(turn: number): Promise<number> {
    const offset = filledFrom + turn;
    await this.#workbench.executeCommand('memglass.fillSelection', { offset, length: 1, bytes: 'DD' });
    await this.untilShown(offset, 'DD');
    return 0;
  }

  async undo(turn: number): Promise<number> {
    return await this.#press('Control+z', filledFrom + turn, '00');
  }

  async redo(turn: number): Promise<number> {
    return await this.#press('Control+Shift+z', filledFrom + turn, 'DD');
  }

  async #press(key: string, offset: number, digits: string): Promise<number> {
    const wanted = [offset, digits] as const;
    const answer = this.#frame.evaluate(([at, text]) => window.memglassKeys.next(at, text), wanted);
    await this.#workbench.page.bringToFront();
    await this.#workbench.page.keyboard.press(key);
    return await answer;
  }
}

async function openToType(workbench: Workbench, path: string, before: (offset: number) => string): Promise<TypedView> {
  writeFileSync(path, new Uint8Array(count * stride));
  await workbench.openWith(path, 'memglass.hex');
  await workbench.webview().locator('[role="grid"]:not([aria-busy]) [data-cell="hex"]:not(:empty)').first().waitFor();
  const frame = await workbench.webviewFrame();
  await lookAfterFrames(frame);
  await frame.evaluate(install);
  await workbench.webview().locator('[role="grid"]').focus();
  const view = new TypedView(workbench, frame, before);
  await view.goTo(typedFrom);
  return view;
}
