import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { actionOf, type KeyAction, type KeyPress, undoneBy } from '../../../webview/model/keymap.ts';

/** `Ctrl+Shift+Home` and the like. */
function press(keys: string): KeyPress {
  const parts = keys.split('+');
  const key = parts.at(-1) === '' ? '+' : (parts.at(-1) ?? '');
  const has = (name: string) => parts.slice(0, -1).some((part) => part.toLowerCase() === name);
  return { key, ctrl: has('ctrl'), shift: has('shift'), alt: has('alt'), meta: has('cmd') || has('meta') };
}

const move = (to: string, extend = false) => ({ kind: 'move', move: to, extend }) as KeyAction;

const everywhere: Readonly<Record<string, KeyAction>> = {
  ArrowLeft: move('left'),
  ArrowRight: move('right'),
  ArrowUp: move('up'),
  ArrowDown: move('down'),
  PageUp: move('pageUp'),
  PageDown: move('pageDown'),
  Home: move('rowStart'),
  End: move('rowEnd'),
  'Shift+ArrowLeft': move('left', true),
  'Shift+ArrowDown': move('down', true),
  'Shift+PageDown': move('pageDown', true),
  'Shift+Home': move('rowStart', true),
  'Shift+End': move('rowEnd', true),
  Tab: { kind: 'column', to: 'next' },
  'Shift+Tab': { kind: 'column', to: 'previous' },
  Escape: { kind: 'clearSelection' },
  ' ': { kind: 'live', action: 'pauseOrResume' },
  '.': { kind: 'live', action: 'step' },
};
const elsewhere: Readonly<Record<string, KeyAction>> = {
  'Ctrl+Home': move('start'),
  'Ctrl+End': move('end'),
  'Ctrl+Shift+Home': move('start', true),
  'Ctrl+Shift+End': move('end', true),
  'Ctrl+ArrowUp': { kind: 'scroll', rows: -1 },
  'Ctrl+ArrowDown': { kind: 'scroll', rows: 1 },
  'Ctrl+a': { kind: 'selectAll' },
  'Ctrl+A': { kind: 'selectAll' },
};
const onMac: Readonly<Record<string, KeyAction>> = {
  'Cmd+ArrowUp': move('start'),
  'Cmd+ArrowDown': move('end'),
  'Cmd+Shift+ArrowDown': move('end', true),
  'Cmd+Home': move('start'),
  'Cmd+End': move('end'),
  'Cmd+a': { kind: 'selectAll' },
};

for (const [keys, action] of Object.entries(everywhere)) {
  test(keys, () => {
    assert.deepEqual(actionOf(press(keys), false), action);
    assert.deepEqual(actionOf(press(keys), true), action);
  });
}
for (const [keys, action] of Object.entries(elsewhere)) {
  test(`${keys}, but not on a Mac`, () => {
    assert.deepEqual(actionOf(press(keys), false), action);
    assert.equal(actionOf(press(keys), true), undefined);
  });
}
for (const [keys, action] of Object.entries(onMac)) {
  test(`${keys} on a Mac`, () => {
    assert.deepEqual(actionOf(press(keys), true), action);
    assert.equal(actionOf(press(keys), false), undefined);
  });
}

test('what is not the grid’s is left alone', () => {
  for (const keys of ['a', 'x', 'F3', 'Enter', 'Alt+ArrowLeft', 'Ctrl+Alt+a', 'Ctrl+Shift+A', 'Ctrl+x', 'Shift+F10']) {
    assert.equal(actionOf(press(keys), false), undefined, keys);
    assert.equal(actionOf(press(keys), true), undefined, keys);
  }
});

/** The names package.json has for keys, as a page sees them. */
const keyNames: Readonly<Record<string, string>> = {
  left: 'ArrowLeft',
  right: 'ArrowRight',
  up: 'ArrowUp',
  down: 'ArrowDown',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  home: 'Home',
  end: 'End',
  tab: 'Tab',
  escape: 'Escape',
  enter: 'Enter',
  space: ' ',
  insert: 'Insert',
  delete: 'Delete',
};

/** One key of a chord: `ctrl+shift+-`. */
function contributed(stroke: string): KeyPress {
  const parts = stroke.split('+');
  const name = parts.pop() ?? '';
  const has = (modifier: string) => parts.includes(modifier);
  const key = keyNames[name] ?? (/^f\d+$/.test(name) ? name.toUpperCase() : name);
  return {
    key,
    ctrl: has('ctrl'),
    shift: has('shift'),
    alt: has('alt'),
    meta: has('cmd') || has('win') || has('meta'),
  };
}

test('the keys of undo and redo are told apart, as VS Code has them on each system', () => {
  const keys = { ctrl: false, shift: false, alt: false, meta: false };
  const undone = (key: string, held: Partial<KeyPress>, isMac = false) => undoneBy({ ...keys, key, ...held }, isMac);
  assert.equal(undone('z', { ctrl: true }), 'undo');
  assert.equal(undone('Z', { ctrl: true, shift: true }), 'redo');
  assert.equal(undone('y', { ctrl: true }), 'redo');
  assert.equal(undone('z', { meta: true }, true), 'undo');
  assert.equal(undone('z', { meta: true, shift: true }, true), 'redo');
  assert.equal(undone('y', { meta: true }, true), undefined);
  assert.equal(undone('z', { ctrl: true }, true), undefined);
  assert.equal(undone('z', {}), undefined);
  assert.equal(undone('z', { ctrl: true, alt: true }), undefined);
});

test('no key that package.json contributes is handled here too: each key has one owner', () => {
  interface Keybinding {
    readonly command: string;
    readonly key?: string;
    readonly mac?: string;
    readonly win?: string;
    readonly linux?: string;
    readonly when?: string;
  }
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
    contributes: { keybindings: readonly Keybinding[] };
  };
  const { keybindings } = manifest.contributes;
  assert.ok(keybindings.length > 0);
  for (const { command, key, mac, win, linux, when } of keybindings) {
    // Undo is of the tab wherever the keyboard is in it, or beside it; an input has an undo of its own.
    const place = /^memglass\.(?:undo|redo)$/.test(command) ? /!inputFocus/ : /memglass\.(?:gridFocus|map\.focus)/;
    assert.match(when ?? '', place, `${command} is for a grid alone`);
    for (const [chord, isMac] of [
      [key, false],
      [win, false],
      [linux, false],
      [mac ?? key, true],
    ] as const) {
      for (const stroke of chord?.split(' ') ?? []) {
        const action = actionOf(contributed(stroke), isMac);
        assert.equal(action, undefined, `${command}: ${stroke}${isMac ? ' on a Mac' : ''} has two owners`);
      }
    }
  }
});
