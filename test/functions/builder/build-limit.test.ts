import { expect, it } from 'vitest';
import { buildLimit } from '../../../functions/builder/build-limit.ts';
import { config } from './builder-fixture.ts';

const onLambda = { ...config, COMPUTE: 'lambda' as const, TIMEOUT_MINUTES: '14' };

it('the builder ends a build on Lambda compute itself, and says where more time is', () => {
  const limit = buildLimit(onLambda, 60_000);

  expect(limit?.milliseconds).toBe(13 * 60_000);
  expect(limit?.reason).toMatchObject({
    code: 'invalid',
    message: "The build was stopped after 14 min, the stack's builderTimeoutMinutes on Lambda compute.",
    remedy: expect.stringContaining('builderCompute=container'),
  });
  expect(buildLimit(onLambda, 20 * 60_000)?.milliseconds).toBe(0);
});

it('CodeBuild ends a build in a container', () => {
  expect(buildLimit(config, 0)).toBeUndefined();
});
