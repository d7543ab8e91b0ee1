import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const collection = `/projects/${projectId}/environments`;

async function aWorld(environments: readonly Environment[], integration = anIntegration()) {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(integration);
  for (const environment of [theProductionEnvironment(), ...environments])
    await world.environments.save(environment);
  return world;
}

const asleep = anEnvironment();
const awake = anActiveEnvironment();
const made = anActiveEnvironment({ has_remote: false });

/** Every operation, with an environment where it is possible. */
const operations = [
  ['POST', 'activate', asleep, 'environment.activate'],
  ['POST', 'deactivate', awake, 'environment.deactivate'],
  ['POST', 'redeploy', awake, 'environment.redeploy'],
  ['POST', 'synchronize', awake, 'environment.synchronize'],
  ['DELETE', '', made, 'environment.delete'],
] as const;
const bodyOf = (operation: string) => (operation === 'synchronize' ? { synchronize_data: true } : undefined);
const pathOf = (id: string, operation: string) => `${collection}/${id}${operation && `/${operation}`}`;

describe.each(operations)('%s …/environments/{environment}/%s', (method, operation, environment, type) => {
  it('returns the environment as dirty and the one activity', async () => {
    const { handler, effects } = await aWorld([environment]);

    const answer = await call(handler, method, pathOf('feature/x', operation), { body: bodyOf(operation) });

    expect(answer).toMatchObject({ status: 200, type: 'application/json' });
    expect(answer.body).toMatchObject({
      status: 'OK',
      code: 200,
      _embedded: {
        entity: { id: 'feature/x', status: type === 'environment.delete' ? 'deleting' : 'dirty' },
        activities: [{ type, state: 'in_progress', environments: ['feature/x'], project: projectId }],
      },
    });
    expect(effects).toMatchObject([{ type: 'environment.run', environment: 'feature/x' }]);
    const self = await call(handler, 'GET', pathOf('feature/x', ''));
    expect(self.body).toEqual(answer.body._embedded.entity);
  });

  it('is refused with a remedy while another activity is open, and changes nothing', async () => {
    const busy = { ...environment, activities: [aRunningActivity()] };
    const { handler, environments, effects } = await aWorld([busy]);

    const answer = await call(handler, method, pathOf('feature/x', operation), { body: bodyOf(operation) });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 400,
        message: 'An activity is currently pending or in progress on the environment.',
        detail: { error: 'refused', remedy: expect.stringContaining('bough activity:list') },
      },
    });
    expect(await environments.get(projectId, 'feature/x')).toEqual(busy);
    expect(effects).toEqual([]);
  });

  it.each([
    ['environment', pathOf('unknown', operation)],
    ['project', pathOf('feature/x', operation).replace(projectId, 'unknown')],
  ])('is not found for an unknown %s', async (_, path) => {
    const { handler, effects } = await aWorld([environment]);

    expect(await call(handler, method, path, { body: bodyOf(operation) })).toMatchObject({
      status: 404,
      body: { code: 404, detail: { error: 'not_found' } },
    });
    expect(effects).toEqual([]);
  });

  it.each([
    'feature/activate',
    'activate',
    'x/deactivate/redeploy',
    'release/branch',
    'größe/日本語',
    '50%-off',
    'a%2Fb',
  ])('is done to %s, which can be a branch too', async (id) => {
    const { handler, effects } = await aWorld([{ ...environment, id }]);
    const segments = id.split('/').map(encodeURIComponent).join('/');

    const answer = await call(handler, method, pathOf(segments, operation), { body: bodyOf(operation) });

    expect(answer.status).toBe(200);
    expect(effects).toMatchObject([{ environment: id, activity: { type } }]);
  });
});

describe.each(operations.filter(([, operation]) => operation !== 'synchronize'))(
  'the body of %s …/%s',
  (method, operation, environment) => {
    it.each([
      ['may be missing', undefined],
      ['may be empty', ''],
      ['may be an empty document', {}],
    ])('%s', async (_, body) => {
      const { handler } = await aWorld([environment]);

      expect(await call(handler, method, pathOf('feature/x', operation), { body })).toMatchObject({
        status: 200,
      });
    });
  },
);

it('the path of an environment whose id ends like an operation does not run the operation', async () => {
  const { handler, effects } = await aWorld([anEnvironment({ id: 'feature/activate' })]);

  expect(await call(handler, 'POST', `${collection}/feature/activate`)).toMatchObject({ status: 404 });
  expect(effects).toEqual([]);
});

