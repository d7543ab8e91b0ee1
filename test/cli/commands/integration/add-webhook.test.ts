import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../../shared/domain/activities/activity.ts';
import { BoughError } from '../../../../shared/errors.ts';
import { apiUrl, credentials, webhookSecret } from '../../../support/api-world.ts';
import { aProject } from '../../../support/builders.ts';
import { cliWorld, succeed } from '../../../support/cli.ts';

const { key, secret } = credentials;
const add = [
  ...['integration:add', '--type', 'bitbucket', '--repository', 'acme/website'],
  ...['--key', key, '--secret', secret],
];

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject({ default_branch: null }));
  return { ...world, stored: async () => (await world.integrations.listOf('abcdefghijklm'))[0] };
}

describe('bough integration:add without the permission to add webhooks', () => {
  const because = 'The webhook could not be added. Grant the permission Webhooks.';
  const noWebhook = (activity: Activity) =>
    activity.type.endsWith('.register_hooks')
      ? { ending: { result: 'failure' as const, because } }
      : succeed(activity);

  it('explains how to add the webhook manually, and succeeds', async () => {
    await using world = await aWorld();
    world.work.endOf = noWebhook;

    const { code, stdout, stderr } = await world.bough(add);

    const hookUrl = `${apiUrl}/projects/abcdefghijklm/integrations/${(await world.stored())!.id}/hook`;
    expect(code).toBe(0);
    expect(stderr).toContain('1/2 activities succeeded:\n');
    expect(stderr).toContain(
      [
        '',
        `Failed to read or write webhooks: ${because}`,
        'Please ensure a webhook exists manually.',
        `  Hook URL: ${hookUrl}`,
        `  Secret: ${webhookSecret}`,
        '  Triggers: Repository: Push, Updated; Pull request: Created, Updated, Merged, Declined',
        '',
      ].join('\n'),
    );
    expect(stdout).toContain('hook_url');
    expect(stdout).not.toContain(webhookSecret);
  });

  it('fails when another activity fails', async () => {
    await using world = await aWorld();
    world.work.endOf = () => ({ ending: { result: 'failure', because: 'Bitbucket is down.' } });

    const { code, stderr } = await world.bough(add);

    expect(code).toBe(1);
    expect(stderr).toContain('Failed to read or write webhooks: Bitbucket is down.');
  });

  it('explains why the secret is not shown without permission', async () => {
    await using world = await aWorld();
    world.work.endOf = noWebhook;
    const { open } = world.ports.secrets;
    world.ports.secrets = {
      ...world.ports.secrets,
      open: async (purpose, ...rest) => {
        if (purpose === 'webhook') throw new BoughError('git_host_forbidden', 'You may not.');
        return open(purpose, ...rest);
      },
    };

    const { code, stdout, stderr } = await world.bough(add);

    expect(code).toBe(0);
    expect(stderr).toContain('  Secret: could not be read. You may not.');
    expect(stdout).toContain('hook_url');
  });
});
