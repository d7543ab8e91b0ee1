import { describe, expect, it } from 'vitest';
import type { WebhookState } from '../../../shared/domain/integrations/webhook.ts';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import { validateIntegration } from '../../../shared/workflow/integrations/validate-integration.ts';
import { integrationId } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const url = `https://api.example.org/${integrationId}/hook`;
const working: WebhookState = { active: true, missing_events: [], has_secret: true };

/** A world with a valid integration. */
async function aValidWorld(setting: Parameters<typeof aWorld>[0] = {}) {
  const world = await aWorld(setting);
  world.bitbucket.hooks.push({ url, secret: 'webhook-secret', state: { ...working } });
  return world;
}

const validate = async (world: World) => validateIntegration(world.ports, await world.integration());

describe('a valid integration', () => {
  it.each([
    ['with Bitbucket Cloud', {}],
    ['with a server', { server: {} }],
    ['with a server that does not report secrets', { server: {} }],
  ])('has no problems %s', async (what, setting) => {
    const world = await aValidWorld(setting);
    if (what.endsWith('secrets')) world.bitbucket.hooks[0]!.state.has_secret = null;

    expect(await validate(world)).toEqual({});
  });

  it('may have an empty repository', async () => {
    const world = await aValidWorld({ repository: aRepository({}), project: { default_branch: null } });

    expect(await validate(world)).toEqual({});
  });

  it('is not changed, in Bough or on Bitbucket', async () => {
    const world = await aValidWorld();
    const before = await world.integration();

    await validate(world);

    expect(await world.integration()).toEqual(before);
    expect(world.bitbucket.calls.toSorted()).toEqual([
      'findWebhook',
      'listRefs HEAD refs/heads/ refs/tags/',
      'missingPermissions',
      'openPullRequests',
      'repository',
      'source',
    ]);
    expect([world.effects, world.events]).toEqual([[], []]);
  });
});

describe('an integration whose repository cannot be read', () => {
  it.each<[ErrorCode, string, Parameters<typeof aWorld>[0]]>([
    ['git_host_credentials', 'app_credentials', {}],
    ['git_host_credentials', 'token', { server: {} }],
    ['git_host_not_found', 'repository', {}],
    ['git_host_forbidden', 'repository', { server: {} }],
    ['git_host_unavailable', 'url', { server: {} }],
    ['address_refused', 'url', { server: {} }],
    ['git_host_unavailable', 'repository', {}],
  ])('reports only that, after %s of the field %s', async (code, field, setting) => {
    const world = await aValidWorld(setting);
    world.bitbucket.hooks.length = 0;
    world.bitbucket.permissions.missing.push('Webhooks');
    world.bitbucket.fail('repository', new BoughError(code, 'Bitbucket says no.'));

    expect(await validate(world)).toEqual({
      [field]: expect.stringMatching(/^Bitbucket says no\. [A-Z].+\.$/),
    });
  });

  it('reports the remedy of Bitbucket’s response', async () => {
    const world = await aValidWorld();
    const remedy = 'Give the OAuth consumer a callback URL.';
    world.bitbucket.fail('repository', new BoughError('git_host_credentials', 'No callback.', { remedy }));

    expect(await validate(world)).toEqual({ app_credentials: `No callback. ${remedy}` });
  });

  it('is reported when the connection cannot be opened', async () => {
    const world = await aValidWorld();
    const connect = () => Promise.reject(new BoughError('git_host_credentials', 'Revoked.'));

    expect(await validateIntegration({ ...world.ports, connect }, await world.integration())).toEqual({
      app_credentials: expect.stringContaining('Revoked.'),
    });
  });
});

