// A jump anywhere in 8 GiB of another process's memory: a file that it has mapped privately and never touched, so that
// each jump looks up what is mapped there, what stands in the page tables, and reads from where that leads.
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { jumpFigures } from './jumps.ts';
import { regionUri, withProgram } from './regions.ts';
import { withWindow } from './window.ts';

export async function run(): Promise<Figure[]> {
  return await withWindow(async (workbench, bench) => {
    const { large, folder } = bench.files;
    return await withProgram('mapped-file', join(folder, large.name), async (program) => {
      const uri = { $uri: regionUri(program, large.size) };
      const open = () => workbench.openWith(uri, 'memglass.memory');
      return await jumpFigures(workbench, bench, { prefix: 'region.jump_', data: large, open, typedBefore: 'start+' });
    });
  });
}