describe('POST …/activate', () => {
  const post = async (environment: Environment, body: unknown, integration = anIntegration()) => {
    const world = await aWorld([environment], integration);
    const answer = await call(world.handler, 'POST', pathOf(environment.id, 'activate'), { body });
    return { answer, stored: await world.environments.get(projectId, environment.id) };
  };
  const waiting = aPullRequestEnvironment({ status: 'inactive', resources: null, deployment: null });
  const fork = { ...waiting, pull_request: aForkLink() };
  const manual = anIntegration({ environment_init_resources: 'manual' });

  it.each(['default', 'minimum', 'parent'])('sets the resources %s', async (init) => {
    const { answer, stored } = await post(waiting, { resources: { init } }, manual);

    expect(answer.status).toBe(200);
    expect(stored).toMatchObject({ status: 'active', resources: init });
  });

  it('approves the commit in the request', async () => {
    const { answer, stored } = await post(fork, { commit: commit('A') });

    expect(answer.status).toBe(200);
    expect(stored).toMatchObject({ pull_request: { fork: { approved_commit: commit('A') } } });
  });

  it.each([
    [
      'resources that have to be chosen',
      waiting,
      {},
      manual,
      { 'resources.init': expect.stringContaining('Required') },
    ],
    [
      'resources that there are not',
      waiting,
      { resources: { init: 'manual' } },
      manual,
      { 'resources.init': 'Must be one of: default, minimum, parent' },
    ],
    [
      'another commit than it is at',
      fork,
      { commit: commit('B') },
      anIntegration(),
      { commit: expect.stringContaining('Look at what has changed') },
    ],
    ['an unknown field', waiting, { resource: 'x' }, anIntegration(), { resource: 'Unknown field' }],
  ])('names %s, and changes nothing', async (_, environment, body, integration, detail) => {
    const { answer, stored } = await post(environment, body, integration);

    expect(answer).toMatchObject({ status: 400, body: { code: 400, detail } });
    expect(stored).toEqual(environment);
  });
});

describe('POST …/synchronize', () => {
  const post = async (body: unknown) => {
    const world = await aWorld([awake]);
    return {
      ...world,
      answer: await call(world.handler, 'POST', pathOf('feature/x', 'synchronize'), { body }),
    };
  };

  it('copies data', async () => {
    const { answer, effects } = await post({ synchronize_data: true, synchronize_code: false });

    expect(answer.status).toBe(200);
    expect(effects).toMatchObject([{ activity: { clone_data: true } }]);
  });

  it.each([{ synchronize_code: true }, { synchronize_code: true, synchronize_data: true }])(
    'is refused for code, as that is managed elsewhere: %o',
    async (body) => {
      const { answer, effects } = await post(body);

      expect(answer).toMatchObject({
        status: 400,
        body: {
          message: "Code cannot be synchronized as it is managed by the project's bitbucket integration.",
        },
      });
      expect(effects).toEqual([]);
    },
  );

  it.each([
    ['nothing is to be synchronized', undefined, { synchronize_data: expect.stringContaining('Required') }],
    ['no is all that is said', { synchronize_data: false }, { synchronize_data: expect.any(String) }],
    [
      'resources are to be',
      { synchronize_data: true, synchronize_resources: true },
      { synchronize_resources: 'Must be one of: false' },
    ],
    ['a text is given', { synchronize_data: 'yes' }, { synchronize_data: 'Must be a boolean' }],
  ])('overwrites no data when %s', async (_, body, detail) => {
    const { answer, effects, environments } = await post(body);

    expect(answer).toMatchObject({ status: 400, body: { code: 400, detail } });
    expect(effects).toEqual([]);
    expect(await environments.get(projectId, 'feature/x')).toEqual(awake);
  });
});

it('POST …/merge is refused in the words of the original, with an alternative', async () => {
  const { handler, effects } = await aWorld([awake]);

  expect(await call(handler, 'POST', pathOf('feature/x', 'merge'))).toMatchObject({
    status: 400,
    body: {
      message:
        "The environment feature/x can't be merged. The project's code is managed externally through its bitbucket integration.",
      detail: { error: 'refused', remedy: 'Merge the pull request or the branch in the repository.' },
    },
  });
  expect(effects).toEqual([]);
});

describe.each([
  ['POST', 'deactivate', 'environment.deactivate'],
  ['DELETE', '', 'environment.delete'],
])('%s …/environments/{environment}/%s of a protected environment', (method, operation, type) => {
  const path = pathOf('feature/x', operation);
  const guarded = { ...made, protected: true };

  it.each([
    ['without a confirmation', '', 'The environment feature/x is protected. Confirm it with'],
    ["with another environment's id", 'confirm=main', 'Must be feature/x'],
  ])('is refused %s', async (_, query, problem) => {
    const { handler, environments } = await aWorld([guarded]);

    const { status, body } = await call(handler, method, path, { query });

    expect([status, body.detail]).toEqual([400, { confirm: expect.stringContaining(problem) }]);
    expect(await environments.get(projectId, 'feature/x')).toEqual(guarded);
  });

  it('is done with a confirmation', async () => {
    const { handler } = await aWorld([guarded]);

    const { status, body } = await call(handler, method, path, { query: 'confirm=feature/x' });

    expect([status, body._embedded.activities]).toMatchObject([200, [{ type }]]);
  });
});