describe('the validation reports', () => {
  it('another repository under the same name', async () => {
    const world = await aValidWorld();
    world.repository.uuid = '{another}';

    expect(await validate(world)).toEqual({
      repository: expect.stringMatching(
        /^acme\/website is not the repository .* remove the integration .* with --adopt/,
      ),
    });
  });

  it('a default branch that differs from the project’s', async () => {
    const repository = aRepository({ main: 'A', trunk: 'B' });
    repository.head = 'trunk';

    expect(await validate(await aValidWorld({ repository }))).toEqual({
      default_branch:
        "The repository's default branch is trunk, the project's is main. Make them the same: bough project:info default_branch trunk",
    });
  });

  it('a branch with the name of a pull request’s environment', async () => {
    const repository = aRepository({ main: 'A', 'pr-1': 'B' });
    repository.open('main');

    expect(await validate(await aValidWorld({ repository }))).toEqual({
      branches: expect.stringContaining(
        'the branch pr-1 and pull request #1 both need the environment pr-1, and the first of them has it: rename the branch',
      ),
    });
  });

  it('branches that are left out because of their names', async () => {
    const repository = aRepository({ main: 'A', ['x'.repeat(1001)]: 'B' });
    repository.unreadable.add('refs/heads/caf\ufffd');

    expect(await validate(await aValidWorld({ repository }))).toEqual({
      branches: expect.stringMatching(
        /^Left out because of a name: .*caf\ufffd is not UTF-8; .*"x{100}" has more than 1000 bytes\. Give them other names/,
      ),
    });
  });

  it.each([
    [
      'the repository has no branch with its name',
      null,
      { trunk: 'A' },
      /^The repository has no default branch, so that no environment can be made\. Choose another/,
    ],
    [
      'the project’s branch was deleted',
      'main',
      { trunk: 'A' },
      /^The repository has no branch main, which is the project's default branch\. Name another one/,
    ],
  ])('a default branch when %s', async (_, default_branch, branches, message) => {
    const world = await aValidWorld({ repository: aRepository(branches), project: { default_branch } });

    expect(await validate(world)).toEqual({ default_branch: expect.stringMatching(message) });
  });

  it.each([
    ['app_credentials', 'The OAuth consumer', {}],
    ['token', 'The token', { server: {} }],
  ])('missing permissions, for the field %s', async (field, holder, setting) => {
    const world = await aValidWorld(setting);
    world.bitbucket.permissions.missing.push('Webhooks: Read and write', 'Pull requests: Read');

    expect(await validate(world)).toEqual({
      [field]: `${holder} lacks permissions: Webhooks: Read and write, Pull requests: Read. Grant them, and validate again.`,
    });
  });

  it.each<[string, WebhookState | null, RegExp]>([
    ['that is missing', null, new RegExp(`^The repository has no webhook with the URL ${url}\\.`)],
    ['that is switched off', { ...working, active: false }, /^The webhook is switched off\./],
    [
      'that lacks events',
      { ...working, missing_events: ['repo:push', 'pullrequest:created'] },
      /^The webhook lacks events: repo:push, pullrequest:created\./,
    ],
    ['that has no secret', { ...working, has_secret: false }, /^The webhook has no secret\./],
  ])('a webhook %s, with the remedy', async (_, state, message) => {
    const world = await aValidWorld();
    world.bitbucket.hooks.length = 0;
    if (state) world.bitbucket.hooks.push({ url, secret: 'webhook-secret', state });

    const problems = await validate(world);

    expect(problems).toEqual({ webhook: expect.stringMatching(message) });
    expect(problems['webhook']).toMatch(/hook_url.*hook_secret/);
    expect(problems['webhook']).not.toContain('webhook-secret');
  });

  it('a webhook that cannot be read, with the reason', async () => {
    const world = await aValidWorld();
    world.bitbucket.fail('findWebhook', new BoughError('git_host_forbidden', 'Webhooks are not shown.'));

    expect(await validate(world)).toEqual({ webhook: expect.stringContaining('Webhooks are not shown.') });
  });

  it('pull requests that cannot be read', async () => {
    const world = await aValidWorld();
    world.bitbucket.fail('openPullRequests', new BoughError('git_host_forbidden', 'No pull requests.'));

    expect(await validate(world)).toEqual({
      build_pull_requests: expect.stringMatching(/^No pull requests\. [A-Z]/),
    });
  });

  it.each(['source', 'listRefs'] as const)('code that cannot be read: %s', async (call) => {
    const world = await aValidWorld();
    world.bitbucket.fail(call, new BoughError('git_host_forbidden', 'No code.'));

    expect(await validate(world)).toEqual({ repository: expect.stringContaining('No code.') });
  });

  it('all of its problems at once', async () => {
    const repository = aRepository({ main: 'A', trunk: 'B' });
    repository.head = 'trunk';
    const world = await aValidWorld({ repository });
    world.bitbucket.hooks.length = 0;
    world.bitbucket.permissions.missing.push('Webhooks');
    world.bitbucket.fail('openPullRequests', new BoughError('git_host_forbidden', 'No pull requests.'));
    world.bitbucket.fail('listRefs', new BoughError('git_host_forbidden', 'No code.'));

    expect(Object.keys(await validate(world)).sort()).toEqual([
      'app_credentials',
      'build_pull_requests',
      'default_branch',
      'repository',
      'webhook',
    ]);
  });

  it('one problem per field: the one closest to the cause', async () => {
    const world = await aValidWorld();
    world.repository.uuid = '{another}';
    world.bitbucket.fail('listRefs', new BoughError('git_host_forbidden', 'No code.'));

    expect(await validate(world)).toEqual({
      repository: expect.stringContaining('is not the repository that was integrated'),
    });
  });
});

it('an unexpected error is thrown, not reported as a problem', async () => {
  const world = await aValidWorld();
  world.bitbucket.fail('findWebhook', new Error('socket hang up'));

  await expect(validate(world)).rejects.toThrow('socket hang up');
});
