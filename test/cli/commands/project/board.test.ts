import { describe, expect, it } from 'vitest';
import { boardPath } from '../../../../shared/runtime/page-link.ts';
import { apiUrl, plainSecrets } from '../../../support/api-world.ts';
import { anIntegration, aProject, integrationId, projectId } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

async function aWorld(changes: Parameters<typeof anIntegration>[0] = {}) {
  const world = await cliWorld();
  await world.projects.save(aProject());
  const sealed_log_key = await plainSecrets.seal('log', anIntegration(), 'old-key');
  const integration = anIntegration({ sealed_log_key, ...changes });
  await world.integrations.save(integration);
  const current = async () => (await world.integrations.get(projectId, integrationId)) ?? integration;
  return Object.assign(world, {
    url: async () => apiUrl + (await boardPath(plainSecrets, await current())),
  });
}

describe('bough project:board', () => {
  it('prints the address of the board', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['project:board']);

    expect([code, stdout]).toEqual([0, `${await world.url()}\n`]);
    expect(stderr).toContain('Everybody with this link');
  });

  it('renews the links, and prints the new address', async () => {
    await using world = await aWorld();
    const before = await world.url();

    const { code, stdout } = await world.bough(['project:board', '--renew', '--yes']);

    expect([code, stdout]).toEqual([0, `${await world.url()}\n`]);
    expect(await world.url()).not.toBe(before);
  });

  it('renews nothing without a confirmation', async () => {
    await using world = await aWorld();
    const before = await world.url();

    const { code, stdout } = await world.bough(['project:board', '--renew']);

    expect([code, stdout]).toEqual([1, '']);
    expect(await world.url()).toBe(before);
  });

  it.each([
    ['public pages are off', { public_pages: false }, '--public-pages true'],
    ['the integration has no key', { sealed_log_key: null }, 'project:board --renew'],
  ])('says what to do when %s', async (_, changes, remedy) => {
    await using world = await aWorld(changes);

    const { code, stdout, stderr } = await world.bough(['project:board']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(remedy);
  });

  it('does not exist without an integration', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    const { code, stderr } = await world.bough(['project:board']);

    expect(code).toBe(1);
    expect(stderr).toContain('bough integration:add');
  });
});
