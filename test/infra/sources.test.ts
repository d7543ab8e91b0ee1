import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOfSources, SOURCES } from '../../infra/sources.ts';
import { temporaryDirectory } from './synthesised.ts';

describe('the digest of the sources', () => {
  let root: string;
  const write = async (file: string, content: string) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  };

  beforeEach(async () => {
    root = temporaryDirectory();
    for (const source of SOURCES) await write(source.includes('.') ? source : `${source}/index.ts`, source);
    await write('shared/domain/rule.ts', 'a rule');
  });

  it('stays while no source changes', async () => {
    const before = await digestOfSources(root);
    await write('docs/page.md', 'no source');
    expect(await digestOfSources(root)).toBe(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a changed file', () => write('shared/domain/rule.ts', 'b rule')],
    ['a new file', () => write('functions/api/new.ts', '')],
    ['a renamed file', () => rename(join(root, 'cli/index.ts'), join(root, 'cli/other.ts'))],
    ['another version of a library', () => write('package-lock.json', '{}')],
  ])('changes with %s', async (_, change) => {
    const before = await digestOfSources(root);
    await change();
    expect(await digestOfSources(root)).not.toBe(before);
  });
});
