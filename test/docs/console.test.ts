import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consoleErrors } from '../../cli/console/console-error.ts';
import { root } from '../support/pages.ts';

it('docs/console.md lists every error of the console with its status', () => {
  const page = readFileSync(join(root, 'docs/console.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, status]);

  expect(rows).toEqual(Object.entries(consoleErrors).map(([code, { status }]) => [code, String(status)]));
});
