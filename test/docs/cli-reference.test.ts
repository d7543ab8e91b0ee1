import { expect, it } from 'vitest';
import { specs } from '../../cli/commands/specs.ts';
import { reference } from '../../cli/reference.ts';

it('docs/cli.md is what the commands say of themselves; npm run docs writes it', async () => {
  await expect(reference(specs)).toMatchFileSnapshot('../../docs/cli.md');
});
