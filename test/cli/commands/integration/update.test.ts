import { describe, expect, it } from 'vitest';
import { credentials, webhookSecret } from '../../../support/api-world.ts';
import { aWorld } from './world.ts';

const { key, secret } = credentials;

describe('bough integration:update', () => {
  it('sends the given options only and prints the properties', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough([
      'integration:update',
      '--resync-pull-requests',
      'true',
    ]);

    expect(code).toBe(0);
    expect(world.sent()).toEqual({ method: 'PATCH', path: world.path, body: { resync_pull_requests: true } });
    expect(stderr).toBe(`Integration ${world.id} (bitbucket) updated\n\n`);
    expect(stdout).toMatch(/\| resync_pull_requests +\| true +\|/);
  });

  it('accepts a grace period in hours only', async () => {
    await using world = await aWorld();

    expect((await world.bough(['integration:update', '--prune-grace', '48'])).code).toBe(0);
    expect((await world.stored())?.prune_grace_hours).toBe(48);
    expect(await world.bough(['integration:update', '--prune-grace', '2d'])).toMatchObject({
      code: 1,
      stderr: "Invalid value for '--prune-grace': 2d (expected a whole number from 0)\n",
    });
  });

  it.each([
    ['10', { environments: 10, percent: 0 }],
    ['30%', { environments: 0, percent: 30 }],
    ['10,30%', { environments: 10, percent: 30 }],
    ['0', { environments: 0, percent: 0 }],
  ])('accepts a prune limit: %s', async (given, expected) => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough(['integration:update', '--prune-limit', given]);

    expect(code).toBe(0);
    expect((await world.stored())?.prune_limit).toEqual(expected);
    expect(stdout).toMatch(new RegExp(`\\| prune_limit +\\| environments: ${expected.environments} +\\|`));
  });

  it.each(['', 'many', '10%,30%', '30%,10', '10,', '-1'])(
    'rejects another prune limit: "%s"',
    async (given) => {
      await using world = await aWorld();

      expect(await world.bough(['integration:update', `--prune-limit=${given}`])).toMatchObject({
        code: 1,
        stderr: `Invalid value for '--prune-limit': ${given} (expected a limit like 5, 20% or 5,20%)\n`,
      });
    },
  );

  it('waits for the activities of the change', async () => {
    await using world = await aWorld();
    await world.bough(['integration:update', '--build-pull-requests', 'false']);

    const { code, stderr } = await world.bough(['integration:update', '--build-pull-requests', 'true']);
    await world.bough(['integration:update', '--build-pull-requests', 'false']);
    world.work.endOf = () => null;
    const unwaited = await world.bough(['integration:update', '--build-pull-requests', 'true', '--no-wait']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/The activity succeeded: \[\w+\] Fetch all branches and pull requests/);
    expect(unwaited).toMatchObject({ code: 0, pauses: 0 });
  });

  it('fails when an activity of the change fails', async () => {
    await using world = await aWorld();
    await world.bough(['integration:update', '--build-pull-requests', 'false']);
    world.work.endOf = () => ({ ending: { result: 'failure', because: 'Bitbucket is down.' } });

    const { code, stderr } = await world.bough(['integration:update', '--build-pull-requests', 'true']);

    expect(code).toBe(1);
    expect(stderr).toContain('Bitbucket is down.');
  });

  it.each([
    ['nothing is given', []],
    ['all of it is so already', ['--fetch-branches', 'yes', '--repository', 'acme/website']],
  ])('reports that there is nothing to update when %s', async (_, flags) => {
    await using world = await aWorld();
    const before = await world.stored();

    const { code, stdout, stderr } = await world.bough(['integration:update', ...flags]);

    expect([code, stderr]).toEqual([1, 'No changed values were provided to update.\n\n']);
    expect(stdout).toMatch(/\| fetch_branches +\| true +\|/);
    expect(await world.stored()).toEqual(before);
  });

  it('accepts a new secret for the current key', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:update', '--secret', secret]);

    expect(code).toBe(0);
    expect(world.sent().body).toEqual({ app_credentials: { key, secret } });
    expect(stdout + stderr).not.toContain(secret);
  });

  it('turns pruning off together with fetching', async () => {
    await using world = await aWorld();

    await world.bough(['integration:update', '--fetch-branches', 'false']);
    const off = world.sent().body;
    const { code, stderr } = await world.bough(['integration:update', '--prune-branches', 'true']);

    expect(off).toEqual({ fetch_branches: false, prune_branches: false });
    expect(code).toBe(1);
    expect(stderr).toContain('Warning: --prune-branches has no effect without --fetch-branches.\n');
  });

  it('ignores --type, which cannot change', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough([
      ...['integration:update', '--type', 'bitbucket_server', '--prune-branches', 'false'],
    ]);

    expect(code).toBe(0);
    expect(stderr).toContain(
      'The --type option is not supported on the integration:update command. The integration type cannot be changed.\n',
    );
    expect(world.sent().body).toEqual({ prune_branches: false });
  });

  it.each<[Parameters<typeof aWorld>[1], string[], string]>([
    [
      'bitbucket',
      ['--token', 'x'],
      'The option --token cannot be used with the integration type bitbucket.\n',
    ],
    [
      'bitbucket_server',
      ['--secret', 'x'],
      'The option --secret cannot be used with the integration type bitbucket_server.\n',
    ],
    ['bitbucket', ['--key', 'another'], '--secret is required\n'],
    [
      'bitbucket',
      ['--prune-branches', 'maybe'],
      "Invalid value for '--prune-branches': maybe (expected 1, 0, true, or false)\n",
    ],
  ])('rejects for a %s %j', async (type, flags, message) => {
    await using world = await aWorld({}, type);
    const before = await world.stored();

    const { code, stderr } = await world.bough(['integration:update', ...flags]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: message });
    expect(await world.stored()).toEqual(before);
  });

  it('reports the fields that the API rejects, with exit code 4', async () => {
    await using world = await aWorld({}, 'bitbucket_server');

    const { code, stdout, stderr } = await world.bough(['integration:update', '--bitbucket-url', 'nowhere']);

    expect(code).toBe(4);
    expect(stderr).toContain(`The integration ${world.id} (type: bitbucket_server) is invalid.\n`);
    expect(stdout).toMatch(/^url: Must be the URL of the server/);
  });

  it('explains wrong credentials as integration:add does', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:update', '--secret', 'wrong']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Invalid Bitbucket credentials\n\nBitbucket refused the credentials. ');
  });

  it('explains how to add a webhook manually, with the triggers of this kind of Bitbucket', async () => {
    await using world = await aWorld({}, 'bitbucket_server');
    world.work.endOf = () => ({ ending: { result: 'failure', because: 'You may not.' } });

    const { code, stderr } = await world.bough(['integration:update', '--token', 'another']);

    expect(code).toBe(0);
    expect(stderr).toContain(`  Hook URL: ${world.hookUrl}\n  Secret: ${webhookSecret}\n`);
    expect(stderr).toContain('Pull request: Opened, Source branch updated, Modified');
  });
});
