import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Activity,
  type Client,
  type Environment,
  type Integration,
  type Project,
  platformshClient,
} from '../support/platformsh-client.ts';
import { call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts } from '../support/story.ts';
import {
  type Ask,
  hrefOf,
  isLinked,
  type Linked,
  operationsOf,
  unknownOperations,
  walkLinks,
} from '../support/walk-links.ts';

const repository = 'team/shop';
/** A branch whose name must be encoded in URLs. */
const odd = 'größe/50%-more';
const credentials = { key: 'demo-key', secret: 'demo-secret' };

/** Upsun's own JavaScript client works with Bough's API without a change. */
describe('platformsh-client 0.2.13, unchanged', () => {
  let story: Story;
  let client: Client;
  let projectId: string;
  let integration: Integration;

  const project = (): Promise<Project> => client.getProject(projectId);
  const environment = async (id: string): Promise<Environment> =>
    (await project()).getEnvironment(encodeURIComponent(id));
  const settled = (id: string, status: string) =>
    eventually(`${id} is ${status}`, async () => {
      const found = await environment(id).catch(() => null);
      return found?.status === status ? found : null;
    });
  /** Waits for the end of an operation's activity and checks its result. */
  const ended = async (activity: Activity, result = 'success') => {
    const done = await eventually(`${activity.type} has ended`, async () => {
      const all = await (await project()).getActivities([activity.type]);
      return all.find(({ id, completion_percent }) => id === activity.id && completion_percent === 100);
    });
    expect([done.type, done.state, done.result]).toEqual([activity.type, 'complete', result]);
    return done;
  };

  beforeAll(async () => {
    story = await beginStory(repository, { BOUGH_SCHEDULE_SECONDS: '0' });
    client = await platformshClient(story.stack.apiUrl);
    const { body } = await call('POST', `${story.stack.apiUrl}/projects`, { title: 'Shop' });
    projectId = body._embedded.entity.id;
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');
    await story.work.git('switch', '--quiet', '--create', 'feature/cart');
    await story.work.commit({ 'page.txt': 'a cart' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart', `feature/cart:${odd}`);
  });

  afterAll(async () => story?.end());

  it('gets a project, and rejects for one that does not exist', async () => {
    expect((await project()).title).toBe('Shop');
    await expect(client.getProject('nothere')).rejects.toMatchObject({ code: 404 });
  });

  describe('with integrations', () => {
    it('is told which fields of a new one are wrong', async () => {
      const refused = (await project()).addIntegration('bitbucket', { repository });

      await expect(refused).rejects.toMatchObject({ code: 400, detail: { app_credentials: 'Required' } });
    });

    it('adds one, with the activities that this starts', async () => {
      const added = await (await project()).addIntegration('bitbucket', {
        repository,
        app_credentials: credentials,
        resync_pull_requests: true,
      });

      expect(added.data.code).toBe(201);
      expect((await added.getActivities()).map(({ type }) => type).sort()).toEqual([
        'integration.bitbucket.fetch',
        'integration.bitbucket.register_hooks',
      ]);
      await settled('main', 'active');
      await settled('feature/cart', 'inactive');
    });

    it('lists and gets it, without its secret', async () => {
      const all = await (await project()).getIntegrations();
      expect(all).toHaveLength(1);
      integration = await (await project()).getIntegration(all[0]?.id ?? '');

      expect(integration.data).toMatchObject({ repository, resync_pull_requests: true });
      expect(JSON.stringify(integration.data)).not.toContain(credentials.secret);
    });

    it('updates, validates and triggers it', async () => {
      const updated = await integration.update({ resync_pull_requests: false });
      expect((await updated.getEntity()).data).toMatchObject({ resync_pull_requests: false });
      await expect(integration.update({ repository: 'team/other' })).rejects.toMatchObject({
        code: 400,
        detail: { repository: expect.any(String) },
      });

      await integration.runOperation('validate');
      await integration.triggerHook();
    });

    it('lists its activities, and reads what they have logged', async () => {
      const activities = await integration.getActivities();

      expect(activities.map(({ type }) => type)).toContain('integration.bitbucket.fetch');
      for (const activity of activities) expect(await activity.getLogAt(0, 0)).toContain('"message"');
    });
  });

  describe('with environments', () => {
    it('lists them, and gets one by its id, encoded or not', async () => {
      const opened = await story.onCloud('POST', '/pullrequests', {
        title: 'A cart',
        source: { branch: { name: 'feature/cart' } },
      });
      expect(opened.status).toBe(201);
      await settled('pr-1', 'active');

      const all = await (await project()).getEnvironments();
      expect(all.map(({ id }) => id)).toEqual(['feature/cart', odd, 'main', 'pr-1'].sort());
      for (const id of ['feature/cart', 'feature%2Fcart'])
        expect((await (await project()).getEnvironment(id)).id).toBe('feature/cart');
      await expect(environment('nothere')).rejects.toMatchObject({ code: 404 });
    });

    it('activates, redeploys, synchronizes and deactivates one: an activity each', async () => {
      await ended(await (await environment('feature/cart')).activate());
      expect((await environment('feature/cart')).status).toBe('active');
      await ended(await (await environment('feature/cart')).redeploy());
      await ended(await (await environment('feature/cart')).synchronize(true, false));
      await ended(await (await environment('feature/cart')).synchronize(true, false, false));
      await ended(await (await environment('feature/cart')).deactivate());
      expect((await environment('feature/cart')).status).toBe('inactive');
    });

    it('reads what is deployed, with its routes', async () => {
      const deployment = await client.getCurrentDeployment(projectId, 'pr-1');
      const [url = '', route] = Object.entries(deployment.routes)[0] ?? [];

      expect(route).toMatchObject({ primary: true, type: 'upstream' });
      expect(await (await fetch(url)).text()).toContain('a cart');
      // The client reads the list as one deployment whose properties are the indexes.
      const { data } = await client.getDeployments(projectId, 'pr-1');
      expect(data).toMatchObject({ 0: { id: deployment.id } });
    });

    it('branches one, which can be deleted when it is inactive', async () => {
      const activity = await (await environment('main')).branch('New Thing', 'development');
      await ended(activity);
      expect((await environment('New-Thing')).title).toBe('New Thing');
      await expect((await environment('New-Thing')).delete()).rejects.toThrow(
        'Active environments cannot be deleted',
      );
      await ended(await (await environment('New-Thing')).deactivate());

      const deleted = await (await environment('New-Thing')).delete();

      expect((await deleted.getActivities()).map(({ type }) => type)).toEqual(['environment.delete']);
      await story.isGone('New-Thing');
    });

    it('updates one', async () => {
      const updated = await (await environment('feature/cart')).update({ title: 'The cart' });

      expect(updated.data.code).toBe(200);
      expect((await environment('feature/cart')).title).toBe('The cart');
    });

    it('does not even ask for what is not offered', async () => {
      const [main, active, inactive] = [
        await environment('main'),
        await environment('pr-1'),
        await environment('feature/cart'),
      ];

      for (const [operation, call] of [
        ['deactivate', main.deactivate()],
        ['merge', active.merge()],
        ['pause', active.pause()],
        ['resume', active.resume()],
        ['redeploy', inactive.redeploy()],
        ['synchronize', inactive.synchronize(true, false)],
      ] as const)
        await expect(call).rejects.toThrow(`Operation not available: ${operation}`);
      await expect(inactive.delete()).rejects.toThrow('Link not found: #delete');
    });
  });

  it('lists activities by type, by time and by environment, and reads their logs', async () => {
    const types = ['environment.deactivate', 'environment.redeploy'];
    const found = await (await project()).getActivities(types);
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(types));
    expect(await (await project()).getActivities(types, new Date(0))).toEqual([]);

    const [latest] = await client.getEnvironmentActivities(projectId, encodeURIComponent('feature/cart'));
    expect(latest?.type).toBe('environment.deactivate');
    expect(await latest?.getLogAt(0, 0)).toContain('Took down feature/cart');
    const again = await client.getEnvironmentActivity(
      projectId,
      encodeURIComponent('feature/cart'),
      latest?.id ?? '',
    );
    expect(again.id).toBe(latest?.id);
  });

  it('updates a project', async () => {
    const updated = await (await project()).update({ title: 'The shop' });

    expect(updated.data.code).toBe(200);
    expect((await project()).title).toBe('The shop');
    await expect((await project()).update({ default_branch: 'nothere' })).rejects.toMatchObject({
      code: 400,
    });
  });

  describe('and whoever follows links by hand', () => {
    const ask: Ask = async (method, url, body) => {
      const answer = await fetch(url, {
        method,
        ...(body && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        signal: AbortSignal.timeout(20_000),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type') === 'application/json';
      return { status: answer.status, body: isJson ? JSON.parse(text) : null };
    };
    it('finds everything from the root on', async () => {
      const { problems, resources, seen } = await walkLinks(ask, `${story.stack.apiUrl}/`);

      expect(problems).toEqual([]);
      expect(resources.flatMap(unknownOperations)).toEqual([]);
      const paths = resources.map((resource) => new URL(hrefOf(resource, 'self')).pathname);
      const below = (path: string) => `/projects/${projectId}${path}`;
      expect(paths).toEqual(
        expect.arrayContaining([
          '/',
          below(''),
          below('/mirror'),
          below(`/integrations/${integration.id}`),
          below('/environments/feature/cart'),
          below('/environments/gr%C3%B6%C3%9Fe/50%2525-more'),
          below('/environments/pr-1/deployments/current'),
        ]),
      );
      expect([...seen].filter((url) => url.endsWith('/log')).length).toBeGreaterThan(8);
    });

    const done = new Set<string>();
    const self = (id: string) => `${story.stack.apiUrl}/projects/${projectId}/environments/${id}`;
    const operations = async (id: string) => operationsOf(resourceIn((await ask('GET', self(id))).body));
    const quiet = (id: string) =>
      eventually(`${id} is quiet`, async () => {
        const { status, body } = await ask('GET', self(id));
        return status === 404 || !Object(body).is_dirty;
      });

    // The operations on `main` create `from-main`. Each operation changes which ones are offered next.
    it.each(['main', 'pr-1', 'feature/cart', 'from-main'])(
      'can do exactly what %s has links to',
      async (id) => {
        await quiet(id);
        for (const { name } of await operations(id)) {
          const operation = (await operations(id)).find((one) => one.name === name);
          if (!operation) throw new Error(`${id} has lost ${name}.`);
          const body = name === 'branch' ? { ...operation.body, name: `from-${id}` } : operation.body;
          const { status } = await ask(operation.method, operation.href, body);
          expect([name, status]).toEqual([name, operation.isOffered ? (name === 'branch' ? 201 : 200) : 400]);
          if (operation.isOffered) done.add(name);
          await quiet(id);
        }
      },
    );

    it('has done all that can be done with an environment', async () => {
      await story.isGone('from-main');
      expect([...done].sort()).toEqual([
        'activate',
        'branch',
        'deactivate',
        'delete',
        'edit',
        'redeploy',
        'synchronize',
      ]);
    });
  });

  it('deletes an integration, and leaves nothing of it with Bitbucket', async () => {
    const deleted = await integration.delete();

    expect(await deleted.getActivities()).toEqual([]);

    expect(await (await project()).getIntegrations()).toEqual([]);
    expect((await story.onCloud('GET', '/hooks')).body.values).toEqual([]);
    await expect(integration.update({ prune_branches: true })).rejects.toMatchObject({ code: 404 });
  });

  it('deletes the project, and all of it goes', async () => {
    const deleted = await (await project()).delete();

    // The deletions of the environments are queued after the response.
    expect(await deleted.getActivities()).toEqual([]);

    await eventually('the project is gone', async () =>
      client.getProject(projectId).then(
        () => false,
        ({ code }: { code: number }) => code === 404,
      ),
    );
  });
});

function resourceIn(body: unknown): Linked {
  if (!isLinked(body)) throw new Error(`This is no resource: ${JSON.stringify(body)}`);
  return body;
}
