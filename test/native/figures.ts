// What of a process's regions is in memory, as the addon tells it.
import assert from 'node:assert/strict';
import { type FigurePart, figuresOfParts } from '../../extension/core/memoryMap/figureParts.ts';
import type { FigureColumns } from '../../extension/core/memoryMap/regionColumns.ts';
import { startTimeOf } from '../support/programs.ts';
import { addon } from './addon.ts';

/** All parts together; `hear` is told each as it comes. */
export async function figuresOf(pid: number, hear: (part: FigurePart) => void = () => {}): Promise<FigureColumns> {
  const parts: FigurePart[] = [];
  const task = addon.readRegionFigures(pid, startTimeOf(pid), (part) => {
    parts.push(part);
    hear(part);
  });
  await task.result;
  assert.deepEqual(
    parts.map(({ isLast }) => isLast),
    parts.map((_, index) => index === parts.length - 1),
  );
  const regions = { count: 0, starts: new BigUint64Array(0), ends: new BigUint64Array(0) };
  return figuresOfParts(regions, parts).columns;
}
