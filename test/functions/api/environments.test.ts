import { describe, expect, it } from 'vitest';
import { lastEnded } from '../../../shared/domain/activities/last-activity.ts';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiUrl, apiWorld } from '../../support/api-world.ts';
import { aForkLink, aLink, anIntegration, aProject, commit, start } from '../../support/builders.ts';

const collection = '/projects/abcdefghijklm/environments';

const deployment = {
  id: 'activity23456',
  commit: '1a2b3c4d5e6f',
  routes: [
    { url: 'https://sites.example.org/pr-1-x/', type: 'upstream' as const, primary: true, upstream: 'site' },
    {
      url: 'https://old.example.org/',
      type: 'redirect' as const,
      primary: false,
      to: 'https://example.org/',
    },
  ],
  created_at: start,
};

async function aWorld(...environments: ReturnType<typeof anEnvironment>[]) {
  const world = apiWorld();
  await world.projects.save(aProject());
  for (const environment of environments) await world.environments.save(environment);
  return world;
}

describe('GET /projects/{project}/environments', () => {
  it('is an array of full resources', async () => {
    const { handler } = await aWorld(anEnvironment(), anEnvironment({ id: 'feature/x' }));

    const { status, body } = await call(handler, 'GET', collection);

    expect(status).toBe(200);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(['feature/x', 'main']);
    expect(body[0]).toEqual((await call(handler, 'GET', `${collection}/feature/x`)).body);
  });

  it('links to the next page when `count` is smaller than the list', async () => {
    const ids = ['50%-off', 'feature/a', 'feature/b', 'größe', 'main'];
    const { handler } = await aWorld(...ids.map((id) => anEnvironment({ id })));

    const read: string[] = [];
    let query: string | undefined = 'count=2';
    while (query) {
      const { body, headers } = await call(handler, 'GET', collection, { query });
      expect(body.length).toBeLessThanOrEqual(2);
      read.push(...body.map(({ id }: { id: string }) => id));
      query = /^<[^?]+\?(.+)>; rel="next"$/.exec(`${headers['link'] ?? ''}`)?.[1];
    }

    expect(read).toEqual(ids);
  });

  it('is empty for a project without environments', async () => {
    const { handler } = await aWorld();

    expect(await call(handler, 'GET', collection)).toMatchObject({ status: 200, body: [] });
  });
});

