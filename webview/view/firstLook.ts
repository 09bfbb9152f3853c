import type { InitialView } from '../../extension/protocol/viewTypes.ts';
import { News } from '../model/news.ts';
import { ByteOutline } from './caret.ts';
import { element } from './element.ts';
import { gridElement } from './grid.ts';
import { Header } from './header.ts';
import { HexSurface } from './hexSurface.ts';
import { openingOf, type SavedView } from './opening.ts';

/**
 * Draws the view as it begins, deaf and without its edge, until the program is there and draws all of it. Lines of text
 * need more of the program than there is yet: they come with it. Returns whether the bytes are there.
 */
export function drawFirstLook(initial: InitialView, saved: SavedView | undefined, root: HTMLElement): boolean {
  if (initial.problem !== undefined || (saved ?? initial.state)?.mode === 'text') return false;
  const { status } = initial;
  if (status.shownSize === 0 || status.banner !== undefined) return false;
  const ignore = () => {};
  const header = new Header(initial.path, { onMode: ignore, onCommand: ignore, onLive: ignore, onRate: ignore });
  const grid = gridElement(initial.path);
  // Whoever waits for the view to answer, waits for this to go.
  grid.setAttribute('aria-busy', 'true');
  header.show(status, 'hex', undefined);
  root.replaceChildren(header.element, element('div', { class: 'main' }, grid, element('div', { class: 'edge' })));
  const { scene, top, cache } = openingOf(initial, saved, grid);
  const surface = new HexSurface(cache, new News(), scene);
  const caret = new ByteOutline(surface.rowsContainer, 'caret');
  surface.scrollTo(top);
  surface.draw(scene);
  caret.show(surface.boxes(scene.selection.cursor), scene.selection.column);
  // Last: a row costs less while it is in no document.
  grid.append(surface.element);
  return cache.missing(surface.visible).length === 0;
}
