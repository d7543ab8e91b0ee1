import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples } from '../../cli/commands/init/examples.ts';
import { exampleNames, examplesDirectory, filesOfExample } from '../support/examples.ts';

it('bough init knows every example, and the index of the examples links to each', () => {
  const index = readFileSync(join(examplesDirectory, 'README.md'), 'utf8');
  const linked = [...index.matchAll(/\]\(([\w-]+)\/README\.md\)/g)].map(([, name]) => name);

  expect(examples.map(({ name }) => name).sort()).toEqual(exampleNames);
  expect(linked.sort()).toEqual(exampleNames);
});

describe.each(exampleNames)('examples/%s', (name) => {
  const files = filesOfExample(name);
  const scripts = Object.keys(files).filter((path) => files[path]?.startsWith('#!'));

  it('has executable scripts, deploy among them', () => {
    const modes = scripts.map((path) => statSync(join(examplesDirectory, name, path)).mode & 0o111);

    expect(scripts).toContain('.bough/deploy');
    expect(modes.every((mode) => mode === 0o111)).toBe(true);
  });

  it('has a page of at most 450 words, with the command that writes its files', () => {
    const page = readFileSync(join(examplesDirectory, name, 'README.md'), 'utf8');

    expect(page.match(/\S*\w\S*/g)?.length).toBeLessThanOrEqual(450);
    expect(page).toContain(`bough init --example ${name}`);
    expect(page).toContain(`git add --chmod=+x ${scripts.sort().join(' ')}`);
  });
});
