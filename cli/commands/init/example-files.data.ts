import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples } from './examples.ts';

const directory = join(import.meta.dirname, '../../../examples');

function filesOf(name: string): [path: string, content: string][] {
  return readdirSync(join(directory, name, '.bough'))
    .sort()
    .map((file) => [`.bough/${file}`, readFileSync(join(directory, name, '.bough', file), 'utf8')]);
}

/** The `.bough/` files of each example by path. The bundle has this value in place of the code that reads it. */
export const exampleFiles: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  examples.map(({ name }) => [name, Object.fromEntries(filesOf(name))]),
);
