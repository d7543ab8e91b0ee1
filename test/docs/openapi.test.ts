import { expect, it } from 'vitest';
import { call } from '../support/api-events.ts';
import { apiWorld } from '../support/api-world.ts';

it('docs/openapi.json is what the API serves (npm run docs writes it)', async () => {
  const { body } = await call(apiWorld().handler, 'GET', '/openapi.json');

  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
});