describe('GET /projects/{project}/environments/{environment}', () => {
  it('returns the environment of the default branch as the main one', async () => {
    const { handler } = await aWorld(
      anEnvironment({ id: 'main', type: 'production', status: 'active', parent: null, deployment }),
    );

    const { body } = await call(handler, 'GET', `${collection}/main`);

    expect(body).toMatchObject({
      id: 'main',
      name: 'main',
      type: 'production',
      status: 'active',
      parent: null,
      is_main: true,
      is_pr: false,
      is_dirty: false,
      has_remote: true,
      has_deployment: true,
      has_code: true,
      head_commit: '1a2b3c4d5e6f',
      edge_hostname: 'sites.example.org',
      merge_info: { parent_ref: null },
    });
  });

  it('returns a deploying environment of a pull request as dirty', async () => {
    const { handler } = await aWorld(
      anEnvironment({
        id: 'pr-1',
        status: 'active',
        parent: 'main',
        head_commit: null,
        pull_request: aLink(),
        activities: [anActivity()],
      }),
    );

    const { body } = await call(handler, 'GET', `${collection}/pr-1`);

    expect(body).toMatchObject({
      status: 'dirty',
      parent: 'main',
      is_main: false,
      is_pr: true,
      is_dirty: true,
      has_code: false,
      head_commit: null,
    });
    expect(body).not.toHaveProperty('activities');
  });

  it('returns the host name of its site when each site has its own', async () => {
    const { handler, ports } = await aWorld(anEnvironment());
    ports.sitesUrl = 'https://*.preview.example.com';

    expect((await call(handler, 'GET', `${collection}/main`)).body).toMatchObject({
      edge_hostname: 'main-bvxea6i-abcdefghijklm.preview.example.com',
    });
  });

  it('returns an environment that is being deleted as deleting', async () => {
    const { handler } = await aWorld(
      anEnvironment({ id: 'old', activities: [anActivity({ type: 'environment.delete' })] }),
    );

    expect((await call(handler, 'GET', `${collection}/old`)).body).toMatchObject({
      status: 'deleting',
      is_dirty: false,
    });
  });

  it.each([
    ['main', 'main-bvxea6i'],
    ['master', 'master-7rqtwti'],
    ['staging', 'staging-5em2ouy'],
  ])('gives %s the same machine name as Upsun: %s', async (id, machine_name) => {
    const { handler } = await aWorld(anEnvironment({ id }));

    expect((await call(handler, 'GET', `${collection}/${id}`)).body).toMatchObject({ machine_name });
  });

  const ids = [
    'feature/x',
    'feature/deep/er/x',
    'größe/日本語',
    'café-🎉',
    '50%-off',
    'a%2Fb',
    'issue#7',
    "it's",
    'a+b=c&d',
    'x'.repeat(250),
    // Git does not allow `feature` and `feature/activities` together, so these ids are unambiguous.
    'feature/activities',
    'activities',
    'deployments/current',
    'release/deployments/current',
  ];

  describe.each(ids)('with the id %s', (id) => {
    const segments = id.split('/').map(encodeURIComponent).join('/');

    it.each([
      ['decoded, as API Gateway hands it over', id],
      ['encoded by segment', segments],
      ['encoded as a whole', encodeURIComponent(id)],
    ])('is found %s', async (_, text) => {
      const { handler } = await aWorld(anEnvironment({ id }));

      expect((await call(handler, 'GET', `${collection}/${text}`)).body).toMatchObject({ id });
      expect((await call(handler, 'GET', `${collection}/${text}/activities`)).body).toEqual([]);
      expect((await call(handler, 'GET', `${collection}/${text}/deployments/current`)).body).toMatchObject({
        message: `The environment ${id} has not been deployed.`,
      });
    });

    it('is found by its own link, encoded and decoded', async () => {
      const { handler } = await aWorld(anEnvironment({ id }));
      const [listed] = (await call(handler, 'GET', collection)).body;

      expect(listed._links.self.href.startsWith(`${apiUrl}${collection}/`)).toBe(true);
      const path = listed._links.self.href.slice(apiUrl.length);
      for (const text of [path, decodeURIComponent(path)]) {
        expect((await call(handler, 'GET', text)).body).toEqual(listed);
      }
    });
  });

  it.each([
    ['unknown'],
    ['feature'],
    ['feature/x/y'],
    ['x'.repeat(2000)],
    ['ü'.repeat(600)],
    ['%'],
    ['%E0%A4%A'],
    ['feature/x/deployments/other'],
    ['\u0000'],
  ])('returns 404 for %j', async (id) => {
    const { handler } = await aWorld(anEnvironment({ id: 'feature/x' }));

    expect(await call(handler, 'GET', `${collection}/${id}`)).toMatchObject({
      status: 404,
      type: 'application/json',
    });
  });
});

