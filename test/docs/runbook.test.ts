import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Settings } from '../../infra/settings.ts';
import { anchorsOf } from '../support/pages.ts';

const docs = join(import.meta.dirname, '../../docs');
const runbook = readFileSync(join(docs, 'runbook.md'), 'utf8');
const all = (pattern: RegExp) => [...new Set([...runbook.matchAll(pattern)].map(([, found]) => found ?? ''))];

describe('the runbook', () => {
  it.each(all(/-c (\w+)=/g))('names the setting %s, which there is', (setting) => {
    expect(Object.keys(Settings.shape)).toContain(setting);
  });

  it.each(all(/\]\(([^)]*)\)/g))('links to %s, which there is', (link) => {
    const [file, anchor] = link.split('#');
    const target = file ? readFileSync(join(docs, file), 'utf8') : runbook;

    if (anchor) expect(anchorsOf(target)).toContain(anchor);
    else expect(target).not.toBe('');
  });
});
