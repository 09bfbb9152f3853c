import * as l10n from '@vscode/l10n';
import type { Hole } from '../../extension/core/byteSource.ts';
import {
  addressWithOffset,
  formatCount,
  formatHexOffset,
  hexWithDecimal,
} from '../../extension/core/expressions/numbers.ts';
import { cellState } from '../model/hexRow.ts';

/** What is known of one byte. */
export interface ByteFacts {
  readonly offset: number;
  /** As placeOf gives it. */
  readonly place: number | bigint;
  /** The byte, or a `cellState`. */
  readonly cell: number;
  readonly hole: Hole | undefined;
  readonly isPastEnd: boolean;
}

/** The words on a hover: offset and page, then the value or why there is none. */
export function hoverWords(facts: ByteFacts, pageSize: number): readonly string[] {
  const page = l10n.t('page {0}', formatCount(Math.floor(facts.offset / pageSize)));
  return [`${placeWords(facts)} · ${page}`, valueWords(facts)];
}

/** The words a screen reader says as the cursor comes to a byte. */
export function spokenWords(facts: ByteFacts, selected: number): string {
  const place = `0x${formatHexOffset(facts.place)}`;
  const words =
    typeof facts.place === 'bigint'
      ? l10n.t('address {0}, {1}', place, valueWords(facts))
      : l10n.t('offset {0}, {1}', place, valueWords(facts));
  return selected > 0 ? l10n.t('{0}, {1} bytes selected', words, selected) : words;
}

function placeWords({ offset, place }: ByteFacts): string {
  return typeof place === 'bigint' ? addressWithOffset(place, offset) : hexWithDecimal(place);
}

function valueWords({ cell, hole, isPastEnd }: ByteFacts): string {
  if (cell >= 0) {
    const hex = cell.toString(16).toUpperCase().padStart(2, '0');
    const signed = cell > 0x7f ? `, ${cell - 0x100}` : '';
    const words = l10n.t('byte {0}, {1}{2}, {3}', hex, cell, signed, cell.toString(2).padStart(8, '0'));
    return isPastEnd ? l10n.t('{0}, as it was: past the end now', words) : words;
  }
  if (cell === cellState.unwritten) {
    return l10n.t('never written: it reads as 00, and whether memory is reserved for it is not known');
  }
  if (cell === cellState.pending) return l10n.t('being read');
  return holeWords(hole, isPastEnd);
}

/** Why a byte cannot be read, as words. */
export function holeWords(hole: Hole | undefined, isPastEnd: boolean): string {
  if (isPastEnd) return l10n.t('past the end');
  const errno = hole?.errno === undefined ? '' : ` (${hole.errno})`;
  switch (hole?.reason) {
    case 'noPermission':
      return l10n.t('no permission{0}', errno);
    case 'unmapped':
      return l10n.t('not mapped{0}', errno);
    case 'gone':
      return l10n.t('gone{0}', errno);
    case 'pastEnd':
      return l10n.t('past the end: the file was cut short');
    case 'protected':
      return l10n.t('no right to read, and the kernel does not let us past that (proc_mem.force_override){0}', errno);
    case 'protectedUnlessTraced':
      return l10n.t(
        'no right to read, and the kernel lets only an attached debugger past that (proc_mem.force_override=ptrace){0}',
        errno,
      );
    case 'protectedAlways':
      return l10n.t('no right to read, and the kernel lets nobody past that (proc_mem.force_override=never){0}', errno);
    case 'guard':
      return l10n.t('guard page: an access raises SIGSEGV{0}', errno);
    case 'device':
      return l10n.t('memory of a device: the kernel reads it for nobody{0}', errno);
    case 'kernel':
      return l10n.t('a page of the kernel, read by its process alone{0}', errno);
    case 'secret':
      return l10n.t('secret memory (memfd_secret): read by its own processes alone{0}', errno);
    case 'absent':
      return l10n.t('not there yet: userfaultfd supplies it when the process asks{0}', errno);
    default:
      return l10n.t('cannot be read: an error of the device or file system{0}', errno);
  }
}
