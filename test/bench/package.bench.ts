import { statSync } from 'node:fs';
import { vsix } from '../host/paths.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  return [{ name: 'package.size', value: statSync(vsix).size / 2 ** 20, unit: 'MiB', limit: 3 }];
}
