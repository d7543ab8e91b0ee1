import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('has at most 700 words, without code and the targets of links', () => {
    const prose = readme.replaceAll(/^```.*?^```$/gms, '').replaceAll(/\]\([^)]*\)/g, ']');

    expect(prose.match(/\S*\w\S*/g)?.length).toBeLessThanOrEqual(700);
  });

  it('names the command that runs the tests', () => {
    expect(readme).toContain('npm ci && npm test');
  });
});
