import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { call } from '../../support/api-events.ts';
import { anEndedActivity, apiUrl, apiWorld, plainSecrets } from '../../support/api-world.ts';
import {
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { life, live, productionLife } from '../../support/lives.ts';
import { type Ask, hrefOf, operationsOf, unknownOperations, walkLinks } from '../../support/walk-links.ts';

const project = `/projects/${projectId}`;

interface Setting {
  environments?: Environment[];
  integration?: Parameters<typeof anIntegration>[0] | null;
  deleted?: boolean;
}

async function aWorld({ environments = [], integration = {}, deleted = false }: Setting) {
  const world = apiWorld();
  const deletion = deleted ? { requested_at: '2026-11-22T10:00:00.000Z', failure: null } : null;
  await world.projects.save(aProject({ deletion }));
  if (integration) {
    const key = { project: projectId, id: integrationId };
    await world.integrations.save(
      anIntegration({
        sealed_credentials: await plainSecrets.seal('credentials', key, 'consumer-secret'),
        sealed_webhook_secret: await plainSecrets.seal('webhook', key, 'webhook-secret'),
        sealed_log_key: await plainSecrets.seal('log', key, 'log-key'),
        ...integration,
      }),
    );
    await world.bitbucket.host.ensureWebhook({ url: world.ports.hookUrl(anIntegration()), secret: '' });
  }
  for (const environment of environments) await world.environments.save({ ...environment, version: 1 });
  const ask: Ask = async (method, url, body) => {
    const [path = '', query = ''] = url.replace(apiUrl, '').split('?');
    const { status = 0, body: answer } = await call(world.handler, method, path || '/', {
      query,
      ...(body ? { body } : {}),
    });
    return { status, body: answer };
  };
  return { ...world, ask };
}

const environments = [
  theProductionEnvironment(),
  anEnvironment(),
  anActiveEnvironment({ id: 'release', parent: 'feature/x' }),
  anActiveEnvironment({ id: 'größe/zwei', has_remote: false }),
  aPullRequestEnvironment({
    activities: [aRunningActivity(), aWaitingActivity({ type: 'environment.redeploy' })],
  }),
  aPullRequestEnvironment({ id: 'pr-2', pull_request: aForkLink() }),
  aPullRequestEnvironment({ id: 'pr-3', activities: [aRunningActivity({ type: 'environment.delete' })] }),
  anEnvironment({ id: 'orphan', parent: null, head_commit: null }),
];
const integration = {
  activities: [
    aRunningActivity({ id: 'fetching', type: 'integration.bitbucket.fetch' }),
    aWaitingActivity({ id: 'registering', type: 'integration.bitbucket.register_hooks' }),
  ],
};

/** One resource of each kind in each of its states. */
async function everything(deleted: boolean) {
  const world = await aWorld({ environments, integration, deleted });
  const main = (await world.environments.get(projectId, 'main'))!;
  await world.environments.save({ ...main, version: main.version + 1 }, [anEndedActivity({ id: 'ended' })]);
  return world;
}

describe.each([
  ['a project', false],
  ['a project that is being deleted', true],
])('of %s', (_, deleted) => {
  it('every resource is reachable by links from the root and has its own URL as `self`', async () => {
    const { ask } = await everything(deleted);

    const { problems, resources } = await walkLinks(ask, `${apiUrl}/`);

    expect(problems).toEqual([]);
    const found = resources.map((resource) => hrefOf(resource, 'self').replace(apiUrl, ''));
    expect(found).toEqual(
      expect.arrayContaining([
        '/',
        project,
        `${project}/mirror`,
        `${project}/integrations/${integrationId}`,
        `${project}/environments/gr%C3%B6%C3%9Fe/zwei`,
        `${project}/environments/pr-2/deployments/current`,
      ]),
    );
    const activities = found.filter((path) => path.includes('/activities/'));
    expect(activities.map((path) => path.replace(/.*\//, '')).sort()).toEqual(
      expect.arrayContaining(['ended', 'fetching', 'registering', 'running', 'waiting']),
    );
    expect(resources.flatMap(unknownOperations)).toEqual([]);
  });

  it('a resource does the operations that it links, and refuses all others', async () => {
    const { ask } = await everything(deleted);
    const { resources } = await walkLinks(ask, `${apiUrl}/`);
    const told: string[] = [];
    const done: string[] = [];

    for (const operation of resources.flatMap(operationsOf)) {
      // Another function handles the webhook.
      if (operation.name === 'hook') continue;
      const { method, href, body, isOffered } = operation;
      const { status } = await (await everything(deleted)).ask(method, href, body);
      const call = `${method} ${href.replace(apiUrl, '')}`;
      if (isOffered) told.push(call);
      if (status < 300) done.push(call);
      else expect([call, status]).toEqual([call, 400]);
    }

    expect(done).toEqual(told);
    expect(done.length).toBeGreaterThan(0);
  });
});

describe('a link to an operation on an environment', () => {
  const options = fc.record({
    integration: fc.option(
      fc.record({
        prune_branches: fc.boolean(),
        build_pull_requests: fc.boolean(),
        build_fork_pull_requests: fc.constantFrom('never' as const, 'approved' as const, 'always' as const),
        public_pages: fc.boolean(),
        environment_init_resources: fc.constantFrom('manual' as const, 'parent' as const),
      }),
    ),
    deployed: fc.boolean(),
  });

  /** For each operation on an environment: whether it is linked, and whether a request for it succeeds. */
  async function answersOn({ id }: Environment, setting: Setting) {
    const { body: shown } = await call(
      (await aWorld(setting)).handler,
      'GET',
      `${project}/environments/${id}`,
    );
    return Promise.all(
      operationsOf(shown).map(async ({ name, isOffered, method, href, body }) => {
        const needsConfirmation = shown.protected && ['deactivate', 'delete'].includes(name);
        const url = needsConfirmation ? `${href}?confirm=${id}` : href;
        const { status } = await (await aWorld(setting)).ask(method, url, body);
        return { name, isOffered, isDone: status < 300 };
      }),
    );
  }

  it('is present exactly when the operation is possible, after any history of the environment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(life, productionLife), options, async (aLife, { integration, deployed }) => {
        const environment = live(aLife).findLast(({ after }) => after)?.after;
        if (!environment) return;
        const main = theProductionEnvironment({ deployment: deployed ? aDeployment() : null });
        const environments = environment.id === 'main' ? [environment] : [main, environment];

        for (const answer of await answersOn(environment, { environments, integration })) {
          expect(answer).toEqual({ ...answer, isDone: answer.isOffered });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is present in some states and absent in others for every operation except merge, which is never possible', async () => {
    const answers = await Promise.all(
      environments.flatMap((environment) =>
        [{}, null].map((integration) => answersOn(environment, { environments, integration })),
      ),
    );
    const namesOf = (offered: boolean) => [
      ...new Set(answers.flat().flatMap(({ name, isOffered }) => (isOffered === offered ? name : []))),
    ];

    const all = ['activate', 'branch', 'deactivate', 'delete', 'edit', 'redeploy', 'synchronize'];
    expect(namesOf(true).sort()).toEqual(all);
    expect(namesOf(false).sort()).toEqual([...all, 'merge'].sort());
  });
});
