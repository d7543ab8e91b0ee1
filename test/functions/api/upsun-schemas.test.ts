import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { hasUpsunSchemas, type UpsunType, upsunProblems } from '../../support/api-schemas.ts';
import { anEndedActivity, apiWorld, credentials } from '../../support/api-world.ts';
import {
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aProject,
  aPullRequestEnvironment,
  aRoute,
  aRunningActivity,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const collection = `/projects/${projectId}/integrations`;
const inputs = {
  BitbucketIntegration: { type: 'bitbucket', repository: 'acme/website', app_credentials: credentials },
  BitbucketServerIntegration: {
    type: 'bitbucket_server',
    url: 'https://git.example.org',
    username: credentials.key,
    token: credentials.secret,
    project: 'ACME',
    repository: 'website',
  },
} satisfies Partial<Record<UpsunType, object>>;

/** A project with an integration of the type, and the response to its creation. */
async function aWorld(type: keyof typeof inputs) {
  const world = apiWorld();
  await world.projects.save(aProject());
  const { body } = await call(world.handler, 'POST', collection, { body: inputs[type] });
  return { ...world, added: body, self: `${collection}/${body._embedded.entity.id}` };
}

describe.skipIf(!hasUpsunSchemas)('by the official description', () => {
  const types = ['BitbucketIntegration', 'BitbucketServerIntegration'] as const;

  describe.each(types)('a %s', (type) => {
    it('fits its schema in every response', async () => {
      const { handler, added, self } = await aWorld(type);
      const changed = await call(handler, 'PATCH', self, { body: { prune_branches: false } });
      const [listed] = (await call(handler, 'GET', collection)).body;
      const shown = (await call(handler, 'GET', self)).body;

      for (const resource of [added._embedded.entity, changed.body._embedded.entity, listed, shown])
        expect(upsunProblems(type, resource)).toEqual([]);
    });

    it('does not fit the other schema', async () => {
      const { added } = await aWorld(type);

      const another = types.find((candidate) => candidate !== type)!;
      expect(upsunProblems(another, added._embedded.entity)).not.toEqual([]);
    });

    it('has open and ended activities', async () => {
      const { handler, added, integrations, self } = await aWorld(type);
      const [integration] = await integrations.listOf(projectId);
      const fetch = `integration.${integration!.type}.fetch` as const;
      await integrations.save({ ...integration!, version: 2 }, [anEndedActivity({ type: fetch })]);

      const { body: activities } = await call(handler, 'GET', `${self}/activities`);

      expect(activities).toHaveLength(3);
      for (const activity of [...activities, ...added._embedded.activities])
        expect(upsunProblems('Activity', activity)).toEqual([]);
    });

    it('is returned as AcceptedResponse when it is added', async () => {
      const { added } = await aWorld(type);

      expect(upsunProblems('AcceptedResponse', added)).toEqual([]);
    });

    it.each([
      ['PATCH', '', { resync_pull_requests: true }],
      ['POST', '/validate', undefined],
      ['DELETE', '', {}],
    ])('is returned as AcceptedResponse: %s %s', async (method, operation, body) => {
      const { handler, added, self, bitbucket } = await aWorld(type);
      const url = added._embedded.entity._links['#hook'].href;
      await bitbucket.host.ensureWebhook({ url, secret: 'webhook-secret' });

      const answer = await call(handler, method, self + operation, { body });

      expect(answer.status).toBe(200);
      expect(upsunProblems('AcceptedResponse', answer.body)).toEqual([]);
    });
  });

  describe('a Project', () => {
    it('fits its schema with and without an integration, alone and in a list', async () => {
      const { handler, projects } = await aWorld('BitbucketIntegration');
      await projects.save(aProject({ id: 'without23456' }));
      const { body: listed } = await call(handler, 'GET', '/projects');
      const { body: shown } = await call(handler, 'GET', `/projects/${projectId}`);
      const { body: made } = await call(handler, 'POST', '/projects', { body: { title: 'Shop' } });

      expect(listed).toHaveLength(2);
      for (const project of [...listed, shown, made._embedded.entity])
        expect(upsunProblems('Project', project)).toEqual([]);
    });

    it('has the URL of the repository', async () => {
      const { handler } = await aWorld('BitbucketIntegration');

      const { body: project } = await call(handler, 'GET', `/projects/${projectId}`);

      expect(project).toMatchObject({
        region: 'eu-west-1',
        repository: { url: 'https://bitbucket.org/acme/website.git' },
      });
      expect((await call(handler, 'GET', '/projects')).body).toEqual([project]);
    });
  });

  const redirect = aRoute({
    url: 'https://old.example.org/',
    type: 'redirect',
    primary: false,
    to: 'https://new.example.org/',
  });
  const environments = [
    theProductionEnvironment({
      deployment: aDeployment({ routes: [aRoute({ upstream: 'site' }), redirect] }),
    }),
    anEnvironment(),
    anEnvironment({ id: 'empty', head_commit: null }),
    aPullRequestEnvironment({ activities: [aRunningActivity()] }),
    aPullRequestEnvironment({ id: 'pr-2', pull_request: aForkLink('A') }),
    anActiveEnvironment({
      id: 'gone',
      parent: null,
      activities: [aRunningActivity({ type: 'environment.delete' })],
    }),
  ];

  it.each(environments.map(({ id }) => id))('an Environment fits its schema: %s', async (id) => {
    const world = await aWorld('BitbucketIntegration');
    for (const environment of environments) await world.environments.save(environment);

    const { body: shown } = await call(world.handler, 'GET', `/projects/${projectId}/environments/${id}`);
    const { body: listed } = await call(world.handler, 'GET', `/projects/${projectId}/environments`);

    expect(upsunProblems('Environment', shown)).toEqual([]);
    expect(listed).toContainEqual(shown);
  });

  it('a Deployment fits its schema with each kind of route', async () => {
    const world = await aWorld('BitbucketIntegration');
    for (const environment of environments) await world.environments.save(environment);

    for (const id of ['main', 'pr-1', 'gone']) {
      const path = `/projects/${projectId}/environments/${id}/deployments/current`;
      const { body: deployment } = await call(world.handler, 'GET', path);
      expect(upsunProblems('Deployment', deployment)).toEqual([]);
    }
  });

  it('a Project fits neither schema', async () => {
    const { handler } = await aWorld('BitbucketIntegration');
    const { body: project } = await call(handler, 'GET', `/projects/${projectId}`);

    expect(upsunProblems('Environment', project)).not.toEqual([]);
    expect(upsunProblems('Deployment', project)).not.toEqual([]);
  });

  it.each([
    ['/deactivate', undefined],
    ['/redeploy', undefined],
    ['/branch', { name: 'made-here' }],
  ])(
    'an operation on an environment returns an AcceptedResponse with one activity: %s',
    async (operation, body) => {
      const { handler, environments, integrations } = await aWorld('BitbucketIntegration');
      const [integration] = await integrations.listOf(projectId);
      const own = { integration: integration!.id };
      await environments.save(theProductionEnvironment(own));
      await environments.save(anActiveEnvironment(own));
      const path = `/projects/${projectId}/environments/feature/x${operation}`;

      const answer = await call(handler, 'POST', path, { body });

      expect(upsunProblems('AcceptedResponse', answer.body)).toEqual([]);
      const { activities } = answer.body._embedded;
      expect(activities).toHaveLength(1);
      expect(upsunProblems('Activity', activities[0])).toEqual([]);
    },
  );
});
