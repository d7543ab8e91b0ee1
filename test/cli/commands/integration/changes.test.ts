import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../../shared/errors.ts';
import { apiUrl, credentials, webhookSecret } from '../../../support/api-world.ts';
import { anEnvironment, aProject, theProductionEnvironment } from '../../../support/builders.ts';
import { cliWorld, succeed } from '../../../support/cli.ts';

const { key, secret } = credentials;
const healthy = {
  missingPermissions: async () => [],
  findWebhook: async () => ({ active: true, missing_events: [], has_secret: true }),
  removeWebhook: async () => true,
  openPullRequests: async () => ({ list: [], has_more: false }),
  source: async () => ({
    listRefs: async () => ({ refs: new Map(), head: 'refs/heads/main', unreadable: new Set<string>() }),
    fetchBundle: () => Promise.reject(new Error('nothing is fetched')),
  }),
};

/** A project with an integration, and a Bitbucket that it gets on with. */
async function aWorld(
  host: NonNullable<Parameters<typeof cliWorld>[0]>['host'] = {},
  type: 'bitbucket' | 'bitbucket_server' = 'bitbucket',
) {
  const repository = async () => ({ uuid: '42', full_name: 'ACME/website', default_branch: 'main' });
  const world = await cliWorld({
    host: { ...healthy, ...(type === 'bitbucket_server' ? { repository } : {}), ...host },
  });
  await world.projects.save(aProject());
  const access =
    type === 'bitbucket'
      ? ['--repository', 'acme/website', '--key', key, '--secret', secret]
      : [
          ...['--repository', 'ACME/website', '--bitbucket-url', 'https://git.example.org'],
          ...['--username', 'wile', '--token', 'token-of-wile'],
        ];
  world.work.endOf = succeed;
  await world.bough(['integration:add', '--type', type, ...access, '--no-wait']);
  const stored = async () => (await world.integrations.listOf('abcdefghijklm'))[0];
  const { id } = (await stored())!;
  const path = `/projects/abcdefghijklm/integrations/${id}`;
  return { ...world, stored, id, path, hookUrl: `${apiUrl}${path}/hook` };
}

