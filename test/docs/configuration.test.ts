import { expect, it } from 'vitest';
import { settingsReference } from '../../infra/settings-reference.ts';

it('docs/configuration.md is what the settings say of themselves; npm run docs writes it', async () => {
  await expect(settingsReference()).toMatchFileSnapshot('../../docs/configuration.md');
});
