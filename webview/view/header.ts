import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../extension/core/expressions/numbers.ts';
import type { ToolbarCommand } from '../../extension/protocol/hostApi.ts';
import type { SourceStatus, ViewMode } from '../../extension/protocol/viewTypes.ts';
import { element, iconButton, standBehind } from './element.ts';
import { HeldEdits } from './heldEdits.ts';
import { type LiveControlEvents, LiveControls } from './liveControls.ts';
import { ModeBadge } from './modeBadge.ts';

export interface HeaderEvents extends LiveControlEvents {
  onMode(mode: ViewMode): void;
  onCommand(command: ToolbarCommand): void;
}

/** The one line over the grid: what is open, and the few buttons of the view. */
export class Header {
  readonly element: HTMLElement;
  readonly #rights = element('span', { class: 'header-rights' });
  readonly #mapping = element('span', { class: 'header-mapping' });
  readonly #region = element('button', { class: 'header-region', type: 'button' }, this.#rights, this.#mapping);
  readonly #path: HTMLElement;
  readonly #facts = element('span', { class: 'header-facts' });
  readonly #mode: ModeBadge;
  readonly #held: HeldEdits;
  readonly #autoSave: HTMLElement;
  readonly #live: LiveControls;
  readonly #modes: Readonly<Record<ViewMode, HTMLButtonElement>>;
  #shown: { readonly status: SourceStatus; readonly mode: ViewMode } | undefined;

  constructor(path: string, events: HeaderEvents) {
    const mode = (id: ViewMode, label: string) => {
      const button = element('button', { class: 'mode', type: 'button', role: 'radio' }, label);
      button.addEventListener('click', () => events.onMode(id));
      return button;
    };
    this.#modes = { hex: mode('hex', l10n.t('Hex')), text: mode('text', l10n.t('Text')) };
    const run = (icon: string, label: string, command: ToolbarCommand) => {
      const button = iconButton(icon, label, () => events.onCommand(command));
      button.dataset['command'] = command;
      return button;
    };
    this.#live = new LiveControls(events);
    this.#mode = new ModeBadge((command) => events.onCommand(command));
    this.#held = new HeldEdits((command) => events.onCommand(command));
    const title = l10n.t('What you type is saved into the file by itself (setting files.autoSave).');
    this.#autoSave = element('span', { class: 'header-editing', title }, l10n.t('auto save'));
    this.#region.addEventListener('click', () => events.onCommand('showInMemoryMap'));
    const parts = pathParts(path);
    this.#path = element('span', { class: 'header-path', title: path }, ...parts);
    this.#path.style.setProperty('--name-length', String(parts.at(-1)?.textContent?.length));
    this.element = element(
      'header',
      { class: 'header' },
      this.#path,
      this.#facts,
      this.#live.element,
      element('span', { class: 'header-space' }),
      element(
        'span',
        { class: 'modes', role: 'radiogroup', 'aria-label': l10n.t('Show as') },
        this.#modes.hex,
        this.#modes.text,
      ),
      run('target', l10n.t('Go to Offset…'), 'goToOffset'),
      run('copy', l10n.t('Copy As…'), 'copyAs'),
      run('settings-gear', l10n.t('Change Layout…'), 'layout'),
    );
  }

  /** `asOf`: as LiveControls.show has it. */
  show(status: SourceStatus, mode: ViewMode, asOf: number | undefined): void {
    this.#live.show(status.live, asOf);
    // Called for each frame: what is the same must not cost a layout.
    if (status === this.#shown?.status && mode === this.#shown.mode) return;
    this.#shown = { status, mode };
    for (const id of ['hex', 'text'] as const) this.#modes[id].setAttribute('aria-checked', String(id === mode));
    const { region } = status;
    standBehind(this.#path, this.#region, region !== undefined);
    const { rights = '', mapping = '', title = '' } = region ?? {};
    const show = l10n.t('Select to show it in the Memory Map.');
    this.#region.title = `${title}\n${show}`;
    this.#region.setAttribute('aria-label', `${[rights, mapping].filter((word) => word !== '').join(', ')}. ${show}`);
    this.#rights.textContent = rights;
    this.#mapping.textContent = mapping === '' ? '' : ` · ${mapping}`;
    const facts = factsOf(status);
    if (status.editing !== undefined) this.#mode.show(status.editing);
    standBehind(this.#facts, this.#mode.element, status.editing !== undefined);
    this.#held.show(status.editing);
    standBehind(this.#mode.element, this.#held.element, !this.#held.element.hidden);
    standBehind(this.#mode.element, this.#autoSave, status.editing?.isAutoSaved === true);
    this.#facts.textContent = status.users === undefined ? facts.text : `${facts.text} · ${status.users}`;
    this.#facts.title = facts.title;
  }
}

/**
 * The folder, which gives way where there is little room, and the name, which stays. Letters of any direction may be in
 * them; isolated, they cannot reorder what stands beside them.
 */
function pathParts(path: string): HTMLElement[] {
  const cut = path.lastIndexOf('/') + 1;
  return [
    element('bdi', { class: 'header-folder' }, path.slice(0, cut)),
    element('bdi', { class: 'header-name' }, path.slice(cut)),
  ];
}

function factsOf(status: SourceStatus): { text: string; title: string } {
  const exact = l10n.t('{0} bytes', formatCount(status.size));
  switch (status.sizeKind) {
    case 'exact':
      return { text: formatSize(status.size), title: exact };
    case 'read':
      return {
        text: l10n.t('{0}, found by reading', formatSize(status.size)),
        title: l10n.t('{0}. The kernel makes this file as it is read and does not state its size.', exact),
      };
    case 'endless':
      return { text: l10n.t('endless'), title: l10n.t('This has no end; the view reaches to 8 PiB.') };
    case 'clamped':
      return { text: l10n.t('more than 8 PiB'), title: l10n.t('The view reaches to 8 PiB; the file goes on beyond.') };
  }
}
