import { expect, it } from 'vitest';
import { reference } from '../../cli/reference.ts';
import { specs } from '../../cli/specs.ts';

it('docs/cli.md is what the commands say of themselves; npm run docs writes it', async () => {
  await expect(reference(specs)).toMatchFileSnapshot('../../docs/cli.md');
});
