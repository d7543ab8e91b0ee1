import { expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, integrationId, projectId, start } from '../../support/builders.ts';

const url = `/projects/${projectId}/integrations/${integrationId}/deliveries`;

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  return world;
}

it('the deliveries of an integration have what became of them, newest first', async () => {
  const { handler, ports } = await aWorld();
  const change = { type: 'branch.pushed', branch: 'feature/x', because: 'feature/x is inactive' } as const;
  const notes = [
    {
      delivery: 'd1',
      at: start,
      position: 0,
      ignored: [],
      change: { ...change, verdict: 'ignore' as const },
    },
    { delivery: 'd2', at: '2030-01-01T00:00:00.000Z', position: 0, ignored: ['a tag'], change: null },
  ];
  const { deliveries } = ports;
  for (const note of notes)
    await deliveries.record(projectId, integrationId, { ...note, event: 'repo:push' });

  const answer = await call(handler, 'GET', url);

  expect(answer).toMatchObject({ status: 200, type: 'application/json' });
  expect(answer.body).toEqual([
    {
      id: 'd2',
      at: '2030-01-01T00:00:00.000Z',
      event: 'repo:push',
      accepted: [],
      ignored: [{ because: 'a tag' }],
      status: 'ignored',
    },
    { id: 'd1', at: start, event: 'repo:push', accepted: [change], ignored: [], status: 'ignored' },
  ]);
});

it('an integration without deliveries has an empty list, and one that does not exist is not found', async () => {
  const { handler } = await aWorld();

  expect(await call(handler, 'GET', url)).toMatchObject({ status: 200, body: [] });
  expect(await call(handler, 'GET', url.replace(integrationId, 'other'))).toMatchObject({ status: 404 });
});
