// `npm run bench [part of a figure's or file's name]`: one JSON object per figure and line, as they come. It fails only
// where a benchmark could not run; a figure beyond its limit is named at the end, for a person to judge.
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Figure, isKept } from './figure.ts';

const [filter = ''] = process.argv.slice(2);
const suffix = '.bench.ts';

/** `jump` and `jump.p95_vs_ping` both choose jump.bench.ts; other names of a file's figures are below. */
const otherNames: Readonly<Record<string, string>> = {
  editsBack: 'edit',
  guardedRead: 'read',
  manyEdits: 'edit',
  scroll: 'view',
};

function isChosen(file: string): boolean {
  const name = basename(file, suffix);
  const prefix = otherNames[name] ?? name;
  return [name, prefix].some((one) => one.includes(filter) || filter.startsWith(`${one}.`));
}

const files = globSync(`**/*${suffix}`, { cwd: import.meta.dirname })
  .filter(isChosen)
  .sort();
if (files.length === 0) throw new Error(`There is no benchmark "${filter}".`);

const missed: Figure[] = [];
for (const file of files) {
  try {
    const { run } = (await import(join(import.meta.dirname, file))) as { run(): Promise<Figure[]> };
    for (const figure of await run()) {
      const { name, value, unit, limit } = figure;
      const ok = isKept(figure);
      const known = limit === undefined ? {} : { limit, ...(figure.atLeast === true ? { atLeast: true } : {}), ok };
      console.log(JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, ...known }));
      if (ok === false) missed.push(figure);
    }
  } catch (error) {
    console.error(`${file} could not run:`, error);
    process.exitCode = 1;
  }
}

if (missed.length > 0) console.log(`\nMissed: ${missed.map(({ name }) => name).join(', ')}`);
else if (process.exitCode === undefined) console.log('\nAll figures keep their limits.');
