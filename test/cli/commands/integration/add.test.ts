import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../../shared/errors.ts';
import { apiUrl, credentials, webhookSecret } from '../../../support/api-world.ts';
import {
  anActiveEnvironment,
  aProject,
  integrationId,
  theProductionEnvironment,
} from '../../../support/builders.ts';
import { type CliOptions, cliWorld, succeed } from '../../../support/cli.ts';

const { key, secret } = credentials;
const add = [
  ...['integration:add', '--type', 'bitbucket', '--repository', 'acme/website'],
  ...['--key', key, '--secret', secret],
];

const behaviour = ['--build-pull-requests', 'false', '--fetch-branches', 'false'];

async function aWorld(options: Parameters<typeof cliWorld>[0] = {}) {
  const world = await cliWorld(options);
  await world.projects.save(aProject({ default_branch: null }));
  return { ...world, stored: async () => (await world.integrations.listOf('abcdefghijklm'))[0] };
}

describe('bough integration:add', () => {
  it('adds the integration, follows its activities and prints its properties', async () => {
    await using world = await aWorld();
    world.work.ending = { result: 'success', because: 'done' };

    const { code, stdout, stderr } = await world.bough([...add, '--yes']);

    const { id } = (await world.stored())!;
    expect(code).toBe(0);
    expect(stderr).toContain(
      "Warning: adding a 'bitbucket' integration will automatically synchronize code from the external Git repository.\n" +
        'This means it can overwrite all the code in your project.\n',
    );
    expect(stderr).toContain(`Created integration ${id} (type: bitbucket)\n\nWaiting for 2 activities:\n`);
    expect(stderr).toMatch(/#1 \[[a-z2-7]{13}\] Register the webhook on acme\/website\n/);
    expect(stderr).toContain('#1 Register the webhook on acme/website...\n#1   done\n#2 Fetch all');
    expect(stderr).toContain('2/2 activities succeeded:\n');
    expect(stdout).toMatch(/\| Property +\| Value +\|/);
    expect(stdout).toContain('| app_credentials                 | key: consumer-key');
    expect(stdout.trimEnd().split('\n').at(-2)).toContain(
      `| hook_url                        | ${apiUrl}/projects/abcdefghijklm/integrations/${id}/hook |`,
    );
  });

  it('takes over environments of another repository only with --adopt, and explains both ways', async () => {
    await using world = await aWorld();
    await world.environments.save(theProductionEnvironment({ head_commit: null }));
    world.ports.connect = async () => world.bitbucket.host;

    const refused = await world.bough([...add, '--yes', '--no-wait']);

    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain('The project still has an environment of an unknown repository: main.');
    expect(refused.stdout).toContain('--adopt');
    expect(refused.stdout).toContain('bough environment:delete --delete-branch');
    expect(await world.stored()).toBeUndefined();

    expect((await world.bough([...add, '--yes', '--no-wait', '--adopt'])).code).toBe(0);
    expect(await world.stored()).toMatchObject({ adopts: [integrationId] });
  });

  it('allows deleting such environments manually, production too, without an integration', async () => {
    await using world = await aWorld();
    await world.environments.save(theProductionEnvironment());
    await world.environments.save(anActiveEnvironment());
    world.work.endOf = succeed;
    const argv = ['environment:delete', '--delete-branch', '--allow-delete-parent', '%', '--yes'];

    expect((await world.bough(argv)).code).toBe(0);

    expect(await world.environments.listOf('abcdefghijklm')).toEqual([]);
  });

  it('never shows secrets', async () => {
    await using world = await aWorld();
    world.work.ending = { result: 'success', because: 'done' };

    const { stdout, stderr } = await world.bough(add);

    for (const hidden of [secret, webhookSecret]) expect(stdout + stderr).not.toContain(hidden);
  });

  it('does not wait with --no-wait', async () => {
    await using world = await aWorld();

    const { code, stderr, pauses } = await world.bough([...add, '--no-wait']);

    expect([code, pauses]).toEqual([0, 0]);
    expect(stderr).not.toContain('Waiting');
    expect(stderr).toMatch(/To follow the activities, run:\n( {2}bough activity:log [a-z2-7]{13}\n){2}/);
  });

  it('follows the activities while they run', async () => {
    await using world = await aWorld();
    const onPause = async () => {
      world.work.ending = { result: 'success', because: 'done' };
      await world.ports.effects.send(world.effects.splice(0));
    };

    const { code, stderr, pauses } = await world.bough([...add, '--wait'], { onPause });

    expect([code, pauses]).toEqual([0, 1]);
    expect(stderr).toContain('2/2 activities succeeded:\n');
  });

  it('fails with the reason when an activity fails', async () => {
    await using world = await aWorld();
    world.work.ending = { result: 'failure', because: 'Bitbucket allows no webhooks here.' };

    const { code, stdout, stderr } = await world.bough(add);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /2\/2 activities failed:\n {2}#1 \[\w+\] Register the webhook .*\n {5}Bitbucket allows no webhooks here\./,
    );
    expect(stdout).toContain('hook_url');
  });

  it('sends the given options only', async () => {
    await using world = await aWorld();

    await world.bough([
      ...add,
      ...['--no-wait', '--fetch-branches', 'Yes', '--prune-branches', '0', '--build-pull-requests', 'TRUE'],
      ...['--pull-requests-clone-parent-data', 'n', '--resync-pull-requests', '1'],
      ...['--resources-init', 'minimum', '--build-fork-pull-requests', 'always'],
    ]);

    expect(await world.stored()).toMatchObject({
      fetch_branches: true,
      prune_branches: false,
      build_pull_requests: true,
      pull_requests_clone_parent_data: false,
      resync_pull_requests: true,
      environment_init_resources: 'minimum',
      build_fork_pull_requests: 'always',
    });
    expect(Object.keys(world.sent().body)).not.toContain('wait');
  });

  it.each<[string[], boolean | undefined]>([
    [[], undefined],
    [['--prune-branches', 'true'], true],
    [['--fetch-branches', 'false'], false],
    [['--fetch-branches', 'false', '--prune-branches', 'true'], false],
  ])('prunes branches only with fetch-branches: %j', async (flags, prune_branches) => {
    await using world = await aWorld();

    const { stderr } = await world.bough([...add, ...flags, '--no-wait']);

    expect(world.sent().body.prune_branches).toBe(prune_branches);
    const isIgnored = flags.includes('true') && prune_branches === false;
    expect(stderr.includes('--prune-branches has no effect without --fetch-branches')).toBe(isIgnored);
  });

  it.each(['--resources-init', '--build-fork-pull-requests'])('validates the values of %s', async (flag) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough([...add, flag, 'child']);

    expect(code).toBe(1);
    expect(stderr).toContain('Allowed choices are');
    expect(world.requests).toEqual([]);
  });

  it('asks before it changes anything', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough([...add, ...behaviour, '--no-wait'], { answers: ['y'] });

    expect(code).toBe(0);
    expect(stderr).toContain('Are you sure you want to continue? [Y/n] y\n');
  });

  it.each<[string, string[], CliOptions]>([
    ['a person says no', behaviour, { answers: ['N'] }],
    ['--no is given', ['--no'], { answers: [] }],
  ])('does nothing when %s', async (_, flags, options) => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough([...add, ...flags], options);

    expect([code, stdout]).toEqual([1, '']);
    expect(await world.stored()).toBeUndefined();
  });

  it('explains wrong credentials and creates nothing', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough([...add, '--secret', 'wrong-secret', '-y']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('continue? [Y/n] y\n')[1]).toMatch(
      /^Invalid Bitbucket credentials\n\nBitbucket refused the credentials\. \w.*\.\n$/,
    );
    expect(await world.stored()).toBeUndefined();
  });

  it('reports one invalid field, with exit code 4', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough([...add, '--repository', 'website']);

    expect(code).toBe(4);
    expect(stderr).toContain('The integration is invalid.\n\nThe following error was found:\n');
    expect(stdout).toMatch(/^repository: .*owner\/name.*\n$/);
    expect(await world.stored()).toBeUndefined();
  });

  it('reports several invalid fields, with exit code 4', async () => {
    await using world = await aWorld();
    const long = 'x'.repeat(2000);

    const { code, stdout, stderr } = await world.bough([...add, '--repository', long, '--key', long]);

    expect(code).toBe(4);
    expect(stderr).toContain('The following 2 errors were found:\n');
    expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
      'repository',
      'app_credentials.key',
      '',
    ]);
  });

  it('refuses a second integration', async () => {
    await using world = await aWorld();
    await world.bough([...add, '--no-wait']);

    const { code, stdout } = await world.bough([...add, '--no-wait']);

    expect(code).toBe(4);
    expect(stdout).toContain(
      `type: The project already has a bitbucket integration: ${(await world.stored())!.id}`,
    );
  });

  it('reports that Bitbucket is unavailable', async () => {
    await using world = await aWorld({
      hostFails: new BoughError('git_host_unavailable', 'Bitbucket is down.'),
    });

    const { code, stderr } = await world.bough(add);

    expect(code).toBe(1);
    expect(stderr).toContain('Bitbucket is down. Wait:');
  });

  it.each([
    [['--repository', 'a/b'], '--type is required\n'],
    [['--type', 'bitbucket'], '--repository is required\n--key is required\n--secret is required\n'],
    [['--type', 'bitbucket', '--repository', 'a/b', '--key', 'k', '--secret', ''], '--secret is required\n'],
    [
      ['--type', 'bitbucket', '--token', 'x'],
      'The option --token cannot be used with the integration type bitbucket.\n',
    ],
    [
      ['--type', 'bitbucket', '--bitbucket-url', 'https://x'],
      'The option --bitbucket-url cannot be used with the integration type bitbucket.\n',
    ],
    [
      ['--type', 'gitlab'],
      "The integration type 'gitlab' is not available on this project. Available: bitbucket, bitbucket_server\n",
    ],
    [
      ['--type', 'bitbucket_server'],
      '--repository is required\n--bitbucket-url is required\n--username is required\n--token is required\n',
    ],
    [
      ['--type', 'bitbucket_server', '--key', 'x'],
      'The option --key cannot be used with the integration type bitbucket_server.\n',
    ],
    [
      [...add.slice(1), '--fetch-branches', 'maybe'],
      "Invalid value for '--fetch-branches': maybe (expected 1, 0, true, or false)\n",
    ],
  ])('rejects %j without a request to the API', async (flags, message) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['integration:add', ...flags]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: message });
    expect(world.requests).toEqual([]);
  });
});
