import { expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';

it('a caller learns the own identity, account and region', async () => {
  const { handler } = apiWorld();
  const arn = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com';

  expect(await call(handler, 'GET', '/me', { caller: arn })).toMatchObject({
    status: 200,
    body: { arn, account: '123456789012', name: 'ada@example.com', region: 'eu-west-1' },
  });
});

it('a request without IAM has no identity', async () => {
  const { handler } = apiWorld();

  expect(await call(handler, 'GET', '/me')).toMatchObject({
    status: 404,
    body: { detail: { error: 'not_found' } },
  });
});
