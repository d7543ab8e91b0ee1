import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagesOfProduct, root } from '../support/pages.ts';

const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

/** Every file or folder of the repository that a page names in code style. */
const filesIn = (page: string) => [
  ...new Set(
    [
      ...page.matchAll(
        /`((?:shared|functions|cli|console|infra|local|test|\.ci)\/[\w./-]+|docs\/[\w./-]+\.(?:md|json))`/g,
      ),
      ...page.matchAll(/npx vitest run (?:--project \w+ )?(test\/[\w./-]+)/g),
    ].map(([, file = '']) => file),
  ),
];

describe.each(pagesOfProduct())('%s', (name) => {
  const page = readFileSync(join(root, name), 'utf8');

  it('names files that exist', () => {
    expect(filesIn(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);

    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

it('docs/architecture.md describes every folder of the product', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const folders = ['functions', 'infra', 'cli', 'console', 'local', 'examples', 'test'];
  const layers = readdirSync(join(root, 'shared'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `shared/${name}`);

  const described = [...page.matchAll(/^\| `([\w/]+)` \|/gm)].map(([, folder]) => folder);

  expect(described).toEqual(expect.arrayContaining([...layers, ...folders]));
});
