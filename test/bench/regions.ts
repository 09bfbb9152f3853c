// Second processes to be looked at, for the length of a bench.
import type { ProcessRegionRef } from '../../extension/core/sourceRef.ts';
import { refToUri } from '../../extension/core/sourceRef.ts';
import { type Program, type SpaceMode, startSpace, startTimeOf } from '../support/programs.ts';

/** Gives `use` a program, and ends it afterwards. */
export async function withProgram<T>(
  mode: SpaceMode,
  argument: string | number,
  use: (program: Program) => Promise<T>,
): Promise<T> {
  const undo: (() => void | Promise<void>)[] = [];
  try {
    return await use(await startSpace({ after: (one) => void undo.push(one) }, mode, argument));
  } finally {
    for (const one of undo) await one();
  }
}

/** The URI of the region that a program said. */
export function regionUri({ pid, address }: Program, size: number): string {
  const end = address + BigInt(size);
  const [startTime, name] = [startTimeOf(pid), new Uint8Array()];
  const ref: ProcessRegionRef = { kind: 'processRegion', pid, startTime, start: address, end, name };
  const { scheme, path } = refToUri(ref);
  return `${scheme}:${encodeURI(path)}`;
}
