import type { AddressSpace } from './addressSpace.ts';

/**
 * Whether a process runs another program than it did: exec(2) leaves pid and start time as they are. The kernel maps
 * [vdso] and the first [stack] anew for each program, at places of their own unless address space randomisation is off;
 * a program that runs on keeps both where they are. `executable`: the link of /proc, which tells where the places do not.
 */
export function isOtherProgram(before: ProgramLook, after: ProgramLook): boolean {
  const [earlier, later] = [before.executable, after.executable];
  if (earlier !== undefined && later !== undefined && withoutDeleted(earlier) !== withoutDeleted(later)) return true;
  const [vdso, laterVdso] = [placeOf(before.space, 'vdso'), placeOf(after.space, 'vdso')];
  return vdso !== undefined && laterVdso !== undefined && vdso !== laterVdso;
}

export interface ProgramLook {
  readonly space: AddressSpace;
  /** As text; undefined where it may not be seen. */
  readonly executable: string | undefined;
}

/** Replaced on the disk it is the same program still. */
function withoutDeleted(executable: string): string {
  return executable.replace(/ \(deleted\)$/, '');
}

function placeOf(space: AddressSpace, kind: 'vdso'): number | undefined {
  const object = space.objects.findIndex(({ backing }) => backing.kind === kind);
  const row = object < 0 ? -1 : space.objectIndexes.indexOf(object);
  return space.firstPages[row];
}
