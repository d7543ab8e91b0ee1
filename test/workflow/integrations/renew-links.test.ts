import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { renewLinks } from '../../../shared/workflow/integrations/renew-links.ts';
import { mostRelinked } from '../../../shared/workflow/integrations/steps/relink-statuses.ts';
import { updateIntegration } from '../../../shared/workflow/integrations/update-integration.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anIntegration,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
} from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

const statusOf = (state: 'successful' | 'failed' | 'stopped', activity = 'first') => ({
  build_status: { commit: commit('A'), activity, state, description: 'why', undelivered: null },
});

async function aRenewal(environments: readonly Environment[] = []) {
  const world = await aWorld({ environments });
  const ports = { ...world.ports, newLogKey: () => 'new-key' };
  return { world, ports, run: () => renewLinks(ports, projectId, integrationId) };
}

/** The activities whose statuses are sent. */
const sentIn = (effects: readonly unknown[]) =>
  effects.map((effect) => JSON.parse(JSON.stringify(effect)).report.activity);

describe('renewing the links of an integration', () => {
  it('replaces the key, and changes nothing else', async () => {
    const { world, run } = await aRenewal();

    const after = await run();

    expect(after.sealed_log_key).toContain('new-key');
    expect(after).toEqual({
      ...anIntegration(),
      sealed_log_key: after.sealed_log_key,
      updated_at: after.updated_at,
      version: 2,
    });
    expect(await world.integration()).toEqual(after);
  });

  it('sends the statuses again that link to a page, and leaves the others', async () => {
    const { world, run } = await aRenewal([
      anActiveEnvironment({ id: 'ready', ...statusOf('successful', 'ready') }),
      anActiveEnvironment({ id: 'failed', ...statusOf('failed', 'failed') }),
      anActiveEnvironment({ id: 'stopped', ...statusOf('stopped', 'stopped') }),
      anActiveEnvironment({
        id: 'without-url',
        deployment: aDeployment({ routes: [] }),
        ...statusOf('successful', 'without-url'),
      }),
      anActiveEnvironment({ id: 'busy', activities: [aRunningActivity()], ...statusOf('failed', 'busy') }),
      anActiveEnvironment({ id: 'of-another', integration: 'another', ...statusOf('failed', 'of-another') }),
      anActiveEnvironment({ id: 'new' }),
    ]);

    await run();

    expect(sentIn(world.effects).sort()).toEqual(['failed', 'stopped', 'without-url']);
  });

  it('is bounded: the newest statuses are sent', async () => {
    const environments = Array.from({ length: mostRelinked + 1 }, (_, n) =>
      anActiveEnvironment({
        id: `e${n}`,
        updated_at: new Date(Date.parse('2026-11-22T10:00:00.000Z') + n).toISOString(),
        ...statusOf('failed', `e${n}`),
      }),
    );
    const { world, run } = await aRenewal(environments);

    await run();

    expect(sentIn(world.effects)).toHaveLength(mostRelinked);
    expect(sentIn(world.effects)).not.toContain('e0');
  });

  it('happens once for two at the same time: the second key counts', async () => {
    const { world, ports, run } = await aRenewal();
    const other = () => renewLinks({ ...ports, newLogKey: () => 'other-key' }, projectId, integrationId);

    await Promise.all([run(), other()]);

    expect(await world.integration()).toMatchObject({ version: 3 });
  });

  it('needs an existing integration', async () => {
    const { ports } = await aRenewal();

    await expect(renewLinks(ports, projectId, 'another')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('switching public pages on or off', () => {
  it.each([true, false])(
    'sends the statuses again that link to a page or a log: %s',
    async (public_pages) => {
      const world = await aWorld({
        environments: [anActiveEnvironment(statusOf('failed', 'broken'))],
        integration: { public_pages: !public_pages },
      });

      await updateIntegration(world.ports, projectId, integrationId, { public_pages });
      await updateIntegration(world.ports, projectId, integrationId, { public_pages });

      expect(sentIn(world.effects)).toEqual(['broken']);
      await world.work();
      expect(world.bitbucket.statuses).toMatchObject([
        { url: expect.stringContaining(public_pages ? '/status/' : '/log') },
      ]);
    },
  );
});
