import { describe, expect, it } from 'vitest';
import { diagnoseDeployment } from '../../../shared/workflow/deployment/diagnose-deployment.ts';
import { call } from '../../support/api-events.ts';
import { apiWorld, credentials, plainSecrets } from '../../support/api-world.ts';
import { anIntegration, aProject } from '../../support/builders.ts';

async function aWorld(...ids: string[]) {
  const world = apiWorld();
  await world.projects.save(aProject());
  for (const id of ids) {
    const integration = anIntegration({ id });
    const sealed_credentials = await plainSecrets.seal('credentials', integration, credentials.secret);
    await world.integrations.save({ ...integration, sealed_credentials });
  }
  return world;
}

describe('GET /doctor', () => {
  it('reports problems with AWS and with Bitbucket', async () => {
    const { handler, aws } = await aWorld('i1');
    aws.facts.builds = { value: 0 };
    aws.facts.schedule = { unknown: 'scheduler answered 403 (AccessDeniedException).' };

    const { status, body } = await call(handler, 'GET', '/doctor');

    expect(status).toBe(200);
    const states = body.checks.map(({ id, state }: { id: string; state: string }) => [id, state]);
    expect(states).toEqual([
      ['build-quota', 'problem'],
      ['function-quota', 'ok'],
      ['schedule', 'unknown'],
      ['alarms', 'ok'],
      ['dead-letters', 'ok'],
      ['integration', 'problem'],
    ]);
    expect(body.checks.at(-1)).toMatchObject({
      subject: expect.stringMatching(/\/i1$/),
      remedy: expect.any(String),
    });
  });
});

describe('a diagnosis of many integrations', () => {
  it('checks twenty integrations and reports that there are more', async () => {
    const ids = Array.from({ length: 21 }, (_, index) => `i${index}`);
    const { ports } = await aWorld(...ids);

    const checks = await diagnoseDeployment(ports);

    expect(checks.filter(({ id }) => id === 'integration')).toHaveLength(20);
    expect(checks.at(-1)).toMatchObject({ id: 'integrations', state: 'unknown' });
  });

  it('does not wait for a Bitbucket that does not respond', async () => {
    const { ports } = await aWorld('i1');
    const silent = { connect: () => new Promise<never>(() => undefined), pause: async () => undefined };

    const checks = await diagnoseDeployment({ ...ports, ...silent });

    expect(checks.at(-1)).toMatchObject({ id: 'integration', state: 'unknown' });
  });
});
