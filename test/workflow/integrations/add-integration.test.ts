import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import type { NewIntegration } from '../../../shared/workflow/integrations/integration-input.ts';
import {
  type ApiWorld,
  apiWorld,
  credentials,
  logKey,
  plainSecrets,
  webhookSecret,
} from '../../support/api-world.ts';
import { aProject } from '../../support/builders.ts';

const project = 'abcdefghijklm';

type CloudInput = Extract<NewIntegration, { type: 'bitbucket' }>;

function anInput(changes: Partial<CloudInput> = {}): CloudInput {
  return { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials, ...changes };
}

async function aWorld(options: Parameters<typeof apiWorld>[0] = {}): Promise<ApiWorld> {
  const world = apiWorld(options);
  await world.projects.save(aProject({ default_branch: null }));
  return world;
}

async function expectNothingCreated(world: ApiWorld) {
  expect(await world.integrations.listOf(project)).toEqual([]);
  expect(await world.projects.get(project)).toEqual(aProject({ default_branch: null }));
  expect(world.effects).toEqual([]);
}

describe('adding an integration', () => {
  it("links the project to the repository under Bitbucket's name, with the default options", async () => {
    const world = await aWorld();

    const integration = await addIntegration(world.ports, project, anInput({ repository: 'Acme/Website' }));

    expect(await world.integrations.get(project, integration.id)).toEqual(integration);
    expect(integration).toMatchObject({
      project,
      type: 'bitbucket',
      repository: 'acme/website',
      repository_uuid: '{0f1e}',
      fetch_branches: true,
      prune_branches: true,
      build_pull_requests: true,
      pull_requests_clone_parent_data: true,
      resync_pull_requests: false,
      environment_init_resources: 'default',
      build_fork_pull_requests: 'approved',
      last_delivery_at: null,
      refused_deliveries: null,
      version: 1,
    });
  });

  it("adopts the repository's default branch", async () => {
    const world = await aWorld();

    await addIntegration(world.ports, project, anInput());

    expect(await world.projects.get(project)).toMatchObject({ default_branch: 'main', version: 2 });
  });

  it('seals each secret for its integration and purpose', async () => {
    const world = await aWorld();

    const integration = await addIntegration(world.ports, project, anInput());

    expect(JSON.stringify(integration)).not.toContain(credentials.secret);
    expect(JSON.stringify(integration)).not.toContain(webhookSecret);
    expect(JSON.stringify(integration)).not.toContain(logKey);
    expect(await plainSecrets.open('credentials', integration, integration.sealed_credentials)).toBe(
      credentials.secret,
    );
    expect(await plainSecrets.open('webhook', integration, integration.sealed_webhook_secret)).toBe(
      webhookSecret,
    );
    expect(await plainSecrets.open('log', integration, integration.sealed_log_key!)).toBe(logKey);
  });

  it('registers the webhook at once, and fetches everything after it', async () => {
    const world = await aWorld();

    const { id, activities } = await addIntegration(world.ports, project, anInput());

    expect(activities.map(({ type, state }) => [type, state])).toEqual([
      ['integration.bitbucket.register_hooks', 'in_progress'],
      ['integration.bitbucket.fetch', 'pending'],
    ]);
    expect(activities[0]!.id < activities[1]!.id).toBe(true);
    expect(world.effects).toEqual([
      { type: 'integration.run', project, integration: id, activity: activities[0] },
    ]);
  });

  it('stores the given options', async () => {
    const world = await aWorld();

    const integration = await addIntegration(
      world.ports,
      project,
      anInput({
        build_pull_requests: false,
        resync_pull_requests: true,
        prune_branches: false,
        environment_init_resources: 'minimum',
        build_fork_pull_requests: 'never',
      }),
    );

    expect(integration).toMatchObject({
      fetch_branches: true,
      prune_branches: false,
      build_pull_requests: false,
      resync_pull_requests: true,
      environment_init_resources: 'minimum',
      build_fork_pull_requests: 'never',
    });
  });

  it('prunes nothing when it fetches nothing', async () => {
    const world = await aWorld();

    const integration = await addIntegration(
      world.ports,
      project,
      anInput({ fetch_branches: false, prune_branches: true }),
    );

    expect(integration).toMatchObject({ fetch_branches: false, prune_branches: false });
  });

  it.each(['https://bitbucket.org/acme/website/', 'https://ada@bitbucket.org/acme/website.git'])(
    'understands the URL %s',
    async (repository) => {
      const world = await aWorld();

      const integration = await addIntegration(world.ports, project, anInput({ repository }));

      expect(integration.repository).toBe('acme/website');
    },
  );

  it('refuses an invalid repository, and creates nothing', async () => {
    const world = await aWorld();

    await expect(
      addIntegration(world.ports, project, anInput({ repository: 'website' })),
    ).rejects.toMatchObject({
      code: 'invalid',
      fields: { repository: 'Must be `owner/name`, for example `acme/website`' },
    });
    await expectNothingCreated(world);
  });

  it('requests only paths of an owner and a name, for any input', async () => {
    const pieces = [
      'acme',
      'website',
      '.',
      '..',
      '/',
      '%2e',
      '%2F',
      '@',
      ':',
      '\\',
      '?',
      '#',
      ' ',
      '{',
      'ü',
      '-',
    ];
    const part = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 2 });
    const repositories = fc
      .tuple(fc.constantFrom('', 'https://bitbucket.org/'), part, part)
      .map(([prefix, owner, name]) => `${prefix}${owner.join('')}/${name.join('')}`);
    const asked: string[] = [];

    await fc.assert(
      fc.asyncProperty(repositories, async (repository) => {
        const world = await aWorld();
        const connect = async (draft: { repository: string }) => {
          asked.push(draft.repository);
          throw new BoughError('git_host_unavailable', 'Bitbucket is down.');
        };
        const adding = addIntegration({ ...world.ports, connect }, project, anInput({ repository }));
        await expect(adding).rejects.toThrow(BoughError);
      }),
      { numRuns: 500, examples: [['acme/website']] },
    );

    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) {
      const { pathname, search, hash } = new URL(`https://api.bitbucket.org/2.0/repositories/${name}/hooks`);
      expect(decodeURIComponent(pathname).split('/')).toHaveLength(6);
      expect(pathname).toMatch(/^\/2\.0\/repositories\/.+\/hooks$/);
      expect(search + hash).toBe('');
    }
  });

  it('names the credentials when Bitbucket refuses them, and creates nothing', async () => {
    const world = await aWorld();

    const adding = addIntegration(
      world.ports,
      project,
      anInput({ app_credentials: { ...credentials, secret: 'wrong' } }),
    );

    await expect(adding).rejects.toMatchObject({
      code: 'invalid',
      fields: {
        app_credentials:
          'Bitbucket refused the credentials. Give the integration valid Bitbucket credentials.',
      },
    });
    await expectNothingCreated(world);
  });

  it.each<ErrorCode>(['git_host_not_found', 'git_host_forbidden'])(
    'names the repository after %s, and creates nothing',
    async (code) => {
      const world = await aWorld({
        hostFails: new BoughError(code, 'Bitbucket does not show acme/website.'),
      });

      const adding = addIntegration(world.ports, project, anInput());

      await expect(adding).rejects.toMatchObject({
        code: 'invalid',
        fields: { repository: expect.stringContaining('Bitbucket does not show acme/website.') },
      });
      await expectNothingCreated(world);
    },
  );

  it('reports an outage of Bitbucket, and creates nothing', async () => {
    const world = await aWorld({ hostFails: new BoughError('git_host_unavailable', 'Bitbucket is down.') });

    await expect(addIntegration(world.ports, project, anInput())).rejects.toMatchObject({
      code: 'git_host_unavailable',
    });
    await expectNothingCreated(world);
  });

  it('refuses a second integration', async () => {
    const world = await aWorld();
    const first = await addIntegration(world.ports, project, anInput());

    await expect(addIntegration(world.ports, project, anInput())).rejects.toMatchObject({
      code: 'invalid',
      fields: { type: expect.stringContaining(first.id) },
    });
    expect(await world.integrations.listOf(project)).toEqual([first]);
  });

  it('adds one of two concurrent integrations', async () => {
    const world = await aWorld();

    const outcomes = await Promise.allSettled([
      addIntegration(world.ports, project, anInput()),
      addIntegration(world.ports, project, anInput()),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await world.integrations.listOf(project)).toHaveLength(1);
  });

  it('names the existing integration in the refusal of the second', async () => {
    const world = await aWorld();
    const { connect } = world.ports;
    let isFirst = true;
    const meanwhile: typeof connect = async (integration) => {
      if (isFirst) {
        isFirst = false;
        await addIntegration(world.ports, project, anInput());
      }
      return connect(integration);
    };

    await expect(
      addIntegration({ ...world.ports, connect: meanwhile }, project, anInput()),
    ).rejects.toMatchObject({
      code: 'invalid',
      fields: { type: expect.stringContaining('The project already has a bitbucket integration') },
    });
    expect(await world.integrations.listOf(project)).toHaveLength(1);
  });

  it('requires a project', async () => {
    const world = await aWorld();

    await expect(addIntegration(world.ports, 'unknown', anInput())).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
