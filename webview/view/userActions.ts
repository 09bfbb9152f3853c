import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { KeyAction } from '../model/keymap.ts';
import { moveTo } from '../model/selection.ts';
import type { Editing } from './editing.ts';
import { listenToGrid } from './gridInput.ts';
import type { Navigation } from './navigation.ts';
import type { Stage } from './stage.ts';
import type { ViewFrame } from './viewFrame.ts';
import type { Watching } from './watching.ts';

/** The parts of a view that something is done with. */
interface ViewParts {
  readonly host: Remote<HostApi>;
  readonly frame: ViewFrame;
  readonly stage: Stage;
  readonly navigation: Navigation;
  readonly editing: Editing;
  readonly watching: Watching;
}

/** Does what the user asks for with the keyboard, the pointer and the wheel. */
export function doWhatIsAsked(parts: ViewParts): void {
  const { host, frame, stage, editing } = parts;
  const place = {
    column: () => (stage.mode === 'hex' ? stage.scene.selection.column : undefined),
    typing: () => {
      const { typesInto: column, isRefused } = editing;
      return column === undefined ? undefined : { column, isRefused };
    },
  };
  listenToGrid(frame.grid, place, {
    onKey: (action) => act(parts, action),
    onUndoKey: () => editing.endByte(),
    onPoint: (spot, extend) => {
      const selection = moveTo({ ...stage.scene.selection, column: spot.column }, spot.offset, extend);
      frame.hover.hide();
      stage.change({ selection });
    },
    onWheel: (pixels) => stage.scroll((surface) => surface.scrollByPixels(pixels)),
    onSideways: (pixels) => {
      stage.surface.viewport.scrollLeft += pixels;
    },
    onHover: (spot, x, y) => {
      frame.hover.over(spot, x, y);
      stage.hover(spot);
    },
    onFocus: (isFocused) => host.notify('focusChanged', isFocused),
    onCopy: () => host.notify('run', 'copyAsHex'),
    onCut: () => host.notify('run', 'cut'),
    onPaste: (text) => host.notify('paste', text),
    spotAt: (x, y) => stage.surface.spotAt(x, y),
    scrollByRows: (rows) => stage.scroll((surface) => surface.scrollByRows(rows)),
  });
}

function act({ frame, stage, navigation, editing, watching }: ViewParts, action: KeyAction): void {
  const { selection, status, inserts } = stage.scene;
  const isHoverShown = frame.hover.isShown;
  frame.hint.hide();
  frame.hover.hide();
  if (isHoverShown && action.kind === 'clearSelection') return;
  switch (action.kind) {
    case 'move':
      if (status.shownSize > 0 || inserts) navigation.move(action.move, action.extend);
      break;
    case 'scroll':
      stage.scroll((surface) => surface.scrollByRows(action.rows));
      break;
    case 'selectAll':
      // The cursor at the end, the view where it is: nothing is read, whatever the size.
      if (status.size > 0) stage.change({ selection: { ...selection, anchor: 0, cursor: status.size - 1 } });
      break;
    case 'clearSelection':
      editing.stop();
      stage.change({ selection: { ...selection, anchor: undefined } });
      break;
    case 'live':
      watching.act(action.action);
      break;
    case 'column':
      stage.change({ selection: { ...selection, column: action.to === 'next' ? 'text' : 'hex' } });
      break;
    case 'erase':
    case 'digit':
    case 'character':
      editing.act(action);
  }
}