describe("an environment's view", () => {
  const read = async (environment: ReturnType<typeof anEnvironment>, integration = true) => {
    const world = await aWorld(environment);
    if (integration) await world.integrations.save(anIntegration());
    return (await call(world.handler, 'GET', `${collection}/${environment.id}`)).body;
  };

  it('has the primary URL of its deployment, and null before the first', async () => {
    expect(await read(anEnvironment({ deployment }))).toMatchObject({
      primary_url: 'https://sites.example.org/pr-1-x/',
    });
    expect(await read(anEnvironment())).toMatchObject({ primary_url: null });
  });

  it('has the end of the last deployment, and null before the first', async () => {
    const failed = { commit: commit('B'), activity: 'second', state: 'failed', undelivered: null } as const;
    const build_status = { ...failed, description: 'deploy exited with 1' };
    const failure = { activity: 'second', result: 'failure', because: 'deploy exited with 1' };

    expect(await read(anEnvironment())).toMatchObject({ last_deployment: null });
    expect(await read(anEnvironment({ deployment }))).toMatchObject({
      last_deployment: { result: 'success', at: deployment.created_at },
    });
    expect(await read(anEnvironment({ deployment, build_status }))).toMatchObject({
      last_deployment: { ...failure, at: null },
    });
    const last_activity = lastEnded(anEnvironment(), [anEndedActivity({ id: 'second' })]);
    const ended = await read(anEnvironment({ deployment, build_status, last_activity }));
    expect(ended).toMatchObject({ last_deployment: { ...failure, at: last_activity?.completed_at } });
  });

  it('links to the pull request in Bitbucket as long as there is an integration', async () => {
    const environment = anEnvironment({ id: 'pr-1', pull_request: aForkLink() });
    const pull_request = {
      number: 1,
      source_branch: 'feature/x',
      target_branch: 'main',
      fork: 'stranger/website',
    };

    expect(await read(environment)).toMatchObject({
      pull_request: { ...pull_request, url: 'https://bitbucket.org/acme/website/pull-requests/1' },
    });
    expect(await read(environment, false)).toMatchObject({ pull_request: { ...pull_request, url: null } });
    expect(await read(anEnvironment())).toMatchObject({ pull_request: null });
  });

  it('shows the activity in progress, with the reason for which it waits', async () => {
    const delay = { because: 'Bitbucket limits calls.', since: start, next_try: '2026-11-22T10:09:00.000Z' };
    const environment = anEnvironment({
      status: 'active',
      activities: [anActivity({ delay }), anActivity({ id: 'next', state: 'pending' })],
    });

    expect(await read(environment)).toMatchObject({
      last_activity: { id: 'activity23456', state: 'in_progress', result: null, because: delay.because },
      waiting: delay,
    });
  });

  it('waits for the approval of a commit from a fork', async () => {
    const environment = anEnvironment({
      id: 'pr-1',
      pull_request: aForkLink(),
      last_activity: lastEnded(anEnvironment(), [anEndedActivity({ because: 'it was opened' })]),
    });

    expect(await read(environment)).toMatchObject({
      last_activity: { result: 'success', because: 'it was opened' },
      waiting: {
        because: '1a2b3c4 comes from a fork and waits for approval: bough environment:activate pr-1',
        since: '2026-11-22T10:00:30.000Z',
        next_try: null,
      },
    });
    expect(await read(anEnvironment())).toMatchObject({ last_activity: null, waiting: null });
  });

  it.each([
    ['activate', 'POST', '/activate', {}],
    ['merge', 'POST', '/merge', {}],
    ['synchronize', 'POST', '/synchronize', { synchronize_data: true }],
    ['delete', 'DELETE', '', undefined],
  ])('refuses to %s with the words of the refused request', async (operation, method, path, body) => {
    const world = await aWorld(anEnvironment({ id: 'feature/x', status: 'active', parent: null }));
    await world.integrations.save(anIntegration());
    const { body: shown } = await call(world.handler, 'GET', `${collection}/feature/x`);

    const { body: refused } = await call(world.handler, method, `${collection}/feature/x${path}`, { body });

    const { because, remedy } = shown.refusals[operation];
    expect(refused).toMatchObject({ message: because, detail: { remedy } });
    expect(shown._links).not.toHaveProperty(`#${operation}`);
  });

  it('has for each operation either a link or a refusal, also while its project is being deleted', async () => {
    const operations = [
      'activate',
      'branch',
      'deactivate',
      'delete',
      'edit',
      'merge',
      'redeploy',
      'synchronize',
    ];
    const world = await aWorld(anEnvironment({ status: 'active' }));
    const offered = async () => {
      const { _links, refusals } = (await call(world.handler, 'GET', `${collection}/main`)).body;
      const linked = Object.keys(_links).flatMap((name) => (name.startsWith('#') ? [name.slice(1)] : []));
      expect([...linked, ...Object.keys(refusals)].sort()).toEqual(operations);
      return linked.sort();
    };
    expect(await offered()).toEqual(['deactivate', 'delete', 'edit']);

    await world.projects.save(aProject({ version: 2, deletion: { requested_at: start, failure: null } }));

    expect(await offered()).toEqual([]);
  });
});

describe('GET /projects/{project}/environments/{environment}/deployments/current', () => {
  it('has the routes by their URLs', async () => {
    const { handler } = await aWorld(anEnvironment({ id: 'feature/x', status: 'active', deployment }));

    const { status, body } = await call(handler, 'GET', `${collection}/feature/x/deployments/current`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 'activity23456', fingerprint: '1a2b3c4d5e6f' });
    expect(Object.keys(body.routes)).toEqual(deployment.routes.map(({ url }) => url));
    expect(body.routes).toMatchObject({
      'https://sites.example.org/pr-1-x/': { type: 'upstream', primary: true, upstream: 'site' },
      'https://old.example.org/': { type: 'redirect', primary: false, to: 'https://example.org/' },
    });
  });

  it('is also found by its id, and is the only deployment in the list', async () => {
    const { handler } = await aWorld(anEnvironment({ id: 'feature/x', status: 'active', deployment }));
    const at = (path: string) => call(handler, 'GET', `${collection}/feature/x/deployments${path}`);

    const { body: current } = await at('/current');
    expect((await at('/activity23456')).body).toEqual(current);
    expect((await at('')).body).toEqual([current]);
    expect(await at('/activity1')).toMatchObject({
      status: 404,
      body: { message: 'The environment feature/x does not run activity1.' },
    });
  });

  it('is not in the list before the first deployment', async () => {
    const { handler } = await aWorld(anEnvironment());

    expect((await call(handler, 'GET', `${collection}/main/deployments`)).body).toEqual([]);
  });

  it('returns 404 before the first deployment', async () => {
    const { handler } = await aWorld(anEnvironment());

    const answer = await call(handler, 'GET', `${collection}/main/deployments/current`);

    expect(answer).toMatchObject({ status: 404, body: { detail: { error: 'not_found' } } });
  });
});
