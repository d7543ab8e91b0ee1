import { describe, expect, it } from 'vitest';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import type { NewIntegration } from '../../../shared/workflow/integrations/integration-input.ts';
import { apiWorld, credentials, plainSecrets } from '../../support/api-world.ts';
import { aProject, projectId } from '../../support/builders.ts';

type ServerInput = Extract<NewIntegration, { type: 'bitbucket_server' }>;

function anInput(changes: Partial<ServerInput> = {}): ServerInput {
  return {
    type: 'bitbucket_server',
    url: 'https://git.example.org/bitbucket',
    username: credentials.key,
    token: credentials.secret,
    repository: 'ACME/website',
    ...changes,
  };
}

async function aWorld(options: Parameters<typeof apiWorld>[0] = {}) {
  const world = apiWorld(options);
  await world.projects.save(aProject({ default_branch: null }));
  return world;
}

describe('adding an integration with a Bitbucket Server', () => {
  it("links the project to the repository under the server's name", async () => {
    const world = await aWorld();

    const integration = await addIntegration(world.ports, projectId, anInput());

    expect(await world.integrations.get(projectId, integration.id)).toEqual(integration);
    expect(integration).toMatchObject({
      type: 'bitbucket_server',
      url: 'https://git.example.org/bitbucket',
      username: credentials.key,
      repository: 'acme/website',
      repository_uuid: '{0f1e}',
      fetch_branches: true,
      build_fork_pull_requests: 'approved',
    });
    expect(await world.projects.get(projectId)).toMatchObject({ default_branch: 'main' });
  });

  it('stores the token only sealed', async () => {
    const world = await aWorld();

    const integration = await addIntegration(world.ports, projectId, anInput());

    expect(JSON.stringify(integration)).not.toContain(credentials.secret);
    expect(await plainSecrets.open('credentials', integration, integration.sealed_credentials)).toBe(
      credentials.secret,
    );
  });

  it('queues the same activities as for Bitbucket Cloud', async () => {
    const world = await aWorld();

    const { activities } = await addIntegration(world.ports, projectId, anInput());

    expect(activities.map(({ type, state }) => [type, state])).toEqual([
      ['integration.bitbucket_server.register_hooks', 'in_progress'],
      ['integration.bitbucket_server.fetch', 'pending'],
    ]);
  });

  it.each([
    'https://git.example.org/bitbucket/projects/ACME/repos/website/browse',
    'https://git.example.org/bitbucket/scm/acme/website.git',
  ])('understands the URL %s', async (repository) => {
    const world = await aWorld();

    expect(await addIntegration(world.ports, projectId, anInput({ repository }))).toMatchObject({
      repository: 'acme/website',
    });
  });

  it('understands a personal repository', async () => {
    const world = await aWorld({ repository: '~ada/website' });
    const repository = 'https://git.example.org/bitbucket/users/ada/repos/website/browse';

    expect(await addIntegration(world.ports, projectId, anInput({ repository }))).toMatchObject({
      repository: '~ada/website',
    });
  });

  it("normalises the server's URL", async () => {
    const world = await aWorld();
    const url = 'HTTPS://Git.Example.ORG/bitbucket/';

    expect(await addIntegration(world.ports, projectId, anInput({ url }))).toMatchObject({
      url: 'https://git.example.org/bitbucket',
    });
  });

  it.each<[string, ErrorCode, string]>([
    ['token', 'git_host_credentials', 'token'],
    ['server that is unavailable', 'git_host_unavailable', 'url'],
    ['server with a private address', 'address_refused', 'url'],
    ['repository that is not found', 'git_host_not_found', 'repository'],
    ['repository without access', 'git_host_forbidden', 'repository'],
  ])('names the field after a %s, with what to do, and creates nothing', async (_, code, field) => {
    const world = await aWorld({ hostFails: new BoughError(code, 'The server says no.') });

    const error = await addIntegration(world.ports, projectId, anInput()).then(
      () => expect.unreachable('it was added'),
      (reason: BoughError) => reason,
    );

    expect(error).toMatchObject({
      code: 'invalid',
      fields: { [field]: expect.stringMatching(/^The server says no\. [A-Z].+\.$/) },
    });
    expect(await world.integrations.listOf(projectId)).toEqual([]);
    expect(world.effects).toEqual([]);
  });

  it.each<[string, Partial<ServerInput>, string]>([
    ['an invalid address', { url: 'git.example.org' }, 'url'],
    ['an address with a secret in it', { url: 'https://:secret@git.example.org' }, 'url'],
    ['an invalid repository', { repository: 'website' }, 'repository'],
  ])('refuses %s without a request to the server', async (_, changes, field) => {
    const world = await aWorld();
    const connect = () => expect.unreachable('the server was asked');

    await expect(
      addIntegration({ ...world.ports, connect }, projectId, anInput(changes)),
    ).rejects.toMatchObject({ code: 'invalid', fields: { [field]: expect.any(String) } });
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it.each<[string, NewIntegration]>([
    ['another server', anInput({ url: 'https://other.example.org' })],
    ['Bitbucket Cloud', { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials }],
  ])(
    'refuses a second integration, also with %s, because they would delete each other’s environments',
    async (_, second) => {
      const world = await aWorld();
      const first = await addIntegration(world.ports, projectId, anInput());

      await expect(addIntegration(world.ports, projectId, second)).rejects.toMatchObject({
        code: 'invalid',
        fields: {
          type: `The project already has a bitbucket_server integration: ${first.id}, with acme/website`,
        },
      });
      expect(await world.integrations.listOf(projectId)).toEqual([first]);
    },
  );
});