describe('bough integration:update', () => {
  it('sends what is given and nothing else, and prints what there is now', async () => {
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

  it('takes a grace period in hours, and nothing else for one', async () => {
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
  ])('takes a limit of deletions at once: %s', async (given, expected) => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough(['integration:update', '--prune-limit', given]);

    expect(code).toBe(0);
    expect((await world.stored())?.prune_limit).toEqual(expected);
    expect(stdout).toMatch(new RegExp(`\\| prune_limit +\\| environments: ${expected.environments} +\\|`));
  });

  it.each(['', 'many', '10%,30%', '30%,10', '10,', '-1'])('takes no other limit: "%s"', async (given) => {
    await using world = await aWorld();

    expect(await world.bough(['integration:update', `--prune-limit=${given}`])).toMatchObject({
      code: 1,
      stderr: `Invalid value for '--prune-limit': ${given} (expected a limit like 5, 20% or 5,20%)\n`,
    });
  });

  it('waits for the work that the change has started', async () => {
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

  it('fails when that work did', async () => {
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
  ])('says that there is nothing to do when %s', async (_, flags) => {
    await using world = await aWorld();
    const before = await world.stored();

    const { code, stdout, stderr } = await world.bough(['integration:update', ...flags]);

    expect([code, stderr]).toEqual([1, 'No changed values were provided to update.\n\n']);
    expect(stdout).toMatch(/\| fetch_branches +\| true +\|/);
    expect(await world.stored()).toEqual(before);
  });

  it('takes a new secret for the key that it knows', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:update', '--secret', secret]);

    expect(code).toBe(0);
    expect(world.sent().body).toEqual({ app_credentials: { key, secret } });
    expect(stdout + stderr).not.toContain(secret);
  });

  it('turns pruning off with fetching, as it would have nothing to go by', async () => {
    await using world = await aWorld();

    await world.bough(['integration:update', '--fetch-branches', 'false']);
    const off = world.sent().body;
    const { code, stderr } = await world.bough(['integration:update', '--prune-branches', 'true']);

    expect(off).toEqual({ fetch_branches: false, prune_branches: false });
    expect(code).toBe(1);
    expect(stderr).toContain('Warning: --prune-branches has no effect without --fetch-branches.\n');
  });

  it('ignores the type, which stays', async () => {
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
  ])('refuses for a %s %j', async (type, flags, message) => {
    await using world = await aWorld({}, type);
    const before = await world.stored();

    const { code, stderr } = await world.bough(['integration:update', ...flags]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: message });
    expect(await world.stored()).toEqual(before);
  });

  it('names what the API finds wrong, with exit code 4', async () => {
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

  it('says how to add a webhook by hand, with the triggers of its Bitbucket', async () => {
    await using world = await aWorld({}, 'bitbucket_server');
    world.work.endOf = () => ({ ending: { result: 'failure', because: 'You may not.' } });

    const { code, stderr } = await world.bough(['integration:update', '--token', 'another']);

    expect(code).toBe(0);
    expect(stderr).toContain(`  Hook URL: ${world.hookUrl}\n  Secret: ${webhookSecret}\n`);
    expect(stderr).toContain('Pull request: Opened, Source branch updated, Modified');
  });
});

describe('bough integration:delete', () => {
  it('says what stays, and what can be done with it', async () => {
    await using world = await aWorld();
    for (const environment of [theProductionEnvironment(), anEnvironment()])
      await world.environments.save({ ...environment, integration: world.id });

    const { stderr } = await world.bough(['integration:delete', '--yes']);

    expect(stderr).toContain(
      [
        '2 environments stay as they are, with sites and data. Nothing is deployed any more.',
        '  To go on with them, add an integration with acme/website again.',
        '  To see them: bough environment:list',
        "  To delete them: bough environment:delete --delete-branch --allow-delete-parent '%'",
        '',
      ].join('\n'),
    );
  });

  it('asks, and deletes', async () => {
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

  it('says what is left to be removed by hand', async () => {
    const removeWebhook = async () => {
      throw new BoughError('git_host_forbidden', 'Bitbucket allows no webhooks here.');
    };
    await using world = await aWorld({ removeWebhook }, 'bitbucket_server');

    const { code, stderr } = await world.bough(['integration:delete', world.id.slice(0, 5), '-y']);

    expect(code).toBe(0);
    expect(stderr).toContain(
      `Deleted integration ${world.id}\n\nWarning: its webhook could not be removed from Bitbucket: Bitbucket allows no webhooks here.`,
    );
    expect(stderr).toContain('remove it by hand from ACME/website.\n');
    expect(stderr).toContain(`  Hook URL: ${world.hookUrl}\n`);
  });
});

describe('bough integration:validate', () => {
  it('says that all is well, and that nothing was heard yet', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:validate']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      [
        `Validating the integration ${world.id} (type: bitbucket)...`,
        'No delivery from Bitbucket has been seen yet.',
        'The integration is valid.',
        '',
      ].join('\n'),
    );
    expect(world.sent()).toEqual({ method: 'POST', path: `${world.path}/validate` });
  });

  it('says when Bitbucket was last heard of', async () => {
    await using world = await aWorld();
    const before = (await world.stored())!;
    const last_delivery_at = '2026-11-22T11:00:00.000Z';
    await world.integrations.save({ ...before, last_delivery_at, version: before.version + 1 });

    const { stderr } = await world.bough(['integration:validate', world.id]);

    expect(stderr).toContain('Last delivery from Bitbucket: 2026-11-22T11:00:00+00:00\n');
  });

  it('names each thing that is wrong, with exit code 4', async () => {
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
