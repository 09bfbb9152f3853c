// From Enter in quick open to the first row's right bytes, against a custom editor that does nothing.
import { measureOpen, type Painted } from '../host/measure.ts';
import type { Workbench } from '../host/workbench.ts';
import { type DataFile, digitsAt } from './data.ts';
import { type Figure, median, pairedRatio } from './figure.ts';
import { type Bench, withVSCode } from './window.ts';

/** Pairs of one window. */
const pairs = 11;
/** Pairs of new windows. */
const coldPairs = 7;

const blankPaint: Painted = { selector: '#blank' };

function firstRow(file: DataFile): Painted {
  return { selector: '[role="row"][data-offset="0"] [data-cell="hex"]', digits: digitsAt(file, 0, 16) };
}

async function openOnce(workbench: Workbench, name: string, painted: Painted): Promise<number> {
  const time = await measureOpen(workbench, name, painted);
  await workbench.closeAllEditors();
  return time;
}

/** Does `first` and `second`, in this order in even turns and the other way round in odd ones. */
async function inTurn(turn: number, first: () => Promise<void>, second: () => Promise<void>): Promise<void> {
  for (const step of turn % 2 === 0 ? [first, second] : [second, first]) await step();
}

async function warm({ files, inWindow }: Bench): Promise<Figure[]> {
  return await inWindow(async (workbench) => {
    const openBlank = () => openOnce(workbench, files.blank, blankPaint);
    const kinds = [files.small, files.sparse, files.large].map((file) => ({
      open: () => openOnce(workbench, file.name, firstRow(file)),
      ours: [] as number[],
      blank: [] as number[],
    }));
    await openBlank();
    for (const { open } of kinds) await open();
    for (let turn = 0; turn < pairs; turn++) {
      // Which file comes first changes from turn to turn, too.
      for (const kind of [...kinds.slice(turn % 3), ...kinds.slice(0, turn % 3)]) {
        const blank = async () => void kind.blank.push(await openBlank());
        const ours = async () => void kind.ours.push(await kind.open());
        await inTurn(turn, blank, ours);
      }
    }
    const [small, sparse, large] = kinds;
    if (small === undefined || sparse === undefined || large === undefined) throw new Error('no files');
    const ms = (name: string, values: readonly number[]) => ({ name, value: median(values), unit: 'ms' });
    return [
      ms('open.blank', [...small.blank, ...sparse.blank, ...large.blank]),
      ms('open.first_bytes', small.ours),
      ms('open.first_bytes_8GiB', large.ours),
      ms('open.first_bytes_1TiB', sparse.ours),
      {
        name: 'open.sparse_1TiB_vs_1MiB',
        value: pairedRatio(sparse.ours, small.ours),
        unit: 'ratio',
        limit: 1.1,
      },
      {
        name: 'open.first_bytes_vs_blank',
        value: pairedRatio(small.ours, small.blank),
        unit: 'ratio',
        limit: 1.25,
      },
      {
        name: 'open.first_bytes_8GiB_vs_blank',
        value: pairedRatio(large.ours, large.blank),
        unit: 'ratio',
        limit: 1.25,
      },
    ];
  });
}

/** Each in a browser profile of its own too: nothing at all was loaded before. */
async function cold({ files, inWindow }: Bench): Promise<Figure[]> {
  const blank: number[] = [];
  const ours: number[] = [];
  const openFirst = (name: string, painted: Painted) => inWindow((workbench) => measureOpen(workbench, name, painted));
  for (let turn = 0; turn < coldPairs; turn++) {
    await inTurn(
      turn,
      async () => void blank.push(await openFirst(files.blank, blankPaint)),
      async () => void ours.push(await openFirst(files.large.name, firstRow(files.large))),
    );
  }
  return [
    { name: 'open.cold_blank', value: median(blank), unit: 'ms' },
    { name: 'open.cold', value: median(ours), unit: 'ms' },
    { name: 'open.cold_vs_blank', value: pairedRatio(ours, blank), unit: 'ratio', limit: 2 },
  ];
}

export async function run(): Promise<Figure[]> {
  return await withVSCode(async (bench) => [...(await warm(bench)), ...(await cold(bench))]);
}
