/** What the columns of a memory map's table tell, and what a region is at length. */
import * as l10n from '@vscode/l10n';
import type { MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';

export function columnMeaning(column: MapColumn): string {
  switch (column) {
    case 'start':
      return l10n.t('Its first address');
    case 'end':
      return l10n.t('The first address behind it');
    case 'size':
      return l10n.t('Address space that it takes, touched or not');
    case 'rights':
      return l10n.t('What its process may do: r read, w write, x execute; p private, s shared');
    case 'kind':
      return l10n.t('What it serves, told by its name, its rights and its file');
    case 'mapping':
      return l10n.t('Private or shared, of a file or of none');
    case 'offset':
      return l10n.t('Where in its file or object it begins, in hex');
    case 'device':
      return l10n.t('The device of its file, as major:minor');
    case 'inode':
      return l10n.t('The number of its file on that device');
    case 'rss':
      return l10n.t('In memory');
    case 'pss':
      return l10n.t('In memory, each shared page divided by those who share it');
    case 'privateDirty':
      return l10n.t('Written to, and of this process alone');
    case 'shared':
      return l10n.t('In memory, and other processes have it too');
    case 'swap':
      return l10n.t('Moved out to swap');
    case 'hugePages':
      return l10n.t('Of it in huge pages');
    case 'flags':
      return l10n.t('What the kernel notes of it (VmFlags of smaps)');
    case 'name':
      return l10n.t('Its file or object, or what the kernel calls it');
    case 'others':
      return l10n.t('Other processes that map the same file or object');
    case 'change':
      return l10n.t('What became of it since the look that it is compared with');
  }
}
