import type { Typography } from '../../extension/protocol/viewTypes.ts';
import { element } from './element.ts';

/** Size of a character cell of the grid, pixels. */
export interface Metrics {
  readonly characterWidth: number;
  readonly rowHeight: number;
  readonly fontSize: number;
}

/** VS Code's own rule for `editor.lineHeight` 0: the font size times 1.5 on macOS, 1.35 elsewhere. */
const goldenRatio = navigator.userAgent.includes('Mac') ? 1.5 : 1.35;

/** Applies the editor's typography to `grid` and measures a character in it. */
export function measure(grid: HTMLElement, typography: Typography): Metrics {
  grid.style.letterSpacing = `${typography.letterSpacing}px`;
  grid.style.fontWeight = typography.fontWeight;
  const fontSize = Number.parseFloat(getComputedStyle(grid).fontSize);
  const rowHeight = lineHeight(typography.lineHeight, fontSize);
  grid.style.lineHeight = `${rowHeight}px`;
  const probe = element('span', { class: 'metrics-probe' }, '0'.repeat(100));
  grid.append(probe);
  const characterWidth = probe.getBoundingClientRect().width / 100;
  probe.remove();
  return { characterWidth, rowHeight, fontSize };
}

function lineHeight(setting: number, fontSize: number): number {
  if (setting <= 0) return Math.max(8, Math.round(goldenRatio * fontSize));
  return Math.max(8, Math.round(setting < 8 ? setting * fontSize : setting));
}
