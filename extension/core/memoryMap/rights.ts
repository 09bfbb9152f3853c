/** What a process may do with a region, and who sees what it writes there. */
import type { MemoryRegion, Rights, Sharing } from './memoryRegion.ts';

/** `rw-p`, as maps has it. */
export function rightsText({ rights, sharing }: Pick<MemoryRegion, 'rights' | 'sharing'>): string {
  const letters = `${rights.read ? 'r' : '-'}${rights.write ? 'w' : '-'}${rights.execute ? 'x' : '-'}`;
  return letters + (sharing === 'shared' ? 's' : 'p');
}

/** What the four letters say, each of them. */
export type RightsFact = 'read' | 'noRead' | 'write' | 'noWrite' | 'execute' | 'noExecute' | Sharing;

export function rightsFacts(rights: Rights, sharing: Sharing): readonly RightsFact[] {
  return [
    rights.read ? 'read' : 'noRead',
    rights.write ? 'write' : 'noWrite',
    rights.execute ? 'execute' : 'noExecute',
    sharing,
  ];
}

/** A line for each letter: `r  it may read it`. */
export function rightsLines(
  region: Pick<MemoryRegion, 'rights' | 'sharing'>,
  words: Readonly<Record<RightsFact, string>>,
): readonly string[] {
  const letters = rightsText(region);
  return rightsFacts(region.rights, region.sharing).map((fact, at) => `${letters.charAt(at)}  ${words[fact]}`);
}
