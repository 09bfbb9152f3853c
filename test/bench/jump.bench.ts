// A jump anywhere in 8 GiB of a file.
import type { Figure } from './figure.ts';
import { jumpFigures } from './jumps.ts';
import { withWindow } from './window.ts';

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, bench) => {
    const { large } = bench.files;
    const open = () => workbench.openFile(large.name);
    return await jumpFigures(workbench, bench, { prefix: 'jump.', data: large, open, typedBefore: '' });
  });
}
