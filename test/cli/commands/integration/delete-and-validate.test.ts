import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../../shared/errors.ts';
import { anEnvironment, theProductionEnvironment } from '../../../support/builders.ts';
import { aWorld } from './world.ts';

describe('bough integration:delete', () => {
  it('reports the remaining environments and the next commands', async () => {
    await using world = await aWorld();
    for (const environment of [theProductionEnvironment(), anEnvironment()])
      await world.environments.save({ ...environment, integration: world.id });

    const { stderr } = await world.bough(['integration:delete', '--yes']);

    expect(stderr).toContain(
      [
        '2 environments stay as they are, with sites and data. New pushes are not deployed.',
        '  To update them again, add an integration with acme/website.',
        '  To list them: bough environment:list',
        "  To delete them: bough environment:delete --delete-branch --allow-delete-parent '%'",
        '',
      ].join('\n'),
    );
  });

  it('deletes after confirmation', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:delete'], { answers: ['y'] });

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      `Delete the integration ${world.id} (type: bitbucket)? [Y/n] y\nDeleted integration ${world.id}\n`,
    );
    expect(await world.stored()).toBeUndefined();
  });

  it.each([
    ['a person says no', [], { answers: ['n'] }],
    ['--no is given', ['--no'], {}],
  ])('deletes nothing when %s', async (_, flags, options) => {
    await using world = await aWorld();

    const { code } = await world.bough(['integration:delete', ...flags], options);

    expect(code).toBe(1);
    expect(await world.stored()).toBeDefined();
  });

  it('reports a webhook that must be removed manually', async () => {
    const removeWebhook = async () => {
      throw new BoughError('git_host_forbidden', 'Bitbucket allows no webhooks here.');
    };
    await using world = await aWorld({ removeWebhook }, 'bitbucket_server');

    const { code, stderr } = await world.bough(['integration:delete', world.id.slice(0, 5), '-y']);

    expect(code).toBe(0);
    expect(stderr).toContain(
      `Deleted integration ${world.id}\n\nWarning: its webhook could not be removed from Bitbucket: Bitbucket allows no webhooks here.`,
    );
    expect(stderr).toContain('remove it manually from ACME/website.\n');
    expect(stderr).toContain(`  Hook URL: ${world.hookUrl}\n`);
  });
});

describe('bough integration:validate', () => {
  it('reports a valid integration without a delivery', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:validate']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      [
        `Validating the integration ${world.id} (type: bitbucket)...`,
        'No delivery from Bitbucket has been received yet.',
        'The integration is valid.',
        '',
      ].join('\n'),
    );
    expect(world.sent()).toEqual({ method: 'POST', path: `${world.path}/validate` });
  });

  it('reports the last delivery', async () => {
    await using world = await aWorld();
    const before = (await world.stored())!;
    const last_delivery_at = '2026-11-22T11:00:00.000Z';
    await world.integrations.save({ ...before, last_delivery_at, version: before.version + 1 });

    const { stderr } = await world.bough(['integration:validate', world.id]);

    expect(stderr).toContain('Last delivery from Bitbucket: 2026-11-22T11:00:00+00:00\n');
  });

  it('reports each problem, with exit code 4', async () => {
    await using world = await aWorld({
      missingPermissions: async () => ['Webhooks: Read and write'],
      findWebhook: async () => null,
    });

    const { code, stdout, stderr } = await world.bough(['integration:validate']);

    expect(code).toBe(4);
    expect(stderr).toContain('The integration is invalid.\n\nThe following 2 errors were found:\n');
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      expect.stringMatching(/^app_credentials: The OAuth consumer lacks permissions: Webhooks/),
      expect.stringMatching(/^webhook: The repository has no webhook with the URL/),
    ]);
  });
});
