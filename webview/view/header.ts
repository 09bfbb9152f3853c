import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../extension/core/numbers.ts';
import type { ToolbarCommand } from '../../extension/protocol/hostApi.ts';
import type { EditingStatus, SourceStatus, ViewMode } from '../../extension/protocol/viewTypes.ts';
import { element, iconButton } from './element.ts';
import { type LiveControlEvents, LiveControls } from './liveControls.ts';

export interface HeaderEvents extends LiveControlEvents {
  onMode(mode: ViewMode): void;
  onCommand(command: ToolbarCommand): void;
}

/** The one line over the grid: what is open, and the few buttons of the view. */
export class Header {
  readonly element: HTMLElement;
  readonly #facts = element('span', { class: 'header-facts' });
  readonly #unlocked = element('span', { class: 'header-unlocked', role: 'status', hidden: '' });
  readonly #editing = element('span', { class: 'header-editing', hidden: '' });
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
    const run = (icon: string, label: string, command: ToolbarCommand) =>
      iconButton(icon, label, () => events.onCommand(command));
    this.#live = new LiveControls(events);
    this.element = element(
      'header',
      { class: 'header' },
      element('span', { class: 'header-path', title: path }, ...pathParts(path)),
      this.#facts,
      this.#unlocked,
      this.#editing,
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
    const facts = factsOf(status);
    const isUnlocked = status.isUnlocked === true;
    this.#unlocked.hidden = !isUnlocked;
    this.#unlocked.textContent = isUnlocked ? l10n.t('unlocked') : '';
    this.#unlocked.title = isUnlocked
      ? l10n.t('Commands may write into this memory. “Lock Memory Again” ends it.')
      : '';
    const editing = editingWords(status.editing);
    this.#editing.hidden = editing === undefined;
    this.#editing.textContent = editing?.text ?? '';
    this.#editing.title = editing?.title ?? '';
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

/** What a user must know before the first key: that nothing can be typed, or that what is typed is saved by itself. */
function editingWords(editing: EditingStatus | undefined): { text: string; title: string } | undefined {
  if (editing?.refusal !== undefined) return { text: l10n.t('read-only'), title: editing.refusal };
  if (editing?.isAutoSaved !== true) return undefined;
  const title = l10n.t('What you type is saved into the file by itself (setting files.autoSave).');
  return { text: l10n.t('auto save'), title };
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
